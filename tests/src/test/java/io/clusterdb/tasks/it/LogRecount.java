package io.clusterdb.tasks.it;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.testkit.EventLog;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * In which state each run is, from all that is on the log. Knows nothing of the tracker: the last
 * attempt counts, and of that what is farthest in an attempt's life.
 */
public final class LogRecount {
  private final Map<String, Step> runs = new HashMap<>();
  private final Set<String> goneLetters = new HashSet<>();

  /**
   * One thing that is known of a run.
   *
   * @param rank how far it is in the life of an attempt
   */
  private record Step(String queue, int attempt, int rank, JobState state) {
    private static final Comparator<Step> FARTHEST =
        Comparator.comparing((Step each) -> each.state().terminal())
            .thenComparingInt(Step::attempt)
            .thenComparingInt(Step::rank);

    static Step later(Step one, Step other) {
      return FARTHEST.compare(one, other) >= 0 ? one : other;
    }
  }

  private LogRecount() {}

  /** Reads everything of these queues. */
  public static LogRecount read(TasksRuntime tasks, String... queues) {
    LogRecount recount = new LogRecount();
    TopicNames names = tasks.names();
    for (String queue : queues) {
      for (Priority lane : Priority.values()) {
        for (ConsumerRecord<byte[], byte[]> record : records(tasks, names.queue(queue, lane))) {
          recount.add(record, queue, 2, JobState.QUEUED);
        }
      }
      for (ConsumerRecord<byte[], byte[]> record : records(tasks, names.retry(queue))) {
        recount.add(record, queue, 0, JobState.RETRYING);
      }
      for (ConsumerRecord<byte[], byte[]> record : records(tasks, names.deadLetters(queue))) {
        recount.letter(record, queue);
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : records(tasks, names.delayed())) {
      recount.waiting(record);
    }
    try (EventLog log = EventLog.of(tasks.config())) {
      log.all().forEach(recount::add);
    }
    return recount;
  }

  private static Iterable<ConsumerRecord<byte[], byte[]>> records(
      TasksRuntime tasks, String topic) {
    return tasks.topics().existing(List.of(topic)).isEmpty()
        ? Set.of()
        : EventOracle.Log.read(tasks.config().bootstrap(), topic);
  }

  private void waiting(ConsumerRecord<byte[], byte[]> record) {
    String queue = HeaderText.of(record.headers(), JobHeaders.QUEUE);
    if (queue != null && HeaderText.of(record.headers(), JobHeaders.ID) != null) {
      add(record, queue, 1, attempt(record) == 1 ? JobState.SCHEDULED : JobState.RETRYING);
    }
  }

  private void letter(ConsumerRecord<byte[], byte[]> record, String queue) {
    String run = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      goneLetters.add(run);
    } else {
      add(record, queue, 9, JobState.DEAD);
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record, String queue, int rank, JobState state) {
    String run =
        HeaderText.of(record.headers(), JobHeaders.ID)
            + "/"
            + HeaderText.of(record.headers(), JobHeaders.RUN);
    runs.merge(run, new Step(queue, attempt(record), rank, state), Step::later);
  }

  private static int attempt(ConsumerRecord<byte[], byte[]> record) {
    @Nullable String text = HeaderText.of(record.headers(), JobHeaders.ATTEMPT);
    return text == null ? 1 : Integer.parseInt(text);
  }

  private void add(JobEvent event) {
    JobState state = JobState.valueOf(event.getState().name());
    int rank = state == JobState.RUNNING ? 3 : state == JobState.RETRYING ? 4 : 9;
    runs.merge(
        event.getJobId() + "/" + event.getRun(),
        new Step(event.getQueue(), event.getAttempt(), rank, state),
        Step::later);
  }

  /**
   * Ids of the runs of a queue by state, as {@code job/run}; without dead letters that are gone.
   */
  public Map<JobState, Set<String>> of(String queue) {
    return runs.entrySet().stream()
        .filter(each -> each.getValue().queue().equals(queue))
        .filter(
            each ->
                each.getValue().state() != JobState.DEAD || !goneLetters.contains(each.getKey()))
        .collect(
            Collectors.groupingBy(
                each -> each.getValue().state(),
                TreeMap::new,
                Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
  }

  /** How many runs of a queue are in each state. */
  public Map<JobState, Long> counts(String queue) {
    Map<JobState, Long> counts = new TreeMap<>();
    of(queue).forEach((state, runs) -> counts.put(state, (long) runs.size()));
    return counts;
  }
}
