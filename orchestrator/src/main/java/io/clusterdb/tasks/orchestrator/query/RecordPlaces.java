package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.topic.TopicNames;
import org.jspecify.annotations.Nullable;

/** Says where on the log the record of a run was last. Pure. */
final class RecordPlaces {
  private RecordPlaces() {}

  /** A record's place, as every Kafka tool names it. */
  record RecordPlace(String topic, int partition, long offset) {}

  /** The place; null where none is known. Dead letters know the most of what happened. */
  static @Nullable RecordPlace of(RunState run, TopicNames names, CatalogSnapshot catalog) {
    Place place =
        run.state() == JobState.DEAD && run.deadLetter() != null && !run.deadLetterGone()
            ? run.deadLetter()
            : run.seat() == null ? null : run.seat().place();
    return place == null
        ? null
        : new RecordPlace(
            topic(place.source(), run.queue(), names, catalog), place.partition(), place.offset());
  }

  private static String topic(
      Place.Source source, String queue, TopicNames names, CatalogSnapshot catalog) {
    return switch (source) {
      case HIGH -> names.queue(queue, Priority.HIGH);
      case NORMAL -> names.queue(queue, Priority.NORMAL);
      case LOW -> names.queue(queue, Priority.LOW);
      case DELAYED -> names.delayed();
      case EVENTS -> names.events();
      case DEAD_LETTERS -> {
        Queue known = catalog.queue(queue);
        yield known == null ? names.deadLetters(queue) : names.deadLetters(known);
      }
    };
  }
}
