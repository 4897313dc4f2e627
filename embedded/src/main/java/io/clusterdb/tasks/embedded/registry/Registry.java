package io.clusterdb.tasks.embedded.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The registry's requests: each is decided on the state, made durable as records, and only then
 * applied. Thread-safe; one request at a time.
 */
final class Registry {
  private final SchemaLog log;
  private final ReentrantLock lock = new ReentrantLock();

  /** Null while it is not certain what the log holds. */
  private @Nullable RegistryState state;

  Registry(SchemaLog log) {
    this.log = log;
    read(state -> state);
  }

  /** What is to be written, and the answer once it is. */
  private record Decision<T>(List<RegistryRecord> records, T answer) {}

  /** Answers from the state as it is now. */
  <T> T read(Function<RegistryState, T> question) {
    return write(state -> new Decision<>(List.of(), question.apply(state)));
  }

  private <T> T write(Function<RegistryState, Decision<T>> decide) {
    lock.lock();
    try {
      RegistryState current = state == null ? replay() : state;
      Decision<T> decision = decide.apply(current);
      if (!decision.records().isEmpty()) {
        state = null;
        log.append(decision.records());
        decision.records().forEach(current::apply);
      }
      state = current;
      return decision.answer();
    } finally {
      lock.unlock();
    }
  }

  private RegistryState replay() {
    RegistryState replayed = new RegistryState();
    log.replay(replayed::apply);
    return replayed;
  }

  RegistryRecord.Version register(String subject, String text, List<Schemas.Reference> references) {
    return write(
        state -> {
          Schema schema = parse(state, text, references);
          Optional<RegistryRecord.Version> known = find(state, subject, schema, false);
          if (known.isPresent()) {
            return new Decision<>(List.of(), known.get());
          }
          List<String> problems = problems(state, subject, schema, state.versions(subject, false));
          if (!problems.isEmpty()) {
            throw RegistryError.incompatible(subject, problems);
          }
          RegistryRecord.Version added =
              new RegistryRecord.Version(
                  subject,
                  state.nextVersion(subject),
                  state.idFor(schema.toString()),
                  schema.toString(),
                  false);
          return new Decision<>(List.of(added), added);
        });
  }

  RegistryRecord.Version lookUp(
      String subject, String text, List<Schemas.Reference> references, boolean deleted) {
    return read(
        state -> {
          if (state.versions(subject, deleted).isEmpty()) {
            throw RegistryError.subjectNotFound(subject);
          }
          Schema schema = parse(state, text, references);
          return find(state, subject, schema, deleted).orElseThrow(RegistryError::schemaNotFound);
        });
  }

  /** What keeps a schema from following one version, or from being registered now. */
  List<String> check(
      String subject, Optional<String> version, String text, List<Schemas.Reference> references) {
    return read(
        state -> {
          Schema schema = parse(state, text, references);
          List<RegistryRecord.Version> against =
              version
                  .map(wanted -> List.of(Versions.find(state, subject, wanted, false)))
                  .orElseGet(() -> state.versions(subject, false));
          return problems(state, subject, schema, against);
        });
  }

  List<Integer> deleteSubject(String subject, boolean permanent) {
    return write(
        state -> {
          List<RegistryRecord.Version> all = state.versions(subject, true);
          List<RegistryRecord.Version> live = state.versions(subject, false);
          if (all.isEmpty()) {
            throw RegistryError.subjectNotFound(subject);
          }
          if (permanent && !live.isEmpty()) {
            throw RegistryError.subjectNotSoftDeleted(subject);
          }
          if (!permanent && live.isEmpty()) {
            throw RegistryError.subjectSoftDeleted(subject);
          }
          List<RegistryRecord.Version> deleted = permanent ? all : live;
          List<RegistryRecord> records = new ArrayList<>();
          for (RegistryRecord.Version version : deleted) {
            records.add(permanent ? gone(version) : version.softDeleted());
          }
          if (state.level(subject).isPresent()) {
            records.add(new RegistryRecord.Level(subject, null));
          }
          return new Decision<>(
              records, deleted.stream().map(RegistryRecord.Version::version).toList());
        });
  }

  int deleteVersion(String subject, String wanted, boolean permanent) {
    return write(
        state -> {
          boolean anyDeleted = permanent || !Versions.isLatest(wanted);
          RegistryRecord.Version version = Versions.find(state, subject, wanted, anyDeleted);
          if (permanent && !version.deleted()) {
            throw RegistryError.versionNotSoftDeleted(subject, version.version());
          }
          if (!permanent && version.deleted()) {
            throw RegistryError.versionSoftDeleted(subject, version.version());
          }
          RegistryRecord record = permanent ? gone(version) : version.softDeleted();
          return new Decision<>(List.of(record), version.version());
        });
  }

  /**
   * Sets a level of compatibility, or takes it away.
   *
   * @param subject null for the global level
   * @param level null to take it away
   * @return the level that held before, by this setting or by the one above it
   */
  Compatibility setLevel(@Nullable String subject, @Nullable Compatibility level) {
    return write(
        state -> {
          Optional<Compatibility> own = subject == null ? Optional.empty() : state.level(subject);
          if (subject != null && level == null && own.isEmpty()) {
            throw RegistryError.noLevel(subject);
          }
          return new Decision<>(
              List.of(new RegistryRecord.Level(subject, level)), own.orElse(state.globalLevel()));
        });
  }

  private static RegistryRecord gone(RegistryRecord.Version version) {
    return new RegistryRecord.Gone(version.subject(), version.version());
  }

  private static Schema parse(
      RegistryState state, String text, List<Schemas.Reference> references) {
    return Schemas.parse(
        text,
        references,
        (subject, version) ->
            Versions.find(state, subject, Integer.toString(version), false).schema());
  }

  private static Optional<RegistryRecord.Version> find(
      RegistryState state, String subject, Schema schema, boolean deleted) {
    String text = schema.toString();
    return state.versions(subject, deleted).reversed().stream()
        .filter(version -> version.schema().equals(text))
        .findFirst();
  }

  private static List<String> problems(
      RegistryState state, String subject, Schema schema, List<RegistryRecord.Version> against) {
    return state
        .level(subject)
        .orElse(state.globalLevel())
        .problems(schema, against.stream().map(version -> Schemas.kept(version.schema())).toList());
  }
}
