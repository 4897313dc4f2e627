package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.WorkerState;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.kafka.DeadInstances;
import io.clusterdb.tasks.kafka.Namesakes;
import io.clusterdb.tasks.metrics.ClientMeters;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.worker.engine.Exclusive;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.Clocks;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Outcome;
import io.clusterdb.tasks.worker.run.OutcomeRecords;
import io.clusterdb.tasks.worker.run.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of one queue: its clients, its owner thread and what a change of the catalog changes.
 * The public methods are thread-safe; the rest runs on the owner thread.
 */
public final class QueueWorker implements AutoCloseable, OwnerLoop.PartitionFactory {
  private static final Logger LOG = LoggerFactory.getLogger(QueueWorker.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** Nobody answers anyway. */
  private static final Duration CLOSE_ALONE = Duration.ofMillis(500);

  private final TasksRuntime runtime;
  private final WorkerSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final SettleProducer producer;
  private final Admin admin;
  private final Dispatcher dispatcher;
  private final Slots slots;
  private final AttemptRunner runner;
  private final Completions completions = new Completions();
  private final OwnerLoop loop;
  private final WorkerView view;
  private final ClientMeters consumerMeters;
  private final ClientMeters producerMeters;
  private final RateShare rateShare;
  private final DeadInstances deadInstances;
  private final QueueDepth depth;
  private final LaneWatch lanes;
  private final BrokerWatch brokers;
  private final ControlFollower control;
  private final Thread thread;
  private final AtomicReference<@Nullable CatalogSnapshot> change = new AtomicReference<>();
  private final AutoCloseable subscription;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile boolean ended;
  private volatile Queue definition;
  private volatile List<String> topics = List.of();

  private QueueWorker(
      TasksRuntime runtime,
      WorkerSettings settings,
      Exclusive exclusive,
      ControlFollower control,
      Queue queue) {
    this.runtime = runtime;
    this.control = control;
    this.settings = settings;
    this.definition = queue;
    String name = settings.queue();
    Clocks clocks = new Clocks(System::nanoTime, runtime.clock());
    String id = runtime.names().workerTransactionalId(name, settings.instance());
    this.admin = runtime.clients().admin();
    Meters meters = runtime.meters();
    this.consumerMeters = new ClientMeters(meters);
    this.producerMeters = new ClientMeters(meters);
    this.consumer =
        consumerMeters.show(
            runtime.clients().consumer(ClientSettings.consumer(runtime.names().group(name), id)));
    this.producer =
        new SettleProducer(
            () -> producerMeters.show(runtime.clients().producer(ClientSettings.producer(id))));
    this.dispatcher = new Dispatcher(clocks.ticker(), settings.handout());
    OutcomeRecords outcomes =
        new OutcomeRecords(runtime.names(), runtime.platformCodec(), name, settings.instance());
    this.runner =
        new AttemptRunner(
            settings.handlers(),
            settings.codecs(),
            runtime.sealing(),
            runtime.records(),
            outcomes,
            runtime.names(),
            clocks,
            RandomGenerator.getDefault(),
            control.cancellations(),
            settings.handout(),
            runtime::tracing,
            SetupFactory.setup(settings, queue, runtime.catalog().current()));
    this.slots = new Slots("tasks-" + name, dispatcher, this::run);
    Takeovers takeovers = new Takeovers(admin, runtime.names().group(name));
    Namesakes namesakes = new Namesakes(admin, runtime.names().group(name));
    this.rateShare = new RateShare(dispatcher, clocks.ticker());
    String ids = runtime.names().workerTransactionalIds(name);
    this.deadInstances =
        new DeadInstances(
            admin, runtime.names().group(name), "workers", of -> of.startsWith(ids) ? of : null);
    this.depth = new QueueDepth(admin, runtime.names().group(name));
    this.brokers =
        new BrokerWatch(
            LOG, "the worker of queue " + name, runtime.config().bootstrap(), clocks.ticker());
    this.lanes =
        new LaneWatch(
            admin,
            runtime.names(),
            () -> definition,
            brokers,
            () -> change.compareAndSet(null, runtime.catalog().current()));
    this.loop =
        new OwnerLoop(
            new OwnerLoop.Parts(
                name,
                consumer,
                takeovers,
                () ->
                    namesakes.exist(
                        member -> member.clientId().equals(id),
                        consumer.groupMetadata().memberId()),
                producer,
                dispatcher,
                slots,
                runner,
                completions,
                exclusive,
                clocks,
                settings.instance(),
                settings.unknownTypeGrace(),
                this,
                this::assignmentChanged,
                brokers::away,
                meters == null ? null : new WorkerMeters(meters, name),
                new SettleSpans(name, runtime::tracing, runtime.clock())));
    this.view = loop.view(meters);
    this.subscription = runtime.catalog().onChange(change::set);
    this.thread = new Thread(this::work, "tasks-worker-" + name);
  }

  /**
   * Starts a worker.
   *
   * @throws io.clusterdb.tasks.TasksException QUEUE_NOT_FOUND
   */
  public static QueueWorker start(
      TasksRuntime runtime, WorkerSettings settings, Exclusive exclusive, ControlFollower control) {
    Queue queue = runtime.catalog().current().queues().get(settings.queue());
    if (queue == null) {
      throw new io.clusterdb.tasks.TasksException(
          io.clusterdb.tasks.ErrorCode.QUEUE_NOT_FOUND,
          "queue " + settings.queue() + " was deleted while its worker started.");
    }
    QueueWorker worker = new QueueWorker(runtime, settings, exclusive, control, queue);
    try {
      worker.lanes.look(); // so that draining knows them all from the beginning
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    worker.lanes.start();
    worker.thread.start();
    return worker;
  }

  private void run(Attempt attempt) {
    boolean counts = attempt.end(runner.run(attempt));
    Outcome outcome = attempt.outcomeOrNull();
    boolean keepsKey =
        attempt.tenure().held() // else nobody is left who would give it up
            && (outcome instanceof Outcome.UnknownType
                || outcome instanceof Outcome.Released
                || (outcome instanceof Outcome.AgainInPlace && dispatcher.blocksKeys()));
    if (attempt.gateKey() != null && !keepsKey) {
      dispatcher.releaseKey(attempt);
    }
    if (settings.handout() != null && !attempt.handedOut()) {
      settings.handout().giveBack();
    }
    if (counts) {
      completions.add(attempt);
    } else {
      attempt.lost();
    }
  }

  /** So many jobs more are asked for by the settings' handout than before. */
  public void wanted(int jobs) {
    dispatcher.wanted(jobs);
  }

  private void work() {
    try {
      while (!stopping && !control.awaitLoaded(LOOK)) {
        LOG.debug("Waiting for the commands to jobs");
      }
      configure(definition, runtime.catalog().current());
      while (!stopping) {
        reconfigure();
        loop.turn();
        view.look(System.nanoTime());
        tellReady();
      }
      loop.drain(settings.drainTimeout());
    } catch (NameTakenException e) {
      LOG.error("The worker of queue {} ends, since {}", settings.queue(), e.getMessage());
    } catch (Throwable error) {
      LOG.error(
          "The worker of queue {} ends because of an error that it cannot survive. Its jobs go to"
              + " other workers; restart this one.",
          settings.queue(),
          error);
    } finally {
      ended = true;
      view.close();
      closeClients();
    }
  }

  private void tellReady() {
    if (ready.getCount() > 0
        && !loop.partitions().all().isEmpty()
        && loop.partitions().all().stream().allMatch(PartitionState::owned)) {
      ready.countDown();
    }
  }

  private void reconfigure() {
    CatalogSnapshot changed = change.getAndSet(null);
    if (changed == null) {
      return;
    }
    Queue queue = changed.queue(settings.queue());
    if (queue == null) {
      leave();
      return;
    }
    configure(queue, changed);
  }

  /** The queue was deleted: leaves its group, lest offsets outlive its topics. */
  private void leave() {
    if (topics.isEmpty()) {
      return;
    }
    LOG.warn(
        "Queue {} is no longer in the catalog: its worker drops what it ran of it, and waits until"
            + " the queue is made again.",
        settings.queue());
    loop.partitions().dropAll();
    topics = List.of();
    consumer.unsubscribe();
  }

  private void configure(Queue queue, CatalogSnapshot catalog) {
    definition = queue;
    int concurrency = settings.concurrency() > 0 ? settings.concurrency() : queue.concurrency();
    runner.setup(SetupFactory.setup(settings, queue, catalog));
    loop.intake().concurrency(concurrency);
    slots.resize(concurrency);
    rateShare.limit(queue.rateLimit());
    dispatcher.order(queue.ordering() == Ordering.KEY, queue.onRetry());
    loop.partitions().all().forEach(state -> state.maxAttemptsInPlace(attemptsInPlace(queue)));
    dispatcher.pause(catalog.paused().contains(queue.name()));
    List<String> wanted = topicsOf(queue);
    if (!wanted.equals(topics)) {
      topics = wanted;
      consumer.subscribe(topics, loop.partitions());
    }
  }

  private void assignmentChanged() {
    if (stopping) {
      return; // Nothing starts any more, and asking brokers that are away takes its time.
    }
    rateShare.share(loop.partitions().count(Priority.NORMAL), partitionsOfBase());
    var unused = deadInstances.look(); // Open offsets keep its jobs from being read meanwhile.
  }

  private int partitionsOfBase() {
    try {
      return consumer.partitionsFor(runtime.names().queue(settings.queue()), ANSWER).size();
    } catch (KafkaException e) {
      LOG.debug("The partitions of queue {} cannot be looked up now", settings.queue(), e);
      return definition.partitions();
    }
  }

  @Override
  public PartitionState state(TopicPartition partition) {
    Priority lane = Priority.NORMAL;
    for (Priority one : Priority.values()) {
      if (runtime.names().queue(settings.queue(), one).equals(partition.topic())) {
        lane = one;
      }
    }
    return new PartitionState(partition, lane, attemptsInPlace(definition));
  }

  private static int attemptsInPlace(Queue queue) {
    return queue.ordering() == Ordering.KEY ? queue.retry().maxAttempts() : 1;
  }

  @Override
  public Attempt attempt(ConsumerRecord<byte[], byte[]> record, PartitionState state) {
    String key = definition.ordering() == Ordering.KEY ? GateKeys.of(record) : null;
    return new Attempt(
        record, state.tenure(), state.lane(), state.tracker().attempt(record.offset()), key);
  }

  /** Waits until nothing of the queue is left. */
  public boolean awaitEmpty(Duration wait) throws InterruptedException {
    return depth.awaitEmpty(() -> topicsOf(definition), wait, () -> ended);
  }

  /** Of the lanes that are declared or have a topic all the same. */
  private List<String> topicsOf(Queue queue) {
    List<String> found = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      if (queue.priorities().contains(lane) || lanes.existing().contains(lane)) {
        found.add(runtime.names().queue(queue.name(), lane));
      }
    }
    return found;
  }

  /** Waits until it has partitions and has started on them. */
  public boolean awaitReady(Duration wait) throws InterruptedException {
    return ready.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Jobs of types that no handler knows, by type; null while there is something else to do. */
  public @Nullable Map<String, Integer> leftover() {
    return loop.leftover().found();
  }

  /** The queue's name. */
  public String queue() {
    return settings.queue();
  }

  /** What it is doing, as of a moment ago. */
  public WorkerState state() {
    return view.state();
  }

  /** Whether it runs. */
  public boolean running() {
    return !ended;
  }

  /** Asks it to end; does not wait. */
  public void stop() {
    stopping = true;
  }

  /** Ends it, and waits for that. */
  @Override
  public void close() {
    stop();
    try {
      thread.join(settings.drainTimeout().plusSeconds(30).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeClients() {
    dispatcher.stop();
    consumerMeters.close();
    producerMeters.close();
    slots.resize(0);
    lanes.close();
    quietly(subscription);
    Duration patience = brokers.away() ? CLOSE_ALONE : CLOSE;
    quietly(() -> consumer.close(CloseOptions.timeout(patience)));
    loop.admission().leave(); // not before its jobs are interrupted: one of them may run alone
    quietly(() -> producer.close(patience));
    quietly(() -> admin.close(patience));
  }

  private void quietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn(
          "A part of the worker of queue {} did not close cleanly: {}. What it had not settled, the"
              + " next worker does again.",
          settings.queue(),
          e.toString());
      LOG.debug("It failed like this", e);
    }
  }
}
