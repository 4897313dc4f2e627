package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.WorkflowStatus.TaskStatus;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.catalog.WorkflowDefinitions;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowDefinition;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads runs from the store of a partition, for queries. Stateless. */
public final class RunReader {
  private static final PlatformCodec STORED = PlatformCodec.singleObject();

  private RunReader() {}

  /** Takes the runs of a list one by one. */
  @FunctionalInterface
  public interface Lister {
    /**
     * Takes a run.
     *
     * @param place its place in the list: start and id, the newest has the highest
     * @param run the run; null if it does not fit
     * @return whether to go on
     */
    boolean take(byte[] place, @Nullable WorkflowStatus run);
  }

  /** A run; null if there is none. */
  public static @Nullable WorkflowStatus find(
      ReadOnlyKeyValueStore<byte[], byte[]> store, String id) {
    byte[] prefix = RowKeys.rows(id);
    Map<Row.Key, Row> rows = new HashMap<>();
    try (KeyValueIterator<byte[], byte[]> all = store.range(prefix, RowKeys.after(prefix))) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> next = all.next();
        Row.Key key = RowKeys.row(next.key, prefix.length);
        rows.put(key, RowFormat.read(key.kind(), next.value));
      }
    }
    Row.Run run = (Row.Run) rows.get(Row.Key.RUN);
    if (run == null) {
      return null;
    }
    byte[] bytes = store.get(RowKeys.definition(run.workflow() + "/" + run.version()));
    return status(rows, run, bytes == null ? List.of() : workflow(bytes).tasks());
  }

  private static Workflow workflow(byte[] bytes) {
    return WorkflowDefinitions.read(STORED.decode("", bytes, WorkflowDefinition.class));
  }

  /** A run by its rows. */
  static WorkflowStatus status(Map<Row.Key, Row> rows, Row.Run run, List<WorkflowTask> tasks) {
    return status(
        run,
        input(rows),
        text(rows.get(output("", -1))),
        tasks.stream().map(task -> task(task, rows)).toList());
  }

  /**
   * Runs from the newest to the oldest.
   *
   * @param after only those behind this place; null for all
   */
  public static void list(
      ReadOnlyKeyValueStore<byte[], byte[]> store,
      WorkflowFilter filter,
      byte @Nullable [] after,
      Lister lister) {
    byte[] start = RowKeys.list();
    byte[] end = after == null ? RowKeys.after(start) : RowKeys.listed(after);
    try (KeyValueIterator<byte[], byte[]> all = store.reverseRange(start, end)) {
      boolean more = true;
      while (more && all.hasNext()) {
        KeyValue<byte[], byte[]> next = all.next();
        if (!Arrays.equals(next.key, end)) {
          more = lister.take(RowKeys.place(next.key), fitting(store, filter, next));
        }
      }
    }
  }

  private static @Nullable WorkflowStatus fitting(
      ReadOnlyKeyValueStore<byte[], byte[]> store,
      WorkflowFilter filter,
      KeyValue<byte[], byte[]> entry) {
    String workflow = filter.workflow();
    if (workflow != null && !workflow.equals(new String(entry.value, UTF_8))) {
      return null;
    }
    String id = RowKeys.listedId(entry.key);
    byte[] bytes = store.get(RowKeys.row(RowKeys.rows(id), Row.Key.RUN));
    if (bytes == null) {
      return null;
    }
    Row.Run run = (Row.Run) RowFormat.read(Row.Kind.RUN, bytes);
    boolean fits =
        (filter.states().isEmpty() || filter.states().contains(run.state()))
            && (filter.from() == null || run.startedAt() >= filter.from().toEpochMilli())
            && (filter.to() == null || run.startedAt() < filter.to().toEpochMilli());
    return fits ? status(run, null, null, List.of()) : null;
  }

  private static WorkflowStatus status(
      Row.Run run, @Nullable JsonNode input, @Nullable JsonNode output, List<TaskStatus> tasks) {
    return new WorkflowStatus(
        run.executionId(),
        run.workflow(),
        run.version(),
        run.state(),
        input,
        output,
        run.error(),
        Instant.ofEpochMilli(run.startedAt()),
        time(run.finishedAt()),
        tasks);
  }

  private static TaskStatus task(WorkflowTask task, Map<Row.Key, Row> rows) {
    Row.Task row = (Row.Task) rows.get(new Row.Key(Row.Kind.TASK, task.name(), -1));
    if (row == null) {
      row = Row.Task.pending(task.name());
    }
    boolean many = row.items() >= 0;
    return new TaskStatus(
        task.name(),
        row.state(),
        row.attempt(),
        time(row.startedAt()),
        time(row.finishedAt()),
        many ? outputs(row, rows) : text(rows.get(output(task.name(), -1))),
        row.error(),
        many ? row.items() : null,
        many ? row.done() : null,
        task.dependsOn());
  }

  /** What the elements returned, once all have. */
  private static @Nullable JsonNode outputs(Row.Task row, Map<Row.Key, Row> rows) {
    if (row.done() < row.items()) {
      return null;
    }
    ArrayNode all = Json.mapper().createArrayNode();
    for (int i = 0; i < row.items(); i++) {
      all.add(text(rows.get(output(row.name(), i))));
    }
    return all;
  }

  private static Row.Key output(String task, int index) {
    return new Row.Key(Row.Kind.OUTPUT, task, index);
  }

  private static @Nullable JsonNode input(Map<Row.Key, Row> rows) {
    JsonNode both = text(rows.get(Row.Key.INPUT));
    return both == null ? null : both.get("input");
  }

  private static @Nullable JsonNode text(@Nullable Row row) {
    return row instanceof Row.Text text ? Json.exact(text.json()) : null;
  }

  private static @Nullable Instant time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }
}
