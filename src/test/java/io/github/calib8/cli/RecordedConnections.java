package io.github.calib8.cli;

import java.security.Permission;

/**
 * Prints every connection that the process tries to make, and lets it: {@code
 * -Djava.security.manager}, which virtual machines up to 23 have.
 */
@SuppressWarnings("removal")
public final class RecordedConnections extends SecurityManager {
  static final String MARK = "CONNECTS TO ";

  /** For the virtual machine. */
  public RecordedConnections() {}

  @Override
  public void checkConnect(String host, int port) {
    System.err.println(MARK + host + ":" + port);
  }

  @Override
  public void checkConnect(String host, int port, Object context) {
    checkConnect(host, port);
  }

  @Override
  public void checkPermission(Permission permission) {}

  @Override
  public void checkPermission(Permission permission, Object context) {}
}
