package io.github.calib8.cli;

import io.github.calib8.engine.Environment;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    Environment environment = Environment.current(1);
    return new String[] {environment.library(), environment.engine()};
  }
}
