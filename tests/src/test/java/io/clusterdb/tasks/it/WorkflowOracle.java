package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowEventKind;
import io.clusterdb.tasks.schemas.avro.WorkflowRunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Says what the log of runs breaks: each run's events are numbered without a gap, no task begins
 * before those that it depends on have ended, each ends once, what is undone had completed and is
 * undone in reverse order, and the run ends once.
 */
public final class WorkflowOracle {
  private final Map<String, List<WorkflowEvent>> runs = new TreeMap<>();

  private WorkflowOracle() {}

  /** Reads all that is committed now. */
  public static WorkflowOracle read(TasksRuntime tasks) {
    WorkflowOracle oracle = new WorkflowOracle();
    String topic = tasks.names().workflowEvents();
    int count = tasks.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    try (KafkaConsumer<byte[], byte[]> consumer = tasks.clients().consumer(Map.of())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          WorkflowEvent event =
              tasks.platformCodec().decode(topic, record.value(), WorkflowEvent.class);
          oracle
              .runs
              .computeIfAbsent(new String(record.key(), UTF_8), id -> new ArrayList<>())
              .add(event);
        }
      }
    }
    return oracle;
  }

  public Set<String> ids() {
    return runs.keySet();
  }

  public List<WorkflowEvent> events(String id) {
    return runs.getOrDefault(id, List.of());
  }

  /** The states that runs ended in; those that go on are not there. */
  public Map<String, WorkflowRunState> ends() {
    Map<String, WorkflowRunState> ends = new HashMap<>();
    runs.forEach(
        (id, events) ->
            events.stream()
                .filter(event -> event.getKind() == WorkflowEventKind.RUN_ENDED)
                .forEach(event -> ends.put(id, event.getState())));
    return ends;
  }

  /** Ids of the jobs that runs started, compensations too. */
  public Set<String> jobs() {
    Set<String> jobs = new HashSet<>(undoJobs());
    runs.values().stream()
        .flatMap(List::stream)
        .map(WorkflowEvent::getJobId)
        .filter(id -> id != null && id.contains("/"))
        .forEach(jobs::add);
    return jobs;
  }

  /** Ids of the jobs that undid something. */
  public Set<String> undoJobs() {
    Set<String> jobs = new HashSet<>();
    runs.forEach(
        (id, events) ->
            events.stream()
                .filter(event -> event.getKind() == WorkflowEventKind.TASK_COMPENSATED)
                .forEach(event -> jobs.add(id + "/" + event.getTask() + "/compensate")));
    return jobs;
  }

  /**
   * What is broken.
   *
   * @param dependencies names of the tasks before each task
   */
  public List<String> breaches(Map<String, List<String>> dependencies) {
    List<String> breaches = new ArrayList<>();
    runs.forEach((id, events) -> check(id, events, dependencies, breaches));
    return breaches;
  }

  private static void check(
      String id,
      List<WorkflowEvent> events,
      Map<String, List<String>> dependencies,
      List<String> breaches) {
    long sequence = 0;
    int ends = 0;
    Set<String> ended = new HashSet<>();
    List<String> completed = new ArrayList<>();
    List<String> toUndo = new ArrayList<>();
    for (WorkflowEvent event : events) {
      sequence++;
      String task = String.valueOf(event.getTask());
      if (event.getSequence() != sequence) {
        breaches.add("%s: event %d in place %d".formatted(id, event.getSequence(), sequence));
      }
      if (ends > 0) {
        breaches.add("%s: %s after the end".formatted(id, event.getKind()));
      }
      switch (event.getKind()) {
        case TASK_STARTED -> {
          if (!ended.containsAll(dependencies.getOrDefault(task, List.of()))) {
            breaches.add("%s: %s began before what it depends on".formatted(id, task));
          }
        }
        case TASK_SUCCEEDED, TASK_FAILED, TASK_SKIPPED, TASK_CANCELLED -> {
          if (!ended.add(task)) {
            breaches.add("%s: %s ended twice".formatted(id, task));
          }
          if (event.getKind() == WorkflowEventKind.TASK_SUCCEEDED) {
            completed.add(task);
          }
        }
        case TASK_COMPENSATED -> {
          if (!completed.remove(task)) {
            breaches.add("%s: %s undone, not completed".formatted(id, task));
          }
          if (toUndo.isEmpty() || !toUndo.removeFirst().equals(task)) {
            breaches.add("%s: %s undone out of order or twice".formatted(id, task));
          }
        }
        case COMPENSATION_STARTED -> {
          List<String> reversed =
              completed.reversed().stream().filter(event.getTasks()::contains).toList();
          if (!reversed.equals(event.getTasks())) {
            breaches.add("%s: undone in order %s".formatted(id, event.getTasks()));
          }
          toUndo.addAll(event.getTasks());
        }
        case RUN_ENDED -> {
          ends++;
          if (event.getState() == WorkflowRunState.COMPENSATED && !toUndo.isEmpty()) {
            breaches.add("%s: ended with %s still to be undone".formatted(id, toUndo));
          }
        }
        default -> {}
      }
    }
    if (ends != 1) {
      breaches.add("%s: ended %d times".formatted(id, ends));
    }
  }
}
