package io.clusterdb.tasks.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.LogRecount;
import io.clusterdb.tasks.it.WorkflowOracle;
import io.clusterdb.tasks.it.WorkflowSteps;
import io.clusterdb.tasks.it.cluster.Ledger.Promise;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowRunState;
import io.clusterdb.tasks.testkit.EventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log from its start, when nothing goes wrong any more, and judges each guarantee of the
 * architecture by it, and by what callers were told and workers wrote down.
 */
final class ClusterOracle {
  private static final String LOST = "1. an acknowledged enqueue is never lost";
  private static final String ONCE = "2. every run is attempted, and ends exactly once";
  private static final String ORDER = "3. a key's jobs start in order and never overlap";
  private static final String STEPS = "4. a step's effects happen once";
  private static final String TIMES = "5. what is timed comes once and never early";
  private static final String POISON = "6. bad input ends as a dead letter and stops nothing";
  private static final String VIEW = "7. the tracker's counts are those of the log";

  private final TasksRuntime tasks;
  private final Ledger ledger;
  private final List<Path> workers;
  private final int skewMs;
  private final Verdict verdict = new Verdict();

  /**
   * Makes one.
   *
   * @param skewMs by how much the clock of a scheduler was wrong at most
   */
  ClusterOracle(TasksRuntime tasks, Ledger ledger, List<Path> workers, int skewMs) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.workers = workers;
    this.skewMs = skewMs;
  }

  /**
   * Waits until everything that was promised has ended, and judges.
   *
   * @param loaded when load ended; schedules go on
   * @param patience how long nothing of it may go on before the rest is given up: what is slow is
   *     not lost
   */
  Verdict judge(Instant loaded, Duration patience) throws Exception {
    try (EventLog log = EventLog.of(tasks.config())) {
      awaitEnds(log, loaded, patience);
      List<JobEvent> events = log.all();
      Map<String, JobState> ends = ends(events);
      lost(ends);
      once(log, events, ends);
      steps(ends);
    }
    times(loaded);
    poison();
    view(patience);
    return verdict;
  }

  private void awaitEnds(EventLog log, Instant loaded, Duration patience)
      throws InterruptedException {
    Set<String> promised = ledger.byId().keySet();
    long went = -1;
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      Set<String> ended = log.ended();
      WorkflowOracle runs = WorkflowOracle.read(tasks);
      long goes =
          promised.stream().filter(ended::contains).count()
              + runs.ids().stream().mapToLong(id -> runs.events(id).size()).sum();
      if (goes != went) {
        went = goes;
        until = System.nanoTime() + patience.toNanos();
      }
      boolean jobs = ended.containsAll(promised);
      boolean all = runs.ends().keySet().containsAll(runs.ids());
      if (jobs && all && runs.ids().containsAll(ledger.runs()) && ticks().reach(loaded)) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private static Map<String, JobState> ends(List<JobEvent> events) {
    Map<String, JobState> ends = new HashMap<>();
    for (JobEvent event : events) {
      JobState state = JobState.valueOf(event.getState().name());
      if (state.terminal()) {
        ends.put(event.getJobId(), state);
      }
    }
    return ends;
  }

  private void lost(Map<String, JobState> ends) {
    List<String> lost =
        ledger.promises().stream()
            .filter(promise -> !ends.containsKey(promise.id()))
            .map(promise -> promise + " has no end")
            .sorted()
            .toList();
    verdict.breaches(LOST, lost);
    Set<String> ghosts = new TreeSet<>(ledger.aborted());
    ghosts.retainAll(ends.keySet());
    verdict.breaches(
        LOST, ghosts.stream().map(id -> id + " ran, and its transaction was aborted").toList());
    long there = ledger.unknown().stream().filter(ends::containsKey).count();
    verdict.count(
        LOST,
        "%d acknowledged, %d lost; of %d without an answer, or in a deleted queue, %d ran; none of %d in aborted transactions did"
            .formatted(
                ledger.promises().size(),
                lost.size(),
                ledger.unknown().size(),
                there,
                ledger.aborted().size()));
  }

  private void once(EventLog log, List<JobEvent> events, Map<String, JobState> ends)
      throws Exception {
    verdict.breaches(ONCE, log.breaches());
    List<String> wrong = new ArrayList<>();
    for (Promise promise : ledger.promises()) {
      JobState wanted = promise.fate() == Work.Fate.BAD ? JobState.DEAD : JobState.SUCCEEDED;
      JobState end = ends.get(promise.id());
      if (end != null && end != wanted) {
        wrong.add("%s ended %s: %s".formatted(promise, end, story(events, promise.id())));
      }
    }
    verdict.breaches(ONCE, wrong);
    List<Attempted> attempts = Attempted.read(workers);
    Set<String> begun = attempts.stream().map(Attempted::id).collect(Collectors.toSet());
    verdict.breaches(
        ONCE,
        ledger.promises().stream()
            .filter(promise -> ends.containsKey(promise.id()) && !begun.contains(promise.id()))
            .map(promise -> promise + " ended and never ran")
            .toList());
    long distinct =
        attempts.stream().map(each -> each.id() + "/" + each.attempt()).distinct().count();
    verdict.count(
        ONCE,
        "%d events of %d jobs that ended, %s; %d handlers began for %d attempts, %d of them once more"
            .formatted(
                events.size(),
                ends.size(),
                states(ends),
                attempts.size(),
                distinct,
                attempts.size() - distinct));
    order(attempts);
  }

  private static String story(List<JobEvent> events, String id) {
    return events.stream()
        .filter(event -> event.getJobId().equals(id))
        .map(event -> event.getState() + " " + event.getAttempt() + " " + event.getError())
        .toList()
        .toString();
  }

  private Ticks ticks() {
    return Ticks.of(
        Topics.read(tasks, tasks.names().queue(Load.TICKS)).stream()
            .map(
                record ->
                    HeaderText.of(record.headers(), JobHeaders.ID) + "/" + Topics.attempt(record))
            .toList());
  }

  private static Map<JobState, Long> states(Map<String, JobState> ends) {
    Map<JobState, Long> states = new EnumMap<>(JobState.class);
    ends.values().forEach(state -> states.merge(state, 1L, Long::sum));
    return states;
  }

  private void order(List<Attempted> attempts) {
    KeyOrder order =
        KeyOrder.of(attempts.stream().filter(each -> each.queue().equals(Load.KEYED)).toList());
    verdict.breaches(ORDER, order.breaches());
    verdict.count(
        ORDER,
        "%d executions of %d keys under %d tokens of owners, %d of owners that were replaced already"
            .formatted(order.starts(), order.keys(), order.owners(), order.refused()));
  }

  private void steps(Map<String, JobState> jobs) {
    WorkflowOracle runs = WorkflowOracle.read(tasks);
    verdict.breaches(STEPS, runs.breaches(WorkflowSteps.DEPENDENCIES));
    Map<String, WorkflowRunState> ends = runs.ends();
    List<String> wrong = new ArrayList<>();
    ends.forEach(
        (id, end) -> {
          if (!WorkflowSteps.end(id).name().equals(end.name())) {
            wrong.add("%s ended %s".formatted(id, end));
          }
        });
    ledger.runs().stream()
        .filter(id -> !ends.containsKey(id))
        .forEach(id -> wrong.add(id + " was taken and has no end"));
    runs.jobs().stream()
        .filter(id -> !jobs.containsKey(id))
        .forEach(id -> wrong.add("job " + id + " has no end"));
    verdict.breaches(STEPS, wrong);
    verdict.count(
        STEPS,
        "%d runs with %d jobs, of %d starts that were taken and %d without an answer"
            .formatted(
                ends.size(),
                runs.jobs().size(),
                ledger.runs().size(),
                ledger.unknownRuns().size()));
  }

  private void times(Instant loaded) {
    List<String> wrong = new ArrayList<>();
    int twice = 0;
    int records = 0;
    int timed = 0;
    long latest = 0;
    for (String queue : List.of(Load.PLAIN, Load.KEYED, Load.LATER, Load.TICKS)) {
      Set<String> seen = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : Topics.read(tasks, tasks.names().queue(queue))) {
        records++;
        String id = HeaderText.of(record.headers(), JobHeaders.ID);
        if (id != null && !seen.add(id + "/" + Topics.attempt(record))) {
          wrong.add("%s came twice to %s".formatted(id, queue));
          twice++;
        }
        long due = due(id);
        if (due > 0 && Topics.attempt(record).equals("1")) {
          timed++;
          latest = Math.max(latest, record.timestamp() - due);
          if (record.timestamp() < due - skewMs) {
            wrong.add("%s came %d ms early".formatted(id, due - record.timestamp()));
          }
        }
      }
      if (queue.equals(Load.TICKS)) {
        Ticks ticks = Ticks.of(seen);
        wrong.addAll(ticks.breaches(loaded));
        verdict.count(TIMES, "%d ticks, one for each second".formatted(ticks.times().size()));
      }
    }
    verdict.breaches(TIMES, wrong);
    verdict.count(
        TIMES,
        "%d records of jobs, %d of them twice; %d timed ones, none more than %d ms early (the clocks' skew), the latest %.1f s late"
            .formatted(records, twice, timed, skewMs, latest / 1_000.0));
  }

  private long due(@Nullable String id) {
    if (id == null) {
      return 0;
    }
    if (Ticks.isTick(id)) {
      return Ticks.planned(id).toEpochMilli();
    }
    Promise promise = ledger.byId().get(id);
    return promise == null ? 0 : promise.dueMs();
  }

  private void poison() {
    Set<String> letters =
        Topics.read(tasks, tasks.names().deadLetters(Load.TICKS)).stream()
            .filter(record -> record.value() != null)
            .filter(record -> "odd".equals(new String(record.value(), UTF_8)))
            .map(record -> new String(record.key(), UTF_8))
            .collect(Collectors.toSet());
    int least = ledger.malformed();
    int most = least + ledger.malformedUnknown();
    if (letters.size() < least || letters.size() > most) {
      verdict.breaches(
          POISON,
          List.of(
              "%d to %d malformed records, %d dead letters"
                  .formatted(least, most, letters.size())));
    }
    verdict.count(
        POISON,
        "%d malformed records were taken, %d are dead letters".formatted(least, letters.size()));
  }

  private void view(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    List<String> queues = List.of(Load.PLAIN, Load.KEYED, Load.LATER);
    Map<String, String> different = new TreeMap<>();
    Map<String, Map<JobState, Long>> counts = new TreeMap<>();
    do {
      different.clear();
      LogRecount log = LogRecount.read(tasks, queues.toArray(String[]::new));
      for (String queue : queues) {
        try {
          QueueStats stats = tasks.queues().stats(queue);
          Map<JobState, Long> tracked = new TreeMap<>(stats.byState());
          tracked.values().removeIf(count -> count == 0);
          counts.put(queue, tracked);
          if (!tracked.equals(log.counts(queue))) {
            different.put(
                queue, "tracked %s, the log has %s".formatted(tracked, log.counts(queue)));
          }
        } catch (TasksException e) {
          different.put(queue, "no answer: " + e.getMessage());
        }
      }
      if (!different.isEmpty()) {
        TimeUnit.SECONDS.sleep(1);
      }
    } while (!different.isEmpty() && System.nanoTime() < until);
    verdict.breaches(
        VIEW,
        different.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList());
    verdict.count(VIEW, counts.toString());
  }
}
