package io.github.calib8.engine;

/** Where images are while a model is measured. Immutable and thread-safe. */
public enum Placement {
  /**
   * In the machine's memory, of the kind from which the device copies fastest: each run copies
   * images to the device and scores back.
   */
  HOST("host", "with copies"),
  /** In the device's own memory: nothing is copied. The processor's is the machine's. */
  DEVICE("device", "on the device");

  private final String id;
  private final String displayName;

  Placement(String id, String displayName) {
    this.id = id;
    this.displayName = displayName;
  }

  /**
   * The name in files and on command lines.
   *
   * @return lower case, without blanks
   */
  public String id() {
    return id;
  }

  /**
   * The name in tables.
   *
   * @return as people write it
   */
  public String displayName() {
    return displayName;
  }
}
