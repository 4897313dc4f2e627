package io.clusterdb.tasks.telemetry;

import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.spi.TracingProvider;

/** Records and sends spans with OpenTelemetry's SDK. */
public final class SdkTracingProvider implements TracingProvider {
  /** Made by {@link java.util.ServiceLoader}. */
  public SdkTracingProvider() {}

  @Override
  public Telemetry open(TracingConfig config) {
    return SdkTelemetry.open(config, System.getenv());
  }
}
