package io.clusterdb.tasks.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version, as the jar says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "tasks " + (version == null ? "(development)" : version), "Java " + Runtime.version()
    };
  }
}
