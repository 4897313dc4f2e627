package io.clusterdb.tasks.testkit;

import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.KafkaClients;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The oracle of the guarantees: everything that happened to the jobs of a prefix, as the log says.
 * It knows nothing of workers; it reads the committed events from the start of the log and judges
 * them. Every question first reads on to the end that the log has at that moment.
 *
 * <p>Thread-safe.
 */
public final class EventLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int SHOWN = 20;

  private final String topic;
  private final PlatformCodec codec;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** The events of each run, by the job's id and by the run. */
  private final Map<String, Map<String, List<JobEvent>>> byJob = new LinkedHashMap<>();

  private EventLog(TasksConfig config) {
    topic = new TopicNames(config.prefix()).events();
    Map<String, Object> registry = new HashMap<>(config.registryProperties());
    if (config.registryUrl() != null) {
      registry.put("schema.registry.url", config.registryUrl());
    }
    codec = PlatformCodec.of(registry);
    consumer =
        new KafkaClients(config)
            .consumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
  }

  /** The events of the prefix of this configuration. */
  public static EventLog of(TasksConfig config) {
    return new EventLog(config);
  }

  /**
   * Waits until the runs of these jobs have ended, well or not.
   *
   * @throws AssertionError if some have not within this time; it says which, and what is known
   */
  public void awaitEnded(Collection<JobId> jobs, Duration limit) {
    await(jobs, id -> runs(id.value()).getOrDefault(id.run(), List.of()), limit);
  }

  /**
   * As {@link #awaitEnded}, by the jobs' ids alone, for jobs whose runs the test does not know. Any
   * run of an id counts.
   *
   * @throws AssertionError if some have not ended within this time
   */
  public void awaitEndedIds(Collection<String> jobIds, Duration limit) {
    await(jobIds, this::known, limit);
  }

  private synchronized <T> void await(
      Collection<T> wanted, Function<T, List<JobEvent>> eventsOf, Duration limit) {
    long start = System.nanoTime();
    List<T> open = new ArrayList<>(wanted);
    while (true) {
      readOn();
      open.removeIf(job -> ended(eventsOf.apply(job)));
      if (open.isEmpty()) {
        return;
      }
      if (System.nanoTime() - start >= limit.toNanos()) {
        throw new AssertionError(notEnded(open, eventsOf, wanted.size(), limit));
      }
      read(POLL);
    }
  }

  private static <T> String notEnded(
      List<T> open, Function<T, List<JobEvent>> eventsOf, int all, Duration limit) {
    String which =
        open.stream()
            .limit(SHOWN)
            .map(job -> job + " " + states(eventsOf.apply(job)))
            .collect(Collectors.joining(", "));
    return "expected %d jobs to end within %s, found %d that did not: %s%s"
        .formatted(all, limit, open.size(), which, open.size() > SHOWN ? ", …" : "");
  }

  private static String states(List<JobEvent> events) {
    return events.isEmpty()
        ? "(no event)"
        : events.stream()
            .map(event -> event.getState() + " " + event.getAttempt())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static boolean ended(List<JobEvent> events) {
    return events.stream().anyMatch(event -> EventRules.state(event).terminal());
  }

  /**
   * Every breach of a guarantee, as text for people; empty when all is well: each attempt has at
   * most one outcome, a run has at most one terminal event, and no outcome follows it. That runs do
   * end is what {@link #awaitEnded} says.
   */
  public synchronized List<String> breaches() {
    readOn();
    List<String> breaches = new ArrayList<>();
    byJob.forEach(
        (id, runs) ->
            runs.forEach(
                (run, events) -> breaches.addAll(EventRules.breaches(id + "/" + run, events))));
    return breaches;
  }

  /** Ids of the jobs with an event of this state. */
  public synchronized Set<String> ended(JobState state) {
    return idsWith(event -> EventRules.state(event) == state);
  }

  /** Ids of the jobs of which a run has ended, well or not. */
  public synchronized Set<String> ended() {
    return idsWith(event -> EventRules.state(event).terminal());
  }

  private Set<String> idsWith(Predicate<JobEvent> wanted) {
    readOn();
    return every().filter(wanted).map(JobEvent::getJobId).collect(Collectors.toSet());
  }

  /** Every event; those of a run are in their order. */
  public synchronized List<JobEvent> all() {
    readOn();
    return every().toList();
  }

  /** The events of a job in their order, run after run; empty where there are none. */
  public synchronized List<JobEvent> of(String jobId) {
    readOn();
    return known(jobId);
  }

  private List<JobEvent> known(String jobId) {
    return runs(jobId).values().stream().flatMap(List::stream).toList();
  }

  private Map<String, List<JobEvent>> runs(String jobId) {
    return byJob.getOrDefault(jobId, Map.of());
  }

  private Stream<JobEvent> every() {
    return byJob.values().stream().flatMap(runs -> runs.values().stream()).flatMap(List::stream);
  }

  /** Reads to the end that the log has now. */
  private void readOn() {
    if (consumer.assignment().isEmpty() && !assigned()) {
      return; // nobody has made the topic, so nothing has happened
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      read(POLL);
    }
  }

  private boolean assigned() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    return !partitions.isEmpty();
  }

  private void read(Duration wait) {
    if (consumer.assignment().isEmpty()) {
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      JobEvent event = codec.decode(topic, record.value(), JobEvent.class);
      byJob
          .computeIfAbsent(event.getJobId(), any -> new LinkedHashMap<>())
          .computeIfAbsent(event.getRun(), any -> new ArrayList<>())
          .add(event);
    }
  }

  /** Closes the connection to the log. */
  @Override
  public synchronized void close() {
    consumer.close();
    codec.close();
  }
}
