package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Checks the section of monitoring and keeps it as it is. */
final class MonitoringReader {
  private MonitoringReader() {}

  static JsonNode monitoring(Cursor cursor) {
    MapReader map = cursor.map(Keys.MONITORING);
    map.read("metrics", Cursor::texts);
    map.with(
        "alerts",
        at -> at.map(Keys.ALERTS),
        alerts -> {
          alerts.read("queue_threshold", MonitoringReader::jobs);
          alerts.read("error_threshold", MonitoringReader::part);
        });
    return cursor.json();
  }

  private static @Nullable Long jobs(Cursor cursor) {
    Long jobs = cursor.whole();
    return jobs == null || jobs >= 1 ? jobs : cursor.expected("a number of jobs of 1 or more");
  }

  static @Nullable Double part(Cursor cursor) {
    Double part = cursor.number();
    return part == null || (part >= 0 && part <= 1) ? part : cursor.expected("a part from 0 to 1");
  }
}
