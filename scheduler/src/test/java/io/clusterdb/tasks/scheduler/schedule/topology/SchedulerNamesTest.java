package io.clusterdb.tasks.scheduler.schedule.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.scheduler.engine.FakeCatalog;
import io.clusterdb.tasks.scheduler.engine.FakeTopics;
import io.clusterdb.tasks.scheduler.topology.RetryTopology;
import io.clusterdb.tasks.scheduler.topology.SchedulerTopology;
import io.clusterdb.tasks.scheduler.topology.TopologyParts;
import io.clusterdb.tasks.scheduler.topology.TurnSettings;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.topic.TopicNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * The stages and stores of the scheduler by name. Names of stores are names of topics with what the
 * stores hold, and the groups of stages are the numbers in names of tasks: while instances of two
 * releases run beside each other, both must be the same.
 */
class SchedulerNamesTest {
  private final FakeCatalog catalog = new FakeCatalog("mail", "default");
  private final FakeTopics topics = new FakeTopics();

  @Test
  void waitingJobsAndSchedulesAreWhereTheyEverWere() throws IOException {
    Topology topology = new Topology();
    SchedulerTopology.addTo(topology, parts());
    ScheduleTopology.addTo(
        topology,
        new ScheduleParts(
            new TopicNames("tasks"),
            new KnownQueues(catalog, () -> 0),
            topics,
            PlatformCodec.singleObject(),
            () -> Instant.EPOCH,
            () -> 0,
            TurnSettings.DEFAULT,
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(20)),
            null,
            () -> null));
    assertThat(text(topology)).isEqualTo(pinned("scheduler.txt"));
  }

  @Test
  void retriesAreWhereTheyEverWere() throws IOException {
    Topology topology = new Topology();
    RetryTopology.addTo(topology, parts());
    assertThat(text(topology)).isEqualTo(pinned("retries.txt"));
  }

  private TopologyParts parts() {
    return new TopologyParts(
        new TopicNames("tasks"),
        new KnownQueues(catalog, () -> 0),
        topics,
        PlatformCodec.singleObject(),
        () -> Instant.EPOCH,
        () -> 0,
        TurnSettings.DEFAULT);
  }

  /** Without the names that Java gives to lambdas. */
  private static List<String> text(Topology topology) {
    return lines(topology.describe().toString().replaceAll("\\$\\$Lambda[^)]*", ""));
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static List<String> pinned(String name) throws IOException {
    try (InputStream in = SchedulerNamesTest.class.getResourceAsStream(name)) {
      return in == null ? List.of() : lines(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
