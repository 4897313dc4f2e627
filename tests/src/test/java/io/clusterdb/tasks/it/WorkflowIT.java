package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowPage;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.config.Applier;
import io.clusterdb.tasks.config.Apply;
import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The order-processing of the documentation, from its YAML, on a whole platform. */
class WorkflowIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String ORDERS =
      """
      workflows:
        order-processing:
          version: "1.0"
          timeout: 30m
          error_handling: { type: compensating_actions, actions: [ { task: process-payment, action: { type: RefundPayment, payload: { order_id: "{{input.order_id}}" } } } ] }
          tasks:
            - { name: validate-order, task: { type: ValidateOrder, payload: { order_id: "{{input.order_id}}" } }, retry: { max_attempts: 3, backoff: { type: linear, initial: 1s, step: 1s } } }
            - name: process-payment
              task: { type: ProcessPayment, payload: { order_id: "{{input.order_id}}", amount: "{{tasks.validate-order.output.amount}}" } }
              depends_on: [validate-order]
              retry: { max_attempts: 3, backoff: { type: exponential, initial: 100ms, max: 1s, multiplier: 2 } }
              error_handling: { type: retry, on_errors: [TransientError], max_attempts: 3 }
            - { name: fulfill-order, task: { type: FulfillOrder, payload: { order_id: "{{input.order_id}}" } }, depends_on: [process-payment] }
      """;

  private static final Map<String, List<String>> DONE = new ConcurrentHashMap<>();
  private static final AtomicInteger DECLINES = new AtomicInteger();
  private static EmbeddedPlatform platform;
  private static Tasks tasks;
  private static Processor processor;

  record Order(String order_id, int amount) {}

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    tasks = Tasks.connect(platform.bootstrap());
    tasks.queues().createQueue(Queue.named("default").build());
    TasksConfig wanted = ConfigFile.parse("orders.yaml", ORDERS, Map.of());
    Applier.of(tasks)
        .apply(
            Apply.plan(TasksRuntime.of(tasks).catalog().latest(), wanted, Instant.now()),
            step -> {});
    processor =
        Processor.on(tasks)
            .queue("default")
            .handler("ValidateOrder", Order.class, (order, job) -> did("validate", order, 42))
            .handler("ProcessPayment", Order.class, (order, job) -> pay(order, job.job().attempt()))
            .handler("FulfillOrder", Order.class, (order, job) -> fulfil(order))
            .handler("RefundPayment", Order.class, (order, job) -> did("refund", order, 0))
            .start();
  }

  @AfterAll
  static void stop() {
    try {
      assertThat(Replays.everyRun(tasks)).isGreaterThan(4);
    } finally {
      close();
    }
  }

  private static void close() {
    processor.close();
    tasks.close();
    platform.close();
  }

  private static Order did(String what, Order order, int amount) {
    DONE.computeIfAbsent(order.order_id(), id -> new CopyOnWriteArrayList<>()).add(what);
    return new Order(order.order_id(), amount);
  }

  private static Order pay(Order order, int attempt) {
    if (order.order_id().startsWith("busy") && attempt < 3) {
      throw new NamedFailure("TransientError", "the bank is busy");
    }
    if (order.order_id().startsWith("declined")) {
      DECLINES.incrementAndGet();
      throw new NamedFailure("CardDeclined", "no money");
    }
    return did("pay " + order.amount(), order, order.amount());
  }

  private static Order fulfil(Order order) {
    if (order.order_id().startsWith("lost")) {
      throw new PermanentFailure("out of stock");
    }
    return did("fulfil", order, 0);
  }

  private static WorkflowRun order(String id) {
    return tasks
        .workflows()
        .execute(
            WorkflowExecution.of("order-processing")
                .version("1.0")
                .id("order-" + id)
                .input(Map.of("order_id", id))
                .context(Map.of("source", "api")));
  }

  @Test
  void allGoesWell() {
    WorkflowResult result = order("good").result(LONG);
    assertThat(result.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(DONE.get("good")).containsExactly("validate", "pay 42", "fulfil");
    assertThat(result.outputAs(Order.class)).isEqualTo(new Order("good", 0));
  }

  @Test
  void aPaymentThatFailsTwiceForATimeSucceeds() {
    WorkflowResult result = order("busy").result(LONG);
    assertThat(result.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(DONE.get("busy")).containsExactly("validate", "pay 42", "fulfil");
  }

  @Test
  void aDeclinedCardIsNotTriedAgainAndWhatDependsOnItNamesTheChain() {
    WorkflowRun run = order("declined");
    WorkflowResult result = run.result(LONG);
    assertThat(result.state()).isEqualTo(RunState.FAILED);
    assertThat(DECLINES).hasValue(1);
    assertThat(tasks.workflows().logs(run.id()))
        .filteredOn(event -> event.kind().equals("TASK_SKIPPED"))
        .singleElement()
        .satisfies(
            event -> assertThat(String.valueOf(event.error())).contains("TASK_DEPENDENCY_FAILED"));
  }

  @Test
  void aFulfilmentThatFailsRefundsThePayment() {
    WorkflowRun run = order("lost");
    WorkflowResult result = run.result(LONG);
    assertThat(result.state()).isEqualTo(RunState.COMPENSATED);
    assertThat(DONE.get("lost")).containsExactly("validate", "pay 42", "refund");
    assertThat(tasks.workflows().logs(run.id()))
        .extracting(WorkflowEventInfo::kind)
        .containsExactly(
            "RUN_STARTED",
            "TASK_STARTED",
            "TASK_SUCCEEDED",
            "TASK_STARTED",
            "TASK_SUCCEEDED",
            "TASK_STARTED",
            "TASK_FAILED",
            "RUN_STOPPING",
            "COMPENSATION_STARTED",
            "TASK_COMPENSATING",
            "TASK_COMPENSATED",
            "RUN_ENDED");
  }

  @Test
  void statusAndListsShowWhereRunsAre() {
    WorkflowRun run = order("seen");
    assertThat(run.result(LONG).succeeded()).isTrue();
    WorkflowStatus status = tasks.workflows().status(run.id());
    assertThat(status.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(status.tasks())
        .extracting(WorkflowStatus.TaskStatus::name)
        .containsExactly("validate-order", "process-payment", "fulfill-order");
    assertThat(status.tasks())
        .extracting(WorkflowStatus.TaskStatus::state)
        .containsOnly(WorkflowTaskState.SUCCEEDED);
    assertThat(status.tasks().get(1).dependsOn()).containsExactly("validate-order");
    assertThat(String.valueOf(status.input())).isEqualTo("{\"order_id\":\"seen\"}");

    WorkflowFilter filter =
        WorkflowFilter.all().workflow("order-processing").states(RunState.SUCCEEDED);
    List<String> ids = new ArrayList<>();
    WorkflowPage page = tasks.workflows().list(filter, PageRequest.first(1));
    while (page.cursor() != null) {
      page.runs().forEach(each -> ids.add(each.id()));
      page = tasks.workflows().list(filter, PageRequest.first(1).after(page.cursor()));
    }
    page.runs().forEach(each -> ids.add(each.id()));
    assertThat(ids).contains("order-seen").doesNotHaveDuplicates();
    assertThat(tasks.workflows().list(filter.workflow("other"), PageRequest.first(10)).runs())
        .isEmpty();
  }

  @Test
  void theShellStartsShowsAndTells() {
    Shell start =
        shell(
            "workflow",
            "start",
            "order-processing",
            "--id",
            "shell-1",
            "--input",
            "{\"order_id\": \"lost-2\"}",
            "--context",
            "source=shell",
            "--wait");
    assertThat(start.code()).as(start.text()).isEqualTo(1);
    assertThat(start.text()).contains("run shell-1 ended COMPENSATED").contains("out of stock");
    assertThat(shell("workflow", "status", "shell-1").text())
        .contains("run shell-1 of order-processing 1.0: COMPENSATED")
        .contains("└─ ↶ process-payment")
        .contains("└─ ✗ fulfill-order");
    assertThat(shell("workflow", "status", "shell-1", "--mermaid").text())
        .startsWith("flowchart TD")
        .contains("t1 --> t2");
    assertThat(shell("workflow", "logs", "shell-1").text())
        .contains("The run started with {\"order_id\":\"lost-2\"}.")
        .contains("fulfill-order failed")
        .contains("What was done is undone: process-payment.")
        .contains("The run ended COMPENSATED");
    assertThat(shell("workflow", "list", "--state", "compensated").text()).contains("shell-1");
    Shell cancel = shell("workflow", "cancel", "shell-1");
    assertThat(cancel.code()).isEqualTo(1);
    assertThat(cancel.text())
        .contains("expected a run that goes on, but run shell-1 is COMPENSATED");
    assertThat(shell("workflow", "status", "nobody").code()).isEqualTo(3);
    assertThat(shell("workflow", "start", "unknown").code()).isEqualTo(3);
    assertThat(shell("workflow", "start", "order-processing", "--id", "a/b").code()).isEqualTo(2);
  }

  /** What a command said, results first. */
  private record Shell(int code, String text) {}

  private static Shell shell(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            InputStream.nullInputStream(),
            out,
            new PrintStream(err, true, UTF_8),
            Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
            arguments);
    return new Shell(code, out.toString(UTF_8) + err.toString(UTF_8));
  }

  @Test
  void theSameIdStartsOnceAndWhoAsksLateHearsTheEndToo() {
    WorkflowResult first = order("twice").result(LONG);
    WorkflowResult second = order("twice").result(LONG);
    assertThat(second).isEqualTo(first);
    assertThat(tasks.workflows().run("order-twice").result(LONG)).isEqualTo(first);
    assertThat(DONE.get("twice")).containsExactly("validate", "pay 42", "fulfil");
  }

  @Test
  void whatDoesNotExistIsRefusedWithTheNextStep() {
    assertThatThrownBy(() -> tasks.workflows().run("nobody").result(LONG))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("expected a run of id nobody");
    assertThatThrownBy(() -> tasks.workflows().execute(WorkflowExecution.of("unknown")))
        .hasMessageContaining("expected workflow unknown in the catalog");
    assertThatThrownBy(() -> tasks.workflows().cancel("order-good-2", false, null))
        .hasMessageContaining("expected a run of id order-good-2");
  }

  @Test
  void aScheduleStartsARunWithTheIdOfItsPlannedTimeOnce() {
    Instant at = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    tasks
        .schedules()
        .configure(
            ScheduledTask.named("plan")
                .schedule(Schedule.at(at))
                .workflow(
                    WorkflowExecution.of("order-processing")
                        .version("1.0")
                        .input(Map.of("order_id", "{{schedule.name}}", "amount", 1))));
    String id = "plan@" + at;
    await()
        .atMost(LONG)
        .ignoreExceptionsMatching(WorkflowIT::isNotThereYet)
        .until(() -> tasks.workflows().run(id).result(LONG).state() == RunState.SUCCEEDED);
    assertThat(DONE.get("plan")).containsExactly("validate", "pay 42", "fulfil");
    assertThat(tasks.workflows().logs(id))
        .filteredOn(event -> event.kind().equals("RUN_STARTED"))
        .hasSize(1);
  }

  private static boolean isNotThereYet(Throwable error) {
    return error instanceof TasksException e && e.code().name().endsWith("NOT_FOUND");
  }
}
