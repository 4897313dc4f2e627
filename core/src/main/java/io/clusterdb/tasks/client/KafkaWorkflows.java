package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowAction;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowManager;
import io.clusterdb.tasks.WorkflowPage;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.WorkflowDefinitions;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.workflow.ExecutionIds;
import io.clusterdb.tasks.workflow.VersionOrder;
import io.clusterdb.tasks.workflow.WorkflowCheck;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Workflows on Kafka. */
final class KafkaWorkflows implements WorkflowManager {
  private static final Comparator<Workflow> ORDER =
      Comparator.comparing(Workflow::name).thenComparing(Workflow::version, VersionOrder.INSTANCE);

  private final TasksRuntime runtime;
  private final InlineHandlers handlers;
  private final WorkflowRuns runs;
  private final WorkflowLog log;
  private final ApiRuns api;

  KafkaWorkflows(TasksRuntime runtime, WorkflowRuns runs, ApiClient api) {
    this.runtime = runtime;
    this.handlers = new InlineHandlers(runtime);
    this.runs = runs;
    this.log = new WorkflowLog(runtime);
    this.api = new ApiRuns(api);
  }

  @Override
  public void createWorkflow(Workflow workflow) {
    Workflow named = InlineHandlers.named(workflow);
    WorkflowCheck.require(named);
    runtime
        .audit()
        .run(
            "workflow.create",
            named.id(),
            () -> runtime.catalogWriter().change(catalog -> create(catalog, named)));
    handlers.start(workflow);
  }

  @Override
  public CompletableFuture<Void> createWorkflowAsync(Workflow workflow) {
    return Async.run(() -> createWorkflow(workflow));
  }

  @Override
  public List<Workflow> listWorkflows() {
    return runtime.catalog().latest().workflows().values().stream().sorted(ORDER).toList();
  }

  @Override
  public WorkflowRun execute(WorkflowExecution execution) {
    return wait("start a run of " + execution.workflow(), runs.start(execution));
  }

  @Override
  public CompletableFuture<WorkflowRun> executeAsync(WorkflowExecution execution) {
    return Async.get(() -> execute(execution));
  }

  @Override
  public WorkflowRun run(String id) {
    return runs.run(id);
  }

  @Override
  public WorkflowStatus status(String id) {
    return api.status(id);
  }

  @Override
  public CompletableFuture<WorkflowStatus> statusAsync(String id) {
    return Async.get(() -> status(id));
  }

  @Override
  public WorkflowPage list(WorkflowFilter filter, PageRequest page) {
    return api.list(filter, page);
  }

  @Override
  public CompletableFuture<WorkflowPage> listAsync(WorkflowFilter filter, PageRequest page) {
    return Async.get(() -> list(filter, page));
  }

  @Override
  public List<WorkflowEventInfo> logs(String id) {
    List<WorkflowEvent> events = log.read(ExecutionIds.check(id));
    if (events.isEmpty()) {
      throw new TasksException(
          ErrorCode.EXECUTION_NOT_FOUND,
          "expected a run of id %s in the log, found none. Check the id; the log is kept for a time only."
              .formatted(id));
    }
    return events.stream().map(WorkflowLog::info).toList();
  }

  @Override
  public CompletableFuture<List<WorkflowEventInfo>> logsAsync(String id) {
    return Async.get(() -> logs(id));
  }

  @Override
  public void cancel(String id, boolean compensate, @Nullable String reason) {
    ask(cancelCommand(id, compensate, reason));
  }

  @Override
  public CompletableFuture<Void> cancelAsync(
      String id, boolean compensate, @Nullable String reason) {
    return askAsync(() -> cancelCommand(id, compensate, reason));
  }

  private WorkflowCommand cancelCommand(String id, boolean compensate, @Nullable String reason) {
    WorkflowCommand command = runs.command(id, WorkflowCommandKind.CANCEL);
    command.setCompensate(compensate);
    command.setReason(reason);
    return command;
  }

  @Override
  public void signal(String id, String signal, @Nullable Object payload) {
    send(signalCommand(id, signal, payload));
  }

  @Override
  public CompletableFuture<Void> signalAsync(String id, String signal, @Nullable Object payload) {
    return Async.run(() -> send(signalCommand(id, signal, payload)));
  }

  private WorkflowCommand signalCommand(String id, String signal, @Nullable Object payload) {
    WorkflowCommand command = runs.command(id, WorkflowCommandKind.SIGNAL);
    command.setSignal(new WorkflowAction.WaitFor(signal).signal()); // which checks the name
    command.setPayload(Json.result(payload));
    return command;
  }

  @Override
  public void retryFrom(String id, @Nullable String task) {
    ask(retryCommand(id, task));
  }

  @Override
  public CompletableFuture<Void> retryFromAsync(String id, @Nullable String task) {
    return askAsync(() -> retryCommand(id, task));
  }

  private WorkflowCommand retryCommand(String id, @Nullable String task) {
    WorkflowCommand command = runs.command(id, WorkflowCommandKind.RETRY);
    command.setTask(task);
    return command;
  }

  private void ask(WorkflowCommand command) {
    String id = command.getExecutionId();
    runtime
        .audit()
        .run("run." + command.getKind().name().toLowerCase(Locale.ROOT), id, () -> send(command));
  }

  /** Signals come from programs, and leave their own record in the log of the run. */
  private void send(WorkflowCommand command) {
    wait("ask run " + command.getExecutionId(), runs.ask(command));
  }

  private CompletableFuture<Void> askAsync(Supplier<WorkflowCommand> command) {
    return Async.run(() -> ask(command.get()));
  }

  private <T> T wait(String what, CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw KafkaErrors.of(what, runtime.config().bootstrap(), e);
    }
  }

  /** What it takes to have a version in the catalog. */
  static List<CatalogChange> create(CatalogSnapshot catalog, Workflow workflow) {
    Workflow existing = catalog.workflow(workflow.name(), workflow.version());
    if (existing == null) {
      return List.of(new CatalogChange.PutWorkflow(workflow));
    }
    if (WorkflowDefinitions.same(existing, workflow)) {
      return List.of();
    }
    throw new TasksException(
        ErrorCode.CONFLICT, "workflow " + workflow.id() + ": " + WorkflowDefinitions.CHANGED + ".");
  }
}
