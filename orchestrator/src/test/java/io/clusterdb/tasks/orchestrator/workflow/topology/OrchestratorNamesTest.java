package io.clusterdb.tasks.orchestrator.workflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerTopology;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.topic.TopicNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * The stages and stores of the orchestrator by name. Names of stores and repartitions are names of
 * topics with what they hold, and the groups of stages are the numbers in names of tasks: while
 * instances of two releases run beside each other, both must be the same.
 */
class OrchestratorNamesTest {
  @Test
  void trackerAndWorkflowsAreWhereTheyEverWere() throws IOException {
    TopicNames names = new TopicNames("tasks");
    TestCatalog catalog = new TestCatalog();
    StreamsBuilder builder = new StreamsBuilder();
    TrackerTopology.add(
        builder,
        new TrackerParts(
            names,
            catalog,
            PlatformCodec.singleObject(),
            () -> Instant.EPOCH,
            () -> 0,
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(5)),
            Duration.ofMillis(100),
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            new TrackerViews()),
        8);
    Topology topology = builder.build();
    WorkflowTopology.addTo(
        topology,
        new WorkflowParts(
            names,
            catalog,
            topic -> 2 << 20,
            PlatformCodec.singleObject(),
            () -> Instant.EPOCH,
            () -> 0,
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(5)),
            Settings.DEFAULT,
            null,
            () -> null));
    assertThat(text(topology)).isEqualTo(pinned("orchestrator.txt"));
  }

  /** Without the names that Java gives to lambdas. */
  private static List<String> text(Topology topology) {
    return lines(topology.describe().toString().replaceAll("\\$\\$Lambda[^)]*", ""));
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static List<String> pinned(String name) throws IOException {
    try (InputStream in = OrchestratorNamesTest.class.getResourceAsStream(name)) {
      return in == null ? List.of() : lines(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
