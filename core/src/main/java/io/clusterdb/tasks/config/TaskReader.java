package io.clusterdb.tasks.config;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what a schedule, a workflow's task or a compensation runs. */
final class TaskReader {
  private TaskReader() {}

  /** A task whose type may be left out, since it has the name of what it stands in. */
  static MapReader read(Cursor cursor) {
    MapReader map = cursor.map(Keys.TASK);
    map.read("type", Cursor::text);
    map.with("queue", Cursor::text, name -> Queue.named(name).build()); // for its checks
    map.read("key", Cursor::text);
    map.read("priority", at -> at.constant(Priority.class));
    map.read("metadata", Cursor::textMap);
    return map; // the payload is the user's own
  }

  /** A task that has no other name to take its type from. */
  static MapReader readTyped(Cursor cursor) {
    MapReader map = read(cursor);
    map.require("type", at -> at);
    return map;
  }

  /** The job of a task, whose type is this name unless it has one. */
  static Task task(Cursor cursor, String name) {
    MapReader map = read(cursor);
    String type = map.read("type", Cursor::text);
    Task task = Task.of(type == null ? name : type);
    task = task.payload(map.read("payload", Cursor::json));
    task = task.queue(map.read("queue", Cursor::text)).key(map.read("key", Cursor::text));
    Priority priority = map.read("priority", at -> at.constant(Priority.class));
    task = priority == null ? task : task.priority(priority);
    Map<String, String> metadata = map.read("metadata", Cursor::textMap);
    for (Map.Entry<String, String> entry :
        (metadata == null ? Map.<String, String>of() : metadata).entrySet()) {
      task = task.metadata(entry.getKey(), entry.getValue());
    }
    return task;
  }

  /** A job that has no other name to take its type from; null if it has none. */
  static @Nullable Task typed(Cursor cursor) {
    return readTyped(cursor).has("type") ? task(cursor, "") : null;
  }
}
