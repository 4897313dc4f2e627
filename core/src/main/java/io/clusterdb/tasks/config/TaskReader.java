package io.clusterdb.tasks.config;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;

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
}
