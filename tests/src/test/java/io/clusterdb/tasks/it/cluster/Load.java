package io.clusterdb.tasks.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.WorkflowSteps;
import io.clusterdb.tasks.it.cluster.Ledger.Promise;
import io.clusterdb.tasks.it.cluster.Work.Fate;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * What users do all the time: jobs of all kinds, delayed ones, hot keys, callers' transactions,
 * runs of workflows, and records that are none of ours. Keeps a ledger of what it was promised.
 */
final class Load implements AutoCloseable {
  static final String PLAIN = "plain";
  static final String KEYED = "keyed";
  static final String LATER = "later";
  static final String TICKS = "ticks";
  static final String CHURN = "churn";

  /** The queues that workers consume, beside that of the steps of workflows. */
  static final List<String> QUEUES = List.of(PLAIN, KEYED, LATER, TICKS, CHURN);

  private static final RetryPolicy PATIENT =
      RetryPolicy.fixed(Duration.ofMillis(200)).maxAttempts(10);

  /** In percent of what two fast cores bear with eleven processes: how often each deed is done. */
  private static final int PERCENT = Integer.getInteger("cluster.load", 100);

  /** Jobs of the busiest queue each time. */
  private final int chunk;

  /** Time between two runs of workflows. */
  private final int runMs;

  /** Time between two slow ones. */
  private static final int SLOW_EVERY_MS = 500;

  /**
   * The same, whatever the pace, where they take very long: most workers have several, and slots
   * for more.
   */
  private static final int VERY_SLOW_EVERY_MS = 20_000;

  private static final int VERY_SLOW_MS = 60_001;

  /** Slow handlers run on while everything around them is killed. */
  private final int slowMs;

  private final TasksRuntime tasks;
  private final Ledger ledger;
  private final Random random;
  private final Map<String, Long> sequences = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final KafkaProducer<byte[], byte[]> stranger;
  private final ReentrantReadWriteLock churn = new ReentrantReadWriteLock();
  private volatile boolean going = true;
  private int plain;
  private int slow;
  private int keyed;
  private int later;
  private int churned;
  private int own;
  private int runs;

  /**
   * Makes one that rests.
   *
   * @param chunk jobs of the busiest queue ten times a second; the others follow
   * @param runMs time between two runs of workflows
   * @param slowMs how long slow handlers take
   */
  Load(TasksRuntime tasks, Ledger ledger, long seed, int chunk, int runMs, int slowMs) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.random = new Random(seed);
    this.stranger = tasks.clients().producer(Map.of());
    this.chunk = chunk;
    this.runMs = runMs;
    this.slowMs = slowMs;
  }

  /** Makes queues, schedules and workflows. */
  static void prepare(TasksRuntime tasks) {
    tasks.queues().createQueue(queue(PLAIN, 8).build());
    tasks.queues().createQueue(queue(KEYED, 4).ordering(Ordering.KEY).build());
    tasks.queues().createQueue(queue(LATER, 4).build());
    tasks.queues().createQueue(queue(TICKS, 1).build());
    tasks.queues().createQueue(queue(CHURN, 4).build());
    tasks
        .queues()
        .createQueue(
            Queue.named(WorkflowSteps.QUEUE)
                .retry(RetryPolicy.fixed(Duration.ofMillis(200)).maxAttempts(10).neverOn("Unlucky"))
                .build());
    tasks.workflows().createWorkflow(WorkflowSteps.parcel());
    tasks.workflows().createWorkflow(WorkflowSteps.order());
    tasks
        .schedules()
        .configure(
            ScheduledTask.named("tick")
                .schedule(Schedule.cron("* * * * * *"))
                .misfire(Misfire.FIRE_ALL)
                .task(Task.of("Work").queue(TICKS).payload(Work.good(1))));
  }

  private static Queue.Builder queue(String name, int partitions) {
    return Queue.named(name).partitions(partitions).retry(PATIENT);
  }

  Load start() {
    every(100, this::plain);
    every(100, this::keyed);
    every(200, this::later);
    every(200, this::churn);
    every(slowMs < VERY_SLOW_MS ? SLOW_EVERY_MS : VERY_SLOW_EVERY_MS * PERCENT / 100, this::slow);
    every(1_000, this::malformed);
    every(runMs, this::run);
    threads.add(Thread.ofPlatform().name("load-transactions").start(this::transactions));
    return this;
  }

  private void every(int millis, Runnable deed) {
    threads.add(
        Thread.ofPlatform()
            .name("load")
            .start(
                () -> {
                  while (pause(millis * 100 / PERCENT)) {
                    deed.run();
                  }
                }));
  }

  private boolean pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return going;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void plain() {
    List<Promise> promises = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < chunk; i++) {
      int number = plain++;
      Fate fate = number % 50 == 7 ? Fate.FLAKY : number % 50 == 8 ? Fate.BAD : Fate.GOOD;
      Promise promise = new Promise("plain-" + number, PLAIN, fate, 0);
      promises.add(promise);
      jobs.add(job(promise, new Work(5, "", 0, fate)).build());
    }
    enqueue(promises, jobs);
  }

  private void slow() {
    Promise promise = new Promise("slow-" + slow++, PLAIN, Fate.GOOD, 0);
    enqueue(List.of(promise), List.of(job(promise, Work.good(slowMs)).build()));
  }

  /** Half of them have one hot key. */
  private void keyed() {
    List<Promise> promises = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < chunk; i++) {
      int number = keyed++;
      String key = i < chunk / 2 ? "hot" : "key-" + number % 20;
      Fate fate = number % 40 == 9 ? Fate.FLAKY : Fate.GOOD;
      Promise promise = new Promise("keyed-" + number, KEYED, fate, 0);
      promises.add(promise);
      Work work = new Work(4, key, sequences.merge(key, 1L, Long::sum), fate);
      jobs.add(job(promise, work).key(key).build());
    }
    enqueue(promises, jobs);
  }

  private void later() {
    List<Promise> promises = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < chunk; i++) {
      Duration delay = Duration.ofMillis(200 + random.nextInt(5_000));
      long due = tasks.clock().millis() + delay.toMillis();
      Promise promise = new Promise("later-" + later++, LATER, Fate.GOOD, due);
      promises.add(promise);
      jobs.add(job(promise, Work.good(1)).schedule(Schedule.after(delay)).build());
    }
    enqueue(promises, jobs);
  }

  private void churn() {
    churn.readLock().lock();
    try {
      List<Promise> promises = new ArrayList<>();
      List<Job> jobs = new ArrayList<>();
      for (int i = 0; i < chunk; i++) {
        Promise promise = new Promise("churn-" + churned++, CHURN, Fate.GOOD, 0);
        promises.add(promise);
        jobs.add(job(promise, Work.good(20)).build());
      }
      enqueue(promises, jobs);
    } finally {
      churn.readLock().unlock();
    }
  }

  /** Deletes a queue with what is in it, and makes it again. */
  void remake() throws InterruptedException {
    churn.writeLock().lock();
    try {
      again(() -> tasks.queues().deleteQueue(CHURN), "QUEUE_NOT_FOUND");
      ledger.forget(CHURN);
      again(() -> tasks.queues().createQueue(queue(CHURN, 4).build()), "");
    } finally {
      churn.writeLock().unlock();
    }
  }

  private void again(Runnable deed, String done) throws InterruptedException {
    for (int i = 0; ; i++) {
      try {
        deed.run();
        return;
      } catch (TasksException e) {
        if (e.code().name().equals(done)) {
          return;
        }
        if (i == 20) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static Job.Builder job(Promise promise, Work work) {
    return Job.of("Work", work).id(promise.id()).queue(promise.queue());
  }

  private void enqueue(List<Promise> promises, List<Job> jobs) {
    try {
      List<EnqueueResult> results = tasks.queues().enqueue(jobs);
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) instanceof EnqueueResult.Accepted) {
          ledger.acknowledged(promises.get(i));
        } else {
          ledger.unknown(promises.get(i).id());
        }
      }
    } catch (TasksException e) {
      promises.forEach(promise -> ledger.unknown(promise.id()));
    }
  }

  private void run() {
    String id = "run-" + runs++;
    try {
      tasks
          .workflows()
          .execute(WorkflowExecution.of("order").id(id).input(WorkflowSteps.input(runs - 1)));
      ledger.run(id, true);
    } catch (TasksException e) {
      ledger.run(id, false);
    }
  }

  /** A record of a stranger in a queue, whose headers make no sense. */
  private void malformed() {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(tasks.names().queue(TICKS), null, "odd".getBytes(UTF_8));
    record.headers().add(JobHeaders.ATTEMPT, "odd".getBytes(UTF_8));
    try {
      stranger.send(record).get();
      ledger.malformed(true);
    } catch (ExecutionException e) {
      ledger.malformed(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Jobs in a caller's own transactions, of which every other one is aborted. */
  private void transactions() {
    KafkaProducer<byte[], byte[]> producer = null;
    while (pause(500 * 100 / PERCENT)) {
      try {
        if (producer == null) {
          producer = tasks.clients().producer(Map.of("transactional.id", "a-caller-of-its-own"));
          producer.initTransactions();
        }
        transaction(producer);
      } catch (KafkaException | TasksException e) {
        if (producer != null) {
          producer.close(Duration.ofSeconds(1));
          producer = null;
        }
      }
    }
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }

  private void transaction(KafkaProducer<byte[], byte[]> producer) {
    boolean commit = own % 2 == 0;
    List<Promise> promises = new ArrayList<>();
    boolean known = false;
    try {
      producer.beginTransaction();
      for (int i = 0; i < 3; i++) {
        Promise promise = new Promise("own-" + own + "-" + i, PLAIN, Fate.GOOD, 0);
        promises.add(promise);
        tasks.queues().enqueue(job(promise, Work.good(1)).build(), producer);
      }
      own++;
      if (commit) {
        producer.commitTransaction();
        promises.forEach(ledger::acknowledged);
      } else {
        producer.abortTransaction();
        promises.forEach(promise -> ledger.aborted(promise.id()));
      }
      known = true;
    } finally {
      if (!known) {
        own++;
        promises.forEach(promise -> ledger.unknown(promise.id()));
      }
    }
  }

  /** Stops, and waits for what is under way. */
  @Override
  public void close() throws InterruptedException {
    going = false;
    for (Thread thread : threads) {
      thread.join();
    }
    stranger.close();
  }
}
