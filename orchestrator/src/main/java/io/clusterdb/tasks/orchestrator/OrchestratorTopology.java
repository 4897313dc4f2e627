package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerTopology;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import io.clusterdb.tasks.topic.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/** The parts of the orchestrator as one topology, and the topics that they need. */
final class OrchestratorTopology {
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private OrchestratorTopology() {}

  /** Topics beyond those that every installation has; made before the service starts. */
  static List<TopicSpec> topics(TasksRuntime runtime) {
    return List.of();
  }

  /**
   * All parts.
   *
   * @param views where the tracker's partitions show themselves to queries
   */
  static Topology build(TasksRuntime runtime, OrchestratorSettings settings, TrackerViews views) {
    StreamsBuilder builder = new StreamsBuilder();
    TrackerTopology.add(builder, tracker(runtime, settings, views), eventPartitions(runtime));
    return builder.build();
  }

  private static TrackerParts tracker(
      TasksRuntime runtime, OrchestratorSettings settings, TrackerViews views) {
    return new TrackerParts(
        runtime.names(),
        runtime.catalog(),
        runtime.platformCodec(),
        runtime.clock(),
        System::nanoTime,
        OrchestratorStreams.COMMIT,
        settings.keepFinished(),
        SWEEP,
        views);
  }

  private static int eventPartitions(TasksRuntime runtime) {
    String events = runtime.names().events();
    Map<String, Integer> counts = runtime.topics().partitions(List.of(events));
    Integer count = counts.get(events);
    if (count == null) {
      throw new IllegalStateException("expected topic " + events + ", found it deleted");
    }
    return count;
  }
}
