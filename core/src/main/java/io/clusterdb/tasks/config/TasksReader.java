package io.clusterdb.tasks.config;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads queues and types. */
final class TasksReader {
  private final List<Queue> queues = new ArrayList<>();
  private final Set<String> openPartitions = new HashSet<>();
  private final List<TaskDefinition> types = new ArrayList<>();

  private TasksReader() {}

  static TasksReader read(Cursor cursor, Path folder) {
    TasksReader reader = new TasksReader();
    MapReader map = cursor.map(Keys.TASKS);
    map.with("queues", Cursor::entries, reader::queues);
    map.with("types", Cursor::entries, all -> reader.types(all, folder));
    return reader;
  }

  private void queues(Map<String, Cursor> all) {
    all.forEach(
        (name, cursor) -> {
          Queue queue = QueueReader.read(name, cursor);
          queues.add(queue);
          if (!(cursor.node() instanceof YamlNode.Mapping mapping)
              || !mapping.entries().containsKey("partitions")) {
            openPartitions.add(name);
          }
          checkTarget(queue.deadLetter(), cursor, all.keySet());
        });
  }

  /** Dead letters in a queue that works would run again, in a topic that is kept another way. */
  private static void checkTarget(
      @Nullable DeadLetter deadLetter, Cursor cursor, Set<String> names) {
    String target = deadLetter == null ? null : deadLetter.queue();
    if (target != null && names.contains(target)) {
      MapReader map = new MapReader(cursor, Keys.QUEUE);
      map.with(
          "dead_letter",
          at -> at.map(Keys.DEAD_LETTER),
          found ->
              found.problem(
                  "queue", "expected a name that no queue has, found \"" + target + "\""));
    }
  }

  private void types(Map<String, Cursor> all, Path folder) {
    all.forEach((name, cursor) -> types.add(TypeReader.read(name, cursor, folder)));
  }

  List<Queue> queues() {
    return queues;
  }

  /** Names of queues that say nothing of partitions. */
  Set<String> openPartitions() {
    return openPartitions;
  }

  List<TaskDefinition> types() {
    return types;
  }
}
