package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogDecision;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.codec.Encoded;
import io.clusterdb.tasks.kafka.Acknowledged;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.schedule.PayloadTemplate;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.ScheduleCommand;
import io.clusterdb.tasks.schemas.avro.ScheduleCommandKind;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Schedules on Kafka. Thread-safe. */
final class KafkaSchedules implements ScheduleManager {
  private static final int SHOWN_TIMES = 5;

  private final TasksRuntime runtime;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final Ids ids;

  KafkaSchedules(
      TasksRuntime runtime, Supplier<? extends Producer<byte[], byte[]>> producer, Ids ids) {
    this.runtime = runtime;
    this.producer = producer;
    this.ids = ids;
  }

  @Override
  public void configure(ScheduledTask schedule) {
    configure(List.of(schedule));
  }

  @Override
  public void configure(Collection<ScheduledTask> schedules) {
    CatalogSnapshot catalog = runtime.catalog().latest();
    List<ScheduledTask> ready = schedules.stream().map(each -> encoded(each, catalog)).toList();
    runtime.topics().ensurePlatformTopics();
    String names = ready.stream().map(ScheduledTask::name).collect(Collectors.joining(", "));
    runtime
        .audit()
        .run(
            "schedule.configure",
            names,
            () ->
                runtime
                    .catalogWriter()
                    .change(snapshot -> ScheduleChanges.configure(snapshot, ready)));
  }

  @Override
  public CompletableFuture<Void> configureAsync(Collection<ScheduledTask> schedules) {
    return Async.run(() -> configure(schedules));
  }

  /** With its payload as the bytes that each fire will carry, checked as those of an enqueue. */
  private ScheduledTask encoded(ScheduledTask schedule, CatalogSnapshot catalog) {
    return switch (schedule.target()) {
      case ScheduleTarget.RunTask(Task task) -> {
        String topic = runtime.names().queue(catalog.queueOf(task.queue(), task.type()));
        Encoded payload = runtime.codecs(List.of()).encode(topic, task.payload());
        checkTemplates(schedule, payload);
        Job job = task.toJob();
        PayloadCheck.checkSize(
            JobRecordWriter.enqueue(
                topic, job, ids.of(job), "", 0, payload.bytes(), payload.contentType()));
        yield payload.bytes() == null
            ? schedule.task(task.payload(null))
            : schedule.task(task.payload(new Payload(payload.bytes(), payload.contentType())));
      }
      case ScheduleTarget.StartWorkflow run -> {
        Encoded input =
            runtime.codecs(List.of()).encode(runtime.names().workflowCommands(), run.input());
        checkJson(schedule, input);
        checkTemplates(schedule, input);
        yield schedule.target(
            run.input(
                input.bytes() == null ? null : new Payload(input.bytes(), input.contentType())));
      }
    };
  }

  private static void checkJson(ScheduledTask schedule, Encoded input) {
    if (!input.contentType().equals(Payload.JSON)) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected an input in JSON of the workflow that schedule %s starts, found %s. Hand in what JSON can carry."
              .formatted(schedule.name(), input.contentType()));
    }
  }

  private static void checkTemplates(ScheduledTask schedule, Encoded payload) {
    if (payload.bytes() == null || !PayloadTemplate.isText(payload.contentType())) {
      return;
    }
    try {
      PayloadTemplate.check(new String(payload.bytes(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the payload of schedule %s cannot be filled in: %s. Correct it."
              .formatted(schedule.name(), e.getMessage()),
          e);
    }
  }

  @Override
  public List<ScheduleInfo> list() {
    CatalogSnapshot catalog = runtime.catalog().latest();
    Map<String, ScheduleState> states = new ScheduleStates(runtime).all();
    Instant now = runtime.clock().instant();
    return catalog.schedules().values().stream()
        .sorted(Comparator.comparing(ScheduledTask::name))
        .map(schedule -> info(schedule, catalog, states.get(schedule.name()), now))
        .toList();
  }

  @Override
  public CompletableFuture<List<ScheduleInfo>> listAsync() {
    return Async.get(this::list);
  }

  @Override
  public Optional<ScheduleInfo> get(String name) {
    CatalogSnapshot catalog = runtime.catalog().latest();
    ScheduledTask schedule = catalog.schedule(name);
    return schedule == null
        ? Optional.empty()
        : Optional.of(
            info(
                schedule,
                catalog,
                new ScheduleStates(runtime).all().get(name),
                runtime.clock().instant()));
  }

  private static ScheduleInfo info(
      ScheduledTask schedule, CatalogSnapshot catalog, @Nullable ScheduleState state, Instant now) {
    boolean paused = catalog.pausedSchedules().contains(schedule.name());
    return new ScheduleInfo(
        schedule,
        paused,
        paused ? List.of() : schedule.next(now, SHOWN_TIMES),
        state == null ? null : ScheduleStates.run(state.getLastRun()),
        state == null ? null : state.getWaiting(),
        state == null ? 0 : state.getFires());
  }

  @Override
  public JobId trigger(String name) {
    return runtime.audit().of("schedule.trigger", name, () -> triggerNow(name));
  }

  private JobId triggerNow(String name) {
    ScheduleChanges.existing(runtime.catalog().latest(), name);
    runtime.topics().ensurePlatformTopics();
    String id = ids.id();
    ScheduleCommand command =
        new ScheduleCommand(id, runtime.clock().instant(), null, name, ScheduleCommandKind.TRIGGER);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            runtime.names().scheduleCommands(),
            HeaderText.bytes(name),
            // As the catalog: read by the scheduler whether a registry answers or not.
            PlatformCodec.singleObject().encode(runtime.names().scheduleCommands(), command));
    var unused =
        Acknowledged.send(
            producer.get(), record, "trigger schedule " + name, runtime.config().bootstrap());
    return ScheduleJobs.triggered(name, id);
  }

  @Override
  public CompletableFuture<JobId> triggerAsync(String name) {
    return Async.get(() -> trigger(name));
  }

  @Override
  public void pause(String name) {
    change("schedule.pause", name, catalog -> ScheduleChanges.pause(catalog, name, true));
  }

  @Override
  public CompletableFuture<Void> pauseAsync(String name) {
    return Async.run(() -> pause(name));
  }

  @Override
  public void resume(String name) {
    change("schedule.resume", name, catalog -> ScheduleChanges.pause(catalog, name, false));
  }

  @Override
  public CompletableFuture<Void> resumeAsync(String name) {
    return Async.run(() -> resume(name));
  }

  @Override
  public void delete(String name) {
    change("schedule.delete", name, catalog -> ScheduleChanges.delete(catalog, name));
  }

  private void change(String command, String name, CatalogDecision decision) {
    runtime.audit().run(command, name, () -> runtime.catalogWriter().change(decision));
  }

  @Override
  public CompletableFuture<Void> deleteAsync(String name) {
    return Async.run(() -> delete(name));
  }
}
