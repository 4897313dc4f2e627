package io.clusterdb.tasks.embedded.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Confluent's REST API, as far as clients of Avro use it. Answers are values that become JSON. */
final class RestApi {
  private final Registry registry;

  private RestApi(Registry registry) {
    this.registry = registry;
  }

  static Routes routes(Registry registry) {
    RestApi api = new RestApi(registry);
    String version = "/subjects/{subject}/versions/{version}";
    String check = "/compatibility/subjects/{subject}/versions";
    return new Routes()
        .on("GET", "/", request -> Map.of())
        .on("GET", "/subjects", api::subjects)
        .on("POST", "/subjects/{subject}", api::lookUp)
        .on("DELETE", "/subjects/{subject}", api::deleteSubject)
        .on("GET", "/subjects/{subject}/versions", api::versions)
        .on("POST", "/subjects/{subject}/versions", api::register)
        .on("GET", version, request -> describe(api.version(request)))
        .on("GET", version + "/schema", request -> new RawValue(api.version(request).schema()))
        .on("GET", version + "/referencedby", request -> List.of())
        .on("DELETE", version, api::deleteVersion)
        .on("GET", "/schemas/types", request -> List.of("AVRO"))
        .on("GET", "/schemas/ids/{id}", api::byId)
        .on("GET", "/schemas/ids/{id}/schema", request -> new RawValue(api.schema(request)))
        .on("GET", "/schemas/ids/{id}/subjects", api::subjectsOfId)
        .on("GET", "/schemas/ids/{id}/versions", api::versionsOfId)
        .on("GET", "/config", request -> level(registry.read(RegistryState::globalLevel)))
        .on("PUT", "/config", api::setLevel)
        .on("DELETE", "/config", api::removeLevel)
        .on("GET", "/config/{subject}", api::levelOfSubject)
        .on("PUT", "/config/{subject}", api::setLevel)
        .on("DELETE", "/config/{subject}", api::removeLevel)
        .on("POST", check, request -> api.check(request, Optional.empty()))
        .on("POST", check + "/{v}", it -> api.check(it, Optional.of(it.path().get(4))))
        .on("GET", "/mode", request -> Map.of("mode", "READWRITE"))
        .on("GET", "/mode/{subject}", request -> Map.of("mode", "READWRITE"));
  }

  private static String subject(Request request) {
    return request.path().get(1);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode describe(RegistryRecord.Version version) {
    return object()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schemaType", "AVRO")
        .put("schema", version.schema());
  }

  private Object subjects(Request request) {
    String prefix = request.query().getOrDefault("subjectPrefix", "");
    return registry.read(state -> state.subjects(request.flag("deleted"))).stream()
        .filter(subject -> subject.startsWith(prefix))
        .toList();
  }

  private Object register(Request request) {
    ObjectNode answer =
        describe(registry.register(subject(request), request.schema(), request.references()));
    answer.remove("subject");
    return answer;
  }

  private Object lookUp(Request request) {
    return describe(
        registry.lookUp(
            subject(request), request.schema(), request.references(), request.flag("deleted")));
  }

  private Object deleteSubject(Request request) {
    return registry.deleteSubject(subject(request), request.flag("permanent"));
  }

  private Object deleteVersion(Request request) {
    return registry.deleteVersion(
        subject(request), request.path().get(3), request.flag("permanent"));
  }

  private Object versions(Request request) {
    List<Integer> versions =
        registry.read(state -> state.versions(subject(request), request.flag("deleted"))).stream()
            .map(RegistryRecord.Version::version)
            .toList();
    if (versions.isEmpty()) {
      throw RegistryError.subjectNotFound(subject(request));
    }
    return versions;
  }

  private RegistryRecord.Version version(Request request) {
    return registry.read(
        state ->
            Versions.find(state, subject(request), request.path().get(3), request.flag("deleted")));
  }

  private Object byId(Request request) {
    return object().put("schemaType", "AVRO").put("schema", schema(request));
  }

  private String schema(Request request) {
    return registry.read(
        state -> state.schema(id(request)).orElseThrow(RegistryError::schemaNotFound));
  }

  private static int id(Request request) {
    try {
      return Integer.parseInt(request.path().get(2));
    } catch (NumberFormatException e) {
      throw RegistryError.http(404, "HTTP 404 Not Found");
    }
  }

  private List<RegistryRecord.Version> uses(Request request) {
    schema(request);
    return registry.read(state -> state.uses(id(request), request.flag("deleted")));
  }

  private Object subjectsOfId(Request request) {
    return uses(request).stream().map(RegistryRecord.Version::subject).distinct().toList();
  }

  private Object versionsOfId(Request request) {
    return uses(request).stream()
        .map(it -> object().put("subject", it.subject()).put("version", it.version()))
        .toList();
  }

  private static Object level(Compatibility level) {
    return Map.of("compatibilityLevel", level);
  }

  private Object levelOfSubject(Request request) {
    String subject = subject(request);
    return registry.read(
        state ->
            level(
                state
                    .level(subject)
                    .or(
                        () ->
                            request.flag("defaultToGlobal")
                                ? Optional.of(state.globalLevel())
                                : Optional.empty())
                    .orElseThrow(() -> RegistryError.noLevel(subject))));
  }

  private static @Nullable String subjectIfAny(Request request) {
    return request.path().size() > 1 ? subject(request) : null;
  }

  private Object setLevel(Request request) {
    Compatibility level = Compatibility.parse(request.json().path("compatibility").asText());
    registry.setLevel(subjectIfAny(request), level);
    return Map.of("compatibility", level);
  }

  private Object removeLevel(Request request) {
    return level(registry.setLevel(subjectIfAny(request), null));
  }

  private Object check(Request request, Optional<String> version) {
    List<String> problems =
        registry.check(request.path().get(2), version, request.schema(), request.references());
    ObjectNode answer = object().put("is_compatible", problems.isEmpty());
    if (request.flag("verbose")) {
      problems.forEach(answer.putArray("messages")::add);
    }
    return answer;
  }
}
