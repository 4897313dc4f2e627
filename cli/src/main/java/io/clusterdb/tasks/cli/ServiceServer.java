package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.http.HealthResource;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Serves {@code /metrics} and {@code /health} of a process without an API of its own. */
final class ServiceServer {
  private static final Pattern ADDRESS = Pattern.compile(".+:[0-9]{1,5}");

  private ServiceServer() {}

  /** The address as given, if it is one. */
  static String checked(@Nullable CommandSpec spec, String option, String address) {
    if (!ADDRESS.matcher(address).matches()) {
      throw Usage.error(
          spec,
          "%s expects HOST:PORT, such as 127.0.0.1:8090, found \"%s\"".formatted(option, address));
    }
    return address;
  }

  /**
   * Starts.
   *
   * @param config where to listen, and who may ask
   */
  static HttpServer start(
      HttpConfig config, MeterRegistry metrics, Supplier<HealthResource.Report> health) {
    List<HttpResource> resources = new ArrayList<>(ServiceRegistry.resources(metrics));
    resources.add(new HealthResource(health));
    return HttpServer.start(config, resources);
  }
}
