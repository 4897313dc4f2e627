package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerTopology;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.orchestrator.workflow.topology.WorkflowParts;
import io.clusterdb.tasks.orchestrator.workflow.topology.WorkflowTopology;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.routing.KnownTopics;
import io.clusterdb.tasks.topic.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/** The parts of the orchestrator as one topology, and the topics that they need. */
final class OrchestratorTopology {
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private OrchestratorTopology() {}

  /** Topics beyond those that every installation has; made before the service starts. */
  static List<TopicSpec> topics(TasksRuntime runtime) {
    return List.of(
        new TopicSpec(
            runtime.names().orchestratorDeadLetters(),
            1,
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(WorkflowTopology.MAX_RECORD_BYTES))));
  }

  /**
   * All parts.
   *
   * @param views where the tracker's partitions show themselves to queries
   * @param topics says which topics there are
   * @param commits what commits take
   * @param partitions of the topic of events
   */
  static Topology build(
      TasksRuntime runtime,
      OrchestratorSettings settings,
      TrackerViews views,
      KnownTopics topics,
      CommitTimes commits,
      int partitions) {
    ThreadLocal<CommitPace> paces =
        CommitPace.perThread(commits, System::nanoTime, OrchestratorStreams.WORKFLOW_COMMIT);
    StreamsBuilder builder = new StreamsBuilder();
    TrackerTopology.add(builder, tracker(runtime, settings, views, paces), partitions);
    Topology topology = builder.build();
    WorkflowTopology.addTo(topology, workflows(runtime, topics, paces));
    return topology;
  }

  private static WorkflowParts workflows(
      TasksRuntime runtime, KnownTopics topics, ThreadLocal<CommitPace> paces) {
    return new WorkflowParts(
        runtime.names(),
        runtime.catalog(),
        topics,
        runtime.platformCodec(),
        runtime.clock(),
        System::nanoTime,
        paces,
        Settings.DEFAULT,
        runtime.meters(),
        runtime::tracing);
  }

  /** The topic between the tracker's two halves. */
  static String facts(TasksRuntime runtime) {
    return "%s-%s-repartition"
        .formatted(runtime.names().orchestratorApplication(), TrackerTopology.FACTS);
  }

  private static TrackerParts tracker(
      TasksRuntime runtime,
      OrchestratorSettings settings,
      TrackerViews views,
      ThreadLocal<CommitPace> paces) {
    return new TrackerParts(
        runtime.names(),
        runtime.catalog(),
        runtime.platformCodec(),
        runtime.clock(),
        System::nanoTime,
        paces,
        OrchestratorStreams.TRACKER_COMMIT,
        settings.keepFinished(),
        SWEEP,
        views);
  }

  /** Partitions of the topic of events, and so of the tracker. */
  static int partitions(TasksRuntime runtime) {
    String events = runtime.names().events();
    Map<String, Integer> counts = runtime.topics().partitions(List.of(events));
    Integer count = counts.get(events);
    if (count == null) {
      throw new IllegalStateException("expected topic " + events + ", found it deleted");
    }
    return count;
  }
}
