package io.github.calib8.calibration;

/** This library's name and version, as its jar's manifest tells them. */
final class LibraryVersion {
  private LibraryVersion() {}

  static String describe() {
    String version = LibraryVersion.class.getPackage().getImplementationVersion();
    return "Calib8 " + (version == null ? "(not packaged)" : version);
  }
}
