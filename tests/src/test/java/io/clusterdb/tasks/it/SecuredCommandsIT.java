package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.SecuredPlatform.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.acl.Acls;
import io.clusterdb.tasks.acl.Role;
import io.clusterdb.tasks.acl.Rule;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform of nothing but commands on a broker with TLS, SASL/SCRAM and ACLs that deny by
 * default: services, workers and every command that asks the cluster run with the rights of the
 * least role that {@code tasks acls} lists for them, and where there is a choice for one queue.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all tests
class SecuredCommandsIT {
  private static final TopicNames NAMES = new TopicNames("tasks");

  /** Of the queue {@code foreign}, which comes first wherever one looks, nobody here may know. */
  private static final String PLATFORM =
      """
      shared_partitions: 2
      tasks:
        queues:
          foreign: { partitions: 1 }
          jobs:
            partitions: 2
            retry_policy: { max_attempts: 2, backoff: { type: linear, initial: 100ms, step: 100ms } }
      scheduler:
        tasks:
          - { name: yearly, schedule: "0 0 1 1 *", task: { type: echo, queue: jobs } }
      workflows:
        flow:
          version: "1.0"
          tasks:
            - { name: first, task: { type: echo, queue: jobs } }
            - { name: approval, wait_for: approved, depends_on: [first] }
        shaky:
          version: "1.0"
          tasks:
            - { name: only, task: { type: shaky, queue: jobs } }
      """;

  private static final String SERVICES =
      """
      shared_partitions: 2
      http:
        token: admin-token-1
        tokens:
          - { name: dash, role: read, token: read-token-1 }
      """;

  private static final String JOBS =
      """
      producer   ok       enqueue jobs --type echo --id plain --payload 7 --wait
      producer   ok       enqueue jobs --type echo --id single --unique-key one
      viewer     until    job result plain --wait 60s
      viewer     ok       job status plain
      viewer     ok       job attempts plain
      viewer     ok       job list --queue jobs --state SUCCEEDED
      viewer     ok       events --job plain
      viewer     ok       queue stats
      viewer     ok       queue stats jobs
      viewer     ok       queue list
      """;

  private static final String BATCH =
      """
      producer   ok       enqueue jobs --type echo --from {folder}/lines --batch monday --then jobs:sum
      viewer     until    batch status monday --wait 60s
      """;

  private static final String DEAD =
      """
      producer   fails    enqueue jobs --type bad --id bad-1 --wait
      producer   fails    enqueue jobs --type bad --id bad-2 --wait
      producer   fails    enqueue jobs --type bad --id bad-3 --wait
      viewer     ok       dlq list jobs
      viewer     ok       dlq show jobs --id bad-1
      """;

  private static final String ANOTHER_RUN =
      """
      clerk      ok       job retry bad-1
      clerk      ok       dlq replay jobs --id bad-2
      clerk      ok       dlq purge jobs --id bad-3
      viewer     until    job result bad-1
      viewer     until    job result bad-2
      clerk      ok       enqueue jobs --type echo --id late --delay 1h
      clerk      ok       job cancel late --within 60s
      clerk      ok       job retry late
      viewer     until    job result late
      """;

  private static final String RUNS =
      """
      workflows  ok       workflow start flow --id good
      workflows  ok       workflow signal good approved
      workflows  ok       workflow start flow --id good --wait --wait-timeout 60s
      viewer     until    workflow status good
      viewer     ok       workflow logs good
      viewer     ok       workflow list --workflow flow
      workflows  ok       workflow start flow --id stopped
      workflows  ok       workflow cancel stopped --reason enough
      workflows  fails    workflow start shaky --id mended --wait --wait-timeout 60s
      """;

  private static final String RETRIED_RUN =
      """
      workflows  ok       workflow retry mended
      workflows  ok       workflow start shaky --id mended --wait --wait-timeout 60s
      """;

  private static final String SCHEDULES =
      """
      viewer     ok       schedule list
      viewer     ok       schedule show yearly
      clerk      ok       schedule pause yearly
      clerk      ok       schedule resume yearly
      """;

  private static final String QUEUES =
      """
      clerk      ok       queue create made --partitions 1
      clerk      ok       queue add-partitions made 2
      clerk      ok       queue pause made
      clerk      ok       queue resume made
      clerk      ok       queue list
      clerk      ok       queue delete made --yes
      clerk      ok       apply -f {folder}/clerk.yaml --dry-run
      clerk      ok       apply -f {folder}/clerk.yaml
      clerk      ok       schedule delete monthly
      """;

  private static final String LOOKING =
      """
      viewer     ok       alerts
      viewer     ok       audit
      """;

  private static final String REFUSED =
      """
      viewer     refused  job cancel plain
      viewer     refused  job retry plain
      viewer     refused  dlq purge jobs --all --yes
      viewer     refused  schedule trigger yearly
      viewer     refused  schedule delete yearly
      viewer     refused  workflow signal stopped approved
      viewer     refused  workflow cancel stopped
      viewer     refused  queue create mine
      viewer     refused  dlq list foreign
      viewer     refused  doctor
      clerk      refused  enqueue foreign --type echo
      clerk      refused  dlq replay foreign --all
      clerk      refused  job retry unknown
      producer   refused  enqueue foreign --type echo
      producer   refused  events
      producer   refused  dlq list jobs
      producer   refused  audit
      workflows  refused  enqueue jobs --type echo
      workflows  refused  alerts
      """;

  /** Two stand beside the lists: for what one prints, and since dead letters fail the other. */
  private static final List<String> ALLOWED =
      List.of(
          JOBS,
          BATCH,
          DEAD,
          ANOTHER_RUN,
          RUNS,
          RETRIED_RUN,
          SCHEDULES,
          "clerk ok schedule trigger yearly",
          QUEUES,
          LOOKING,
          "auditor ok doctor");

  /** Commands that run until they are stopped, which all others here rest on. */
  private static final Set<String> RUNNING = Set.of("worker", "scheduler", "orchestrator");

  /** Commands that ask no cluster, or one of their own. */
  private static final Set<String> ELSEWHERE =
      Set.of("demo", "dev", "sizing", "acls", "completion");

  @TempDir private static Path folder;
  private static SecuredPlatform platform;
  private static SecuredSteps steps;
  private static final List<SecuredService> services = new ArrayList<>();

  /** What another instance of each service left open before it died, in the same order. */
  private static final List<LeftOpen> left = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    platform = SecuredPlatform.withoutServices(folder, PLATFORM, rights());
    steps = new SecuredSteps(platform, folder);
    String thread = "-gone-StreamThread-1";
    leaveOpen("scheduler", NAMES.schedulerApplication() + thread, NAMES.queue("jobs"), 0);
    leaveOpen("orchestrator", NAMES.orchestratorApplication() + thread, NAMES.events(), 1);
    leaveOpen("worker", NAMES.workerTransactionalIds("jobs") + "dead", NAMES.events(), 0);
    Path config = Files.writeString(folder.resolve("services.yaml"), SERVICES);
    service("scheduler", "scheduler");
    service("orchestrator", "orchestrator", "--http", "127.0.0.1:0", "--config", config.toString());
    service(
        "worker",
        "worker",
        "--queue",
        "jobs",
        "--exec",
        "echo=cat",
        "--exec",
        "sum=wc -c",
        "--exec",
        "bad=test -e " + folder.resolve("bad-is-mended"),
        "--exec",
        "shaky=test -e " + folder.resolve("shaky-is-mended"));
    services.get(0).awaitSaid("the scheduler works");
    services.get(1).awaitSaid("the orchestrator works");
    services.get(2).awaitSaid("takes jobs from jobs");
  }

  /** The roles of one queue, and of the orchestrator none besides its own. */
  private static Map<String, List<Rule>> rights() {
    Acls jobs = new Acls(NAMES, List.of(Queue.named("jobs").build()));
    Acls clerks =
        new Acls(NAMES, List.of(Queue.named("jobs").build(), Queue.named("made").build()));
    Acls all =
        new Acls(NAMES, List.of(Queue.named("jobs").build(), Queue.named("foreign").build()));
    Map<String, List<Rule>> rights = new HashMap<>(SecuredPlatform.rights());
    rights.put("orchestrator", jobs.of(Role.ORCHESTRATOR));
    rights.put("clerk", clerks.of(Role.OPERATOR));
    rights.put("auditor", all.of(Role.VIEWER));
    return rights;
  }

  private static void service(String user, String... command) throws Exception {
    services.add(SecuredService.start(platform, user, command));
  }

  private static void leaveOpen(String user, String id, String topic, int partition)
      throws Exception {
    TopicPartition on = new TopicPartition(topic, partition);
    Map<String, Object> client = new HashMap<>(platform.broker().properties(user));
    client.put("bootstrap.servers", platform.broker().bootstrap());
    left.add(LeftOpen.begin(client, id, on));
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      services.forEach(SecuredService::terminate);
      for (SecuredService each : services) {
        assertThat(each.exitCode()).as(each.name() + " says\n" + each.said()).isZero();
        assertThat(each.said()).as(each.name()).doesNotContainIgnoringCase("authoriz");
      }
    } finally {
      left.forEach(LeftOpen::close);
      for (SecuredService each : services) {
        each.close();
      }
      platform.close();
    }
  }

  @Test
  void whatDeadInstancesLeftOpenIsEndedByThoseThatLiveWithTheListedRights() throws Exception {
    try (Admin admin = platform.broker().admin()) {
      for (int i = 0; i < left.size(); i++) {
        left.get(i).awaitEnded(admin, LIMIT);
        services.get(i).awaitSaid("readers need not wait: [" + left.get(i).id() + "]");
      }
    }
  }

  @Test
  void jobsAreEnqueuedAndFollowedWithTheListedRights() {
    steps.play(JOBS);
  }

  @Test
  void aBatchIsFollowedByItsJobWithTheListedRights() throws Exception {
    Files.writeString(folder.resolve("lines"), "1\n2\n3\n");
    steps.play(BATCH);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        steps
                            .allowed(
                                "viewer", "job list --type sum --state SUCCEEDED --output json")
                            .out())
                    .contains("SUCCEEDED"));
  }

  @Test
  void deadAndCancelledJobsGetAnotherRunWithTheRightsOfOneQueue() throws Exception {
    steps.play(DEAD);
    Files.createFile(folder.resolve("bad-is-mended"));
    steps.play(ANOTHER_RUN);
  }

  @Test
  void runsOfWorkflowsAreStartedAndSteeredWithTheListedRights() throws Exception {
    steps.play(RUNS);
    Files.createFile(folder.resolve("shaky-is-mended"));
    steps.play(RETRIED_RUN);
    assertThat(steps.allowed("viewer", "audit --command run --output json").out())
        .contains("run.cancel", "run.retry");
  }

  @Test
  void schedulesAreSteeredWithTheListedRights() {
    steps.play(SCHEDULES);
    String job = steps.allowed("clerk", "schedule trigger yearly").out().strip();
    steps.play("viewer until job result " + job);
  }

  @Test
  void queuesAreMadeAndChangedWithTheirOwnRights() throws Exception {
    Files.writeString(
        folder.resolve("clerk.yaml"),
        """
        tasks: { queues: { jobs: { partitions: 2, concurrency: 5, retry_policy: { max_attempts: 2, backoff: { type: linear, initial: 100ms, step: 100ms } } } } }
        scheduler: { tasks: [ { name: monthly, schedule: "0 0 1 * *", task: { type: echo, queue: jobs } } ] }
        """);
    steps.play(QUEUES);
    assertThat(steps.allowed("clerk", "queue list").out())
        .containsPattern("(?m)^foreign +open +- ");
    assertThat(steps.allowed("auditor", "queue list").out())
        .containsPattern("(?m)^foreign +open +0 ");
  }

  @Test
  void whoLooksNeedsNoMoreThanTheListedRights() {
    steps.play(LOOKING);
    assertThat(steps.run("auditor", "doctor").err()).contains("topics and 2 queues looked at");
  }

  @Test
  void otherRolesAreRefused() {
    steps.play(REFUSED);
  }

  @Test
  void everyCommandThatAsksTheClusterIsAmongThem() throws Exception {
    Set<String> missing = new TreeSet<>(commands());
    assertThat(missing).contains("job retry", "worker");
    ALLOWED.stream()
        .flatMap(String::lines)
        .map(SecuredSteps::command)
        .forEach(given -> missing.removeIf(each -> (given + " ").startsWith(each + " ")));
    missing.removeAll(RUNNING);
    missing.removeAll(ELSEWHERE);
    assertThat(missing).isEmpty();
  }

  /** Those of the reference that have no commands of their own. */
  private static Set<String> commands() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "cli.md"));
    Set<String> names = new TreeSet<>();
    Pattern.compile("^## tasks (.+)$", Pattern.MULTILINE)
        .matcher(page)
        .results()
        .forEach(heading -> names.add(heading.group(1)));
    Set<String> leaves = new TreeSet<>(names);
    leaves.removeIf(group -> names.stream().anyMatch(each -> each.startsWith(group + " ")));
    return leaves;
  }
}
