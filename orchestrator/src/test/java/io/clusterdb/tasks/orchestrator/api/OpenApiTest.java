package io.clusterdb.tasks.orchestrator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.http.Access;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HealthResource;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.MetricsResource;
import io.clusterdb.tasks.http.OpenApiResource;
import io.clusterdb.tasks.orchestrator.lease.LeasesResource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the description of the API and what is served equal. */
class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final String INTERNAL = "/internal/"; // between instances

  private final OpenApiResource description =
      new OpenApiResource(JobsResource.class, "openapi.yaml");
  private final JsonNode document = document();

  private JsonNode document() {
    try {
      return new ObjectMapper().readTree(description.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyEndpointIsDescribedAndNothingElse() {
    assertThat(described(Described::parameters)).isEqualTo(served(OpenApiTest::parameters));
  }

  @Test
  void whatAsksForNoTokenIsDescribedSo() {
    assertThat(described(Described::open))
        .isEqualTo(served(endpoint -> endpoint.access() == Access.OPEN));
  }

  @Test
  void theRoleThatAnOperationTakesIsDescribed() {
    assertThat(described(Described::role)).isEqualTo(served(OpenApiTest::role));
  }

  private static String role(Endpoint endpoint) {
    HttpRole role = endpoint.access().role();
    return role == null ? "" : role.text();
  }

  @Test
  void everyReferenceHasATarget() {
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
  }

  @Test
  void everyVariableOfAPathIsDescribed() {
    document
        .path("paths")
        .properties()
        .forEach(
            path -> {
              List<String> names = new ArrayList<>();
              for (JsonNode each : path.getValue().path("parameters")) {
                names.add("{" + resolve(each).path("name").asText() + "}");
              }
              List<String> variables = new ArrayList<>();
              for (String segment : path.getKey().split("/", -1)) {
                if (segment.startsWith("{")) {
                  variables.add(segment);
                }
              }
              assertThat(names).as(path.getKey()).containsExactlyElementsOf(variables);
            });
  }

  private record Described(Set<String> parameters, boolean open, String role) {}

  private <T> Map<String, T> described(java.util.function.Function<Described, T> what) {
    Map<String, T> found = new TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(each -> METHODS.contains(each.getKey()))
                    .forEach(
                        each ->
                            found.put(
                                each.getKey() + " " + path.getKey(),
                                what.apply(describe(each.getValue())))));
    return found;
  }

  private Described describe(JsonNode operation) {
    Set<String> parameters = new TreeSet<>();
    for (JsonNode each : operation.path("parameters")) {
      parameters.add(resolve(each).path("name").asText());
    }
    JsonNode security = operation.path("security");
    return new Described(
        parameters, security.isArray() && security.isEmpty(), operation.path("x-role").asText());
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : document.at(reference.asText().substring(1));
  }

  private static Set<String> parameters(Endpoint endpoint) {
    return new TreeSet<>(endpoint.query());
  }

  private <T> Map<String, T> served(java.util.function.Function<Endpoint, T> what) {
    Map<String, T> found = new TreeMap<>();
    List<HttpResource> resources = new ArrayList<>(List.of(description, health(), metrics()));
    resources.addAll(resources());
    for (HttpResource resource : resources) {
      for (Endpoint each : resource.endpoints()) {
        if (!each.path().startsWith(INTERNAL)) {
          found.put(
              each.method().toLowerCase(java.util.Locale.ROOT) + " " + each.path(),
              what.apply(each));
        }
      }
    }
    return found;
  }

  private static HealthResource health() {
    return new HealthResource(() -> new HealthResource.Report(true, true, Map.of()));
  }

  private static MetricsResource metrics() {
    return new MetricsResource(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /** Every resource of these packages; to say what it serves it needs none of its parts. */
  private static List<HttpResource> resources() {
    List<HttpResource> found = new ArrayList<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackagesOf(JobsResource.class, LeasesResource.class)) {
      if (each.isAssignableTo(HttpResource.class)) {
        found.add(make(each.reflect()));
      }
    }
    assertThat(found).hasSizeGreaterThan(4);
    return found;
  }

  private static HttpResource make(Class<?> type) {
    try {
      Constructor<?> constructor = type.getConstructors()[0];
      return (HttpResource) constructor.newInstance(new Object[constructor.getParameterCount()]);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + type, e);
    }
  }
}
