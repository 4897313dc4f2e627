package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.cli.Main;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two orchestrators that serve HTTPS with tokens by role: one trusts the other's certificate, that
 * one trusts nobody's.
 */
@Isolated("what the JVM trusts is changed while the first instance starts")
@SuppressWarnings("NullAway.Init") // start() comes before all tests
class HttpsInstancesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> IDS = IntStream.range(0, 10).mapToObj(i -> "job-" + i).toList();

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static SSLContext trusting;
  private static HttpClient client;
  private static final List<AutoCloseable> open = new ArrayList<>();
  private static URI trustful;
  private static URI distrustful;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.builder().ephemeral().start();
    Path keystore = folder.resolve("http.p12");
    Path truststore = folder.resolve("trust.p12");
    SecuredBroker.keys(keystore, truststore);
    trusting = trusting(truststore);
    client = HttpClient.newBuilder().sslContext(trusting).build();
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(trusting);
    OrchestratorService first;
    try {
      first = orchestrator("first", keystore);
    } finally {
      SSLContext.setDefault(before);
    }
    OrchestratorService second = orchestrator("second", keystore);
    trustful = first.api();
    distrustful = second.api();
    assertThat(first.awaitReady(PATIENCE)).isTrue();
    assertThat(second.awaitReady(PATIENCE)).isTrue();
    Tasks tasks = Tasks.connect(TasksConfig.of(broker.bootstrap()));
    open.add(tasks);
    tasks.queues().createQueue(Queue.named("mail").partitions(2).build());
    for (String id : IDS) {
      tasks.queues().enqueue(Job.of("Send", Map.of()).id(id).queue("mail").build());
    }
    // As soon as the partitions are shared out, each of the two knows some jobs alone.
    await()
        .atMost(PATIENCE)
        .until(() -> statuses(trustful, "read-token-1").values().stream().allMatch(s -> s == 200));
    await().atMost(PATIENCE).until(() -> statuses(distrustful, "read-token-1").containsValue(503));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    client.close();
    broker.close();
  }

  @Test
  void aQuestionIsPassedOnByTlsWhateverTheRoleOfWhoAsks() throws Exception {
    for (String token : List.of("read-token-1", "operate-token-1", "admin-token-1")) {
      assertThat(statuses(trustful, token).values()).as(token).containsOnly(200);
    }
    HttpResponse<String> list = call(trustful, "read-token-1", "GET", "/v1/jobs?queue=mail");
    assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
    assertThat(Json.mapper().readTree(list.body()).findValuesAsText("id")).containsAll(IDS);
  }

  @Test
  void passingOnGivesNobodyRightsThatTheirTokenHasNot() throws Exception {
    for (URI api : List.of(trustful, distrustful)) {
      assertThat(call(api, "wrong", "GET", "/v1/jobs/job-1").statusCode()).isEqualTo(401);
      assertThat(call(api, "read-token-1", "POST", "/v1/queues/mail/dequeue").statusCode())
          .isEqualTo(403);
      assertThat(
              call(api, "operate-token-1", "DELETE", "/v1/queues/mail?confirm=mail").statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void aLeaseOfAnotherInstanceIsEndedByTls() throws Exception {
    String token = "operate-token-1";
    // Asked as by an instance, so that the one that is asked leases by itself.
    HttpRequest.Builder here =
        request(distrustful, token, "POST", "/v1/queues/mail/dequeue?wait=30s")
            .header("Tasks-Forwarded", "1");
    HttpResponse<String> leased = client.send(here.build(), BodyHandlers.ofString());
    assertThat(leased.statusCode()).as(leased.body()).isEqualTo(200);
    JsonNode jobs = Json.mapper().readTree(leased.body());
    String lease = jobs.findValuesAsText("lease").getFirst();
    HttpResponse<String> ended = call(trustful, token, "POST", "/v1/leases/" + lease + "/complete");
    assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
    assertThat(ended.body()).contains("SUCCEEDED");
  }

  @Test
  void whoDoesNotTrustTheOthersCertificateSaysSoAndWhatToDo() throws Exception {
    Map<String, Integer> statuses = statuses(distrustful, "read-token-1");
    assertThat(statuses.values()).as("what is here, and what is there").contains(200, 503);
    for (Map.Entry<String, Integer> each : statuses.entrySet()) {
      if (each.getValue() == 503) {
        String body = call(distrustful, "read-token-1", "GET", "/v1/jobs/" + each.getKey()).body();
        assertDistrust(body);
        break;
      }
    }
    HttpResponse<String> list = call(distrustful, "read-token-1", "GET", "/v1/jobs?queue=mail");
    assertThat(list.statusCode()).as(list.body()).isEqualTo(503);
    assertDistrust(list.body());
  }

  @Test
  void theCommandLineAsksByTlsWithATokenWhereItTrustsTheCertificate() throws Exception {
    List<String> trust =
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djavax.net.ssl.trustStore=" + folder.resolve("trust.p12"),
            "-Djavax.net.ssl.trustStorePassword=" + SecuredBroker.STORE_PASSWORD);
    try (JavaProcess command = JavaProcess.start(trust, Main.class, list("read-token-1"))) {
      assertThat(command.exitCode()).as(command.errors()).isZero();
      String said = String.valueOf(command.nextLine());
      assertThat(Json.mapper().readTree(said).findValuesAsText("id")).containsAll(IDS);
    }
  }

  @Test
  void theCommandLineSaysThatItDoesNotTrustTheCertificate() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            list("read-token-1"));
    assertThat(code).isEqualTo(4);
    assertThat(err.toString(UTF_8))
        .contains(trustful + " is not trusted here", "javax.net.ssl.trustStore")
        .doesNotContain("read-token-1");
  }

  private static String[] list(String token) {
    return new String[] {
      "job",
      "list",
      "--queue",
      "mail",
      "--output",
      "json",
      "--bootstrap",
      broker.bootstrap(),
      "--api",
      trustful.toString(),
      "--token",
      token
    };
  }

  @Test
  void javaAsksByTlsWithATokenWhereItTrustsTheCertificate() throws Exception {
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(trusting);
    try (Tasks reader = connect("read-token-1");
        Tasks stranger = connect("wrong")) {
      assertThat(TasksRuntime.of(reader).catalog().latest().endpoints().api())
          .as("what is announced")
          .startsWith("https://127.0.0.1:");
      assertThat(reader.tasks().listTasks(JobFilter.all(), PageRequest.first(20)).jobs())
          .extracting(JobStatus::id)
          .containsAll(IDS);
      assertThatThrownBy(() -> stranger.tasks().getTaskStatus("job-1"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    } finally {
      SSLContext.setDefault(before);
    }
  }

  private static Tasks connect(String token) {
    HttpConfig http = HttpConfig.DEFAULT.url(trustful.toString()).token(token);
    return Tasks.connect(TasksConfig.of(broker.bootstrap()).http(http));
  }

  private static void assertDistrust(String problem) {
    assertThat(problem)
        .contains(
            "UNREACHABLE",
            "the certificate of the instance at " + trustful.getAuthority(),
            "is not trusted here",
            "javax.net.ssl.trustStore")
        .doesNotContain("admin-token-1");
  }

  private static OrchestratorService orchestrator(String name, Path keystore) {
    HttpConfig http =
        HttpConfig.DEFAULT
            .listen("127.0.0.1:0")
            .keystore(keystore, SecuredBroker.STORE_PASSWORD)
            .token("admin-token-1")
            .tokens(
                List.of(
                    new HttpToken("dash", HttpRole.READ, "read-token-1"),
                    new HttpToken("ci", HttpRole.OPERATE, "operate-token-1")));
    Tasks tasks = Tasks.connect(TasksConfig.of(broker.bootstrap()).sharedPartitions(4).http(http));
    open.add(tasks);
    OrchestratorService service =
        OrchestratorService.start(
            TasksRuntime.of(tasks),
            OrchestratorSettings.DEFAULT.instance(name).stateDir(folder.resolve(name)));
    open.add(service);
    return service;
  }

  private static SSLContext trusting(Path truststore) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(truststore)) {
      trusted.load(in, SecuredBroker.STORE_PASSWORD.toCharArray());
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static Map<String, Integer> statuses(URI api, String token) throws Exception {
    Map<String, CompletableFuture<HttpResponse<String>>> answers = new HashMap<>();
    for (String id : IDS) { // all at once: what cannot be told is waited for a while
      HttpRequest request = request(api, token, "GET", "/v1/jobs/" + id).build();
      answers.put(id, client.sendAsync(request, BodyHandlers.ofString()));
    }
    Map<String, Integer> statuses = new HashMap<>();
    for (String id : IDS) {
      statuses.put(id, Objects.requireNonNull(answers.get(id)).get().statusCode());
    }
    return statuses;
  }

  private static HttpResponse<String> call(URI api, String token, String method, String path)
      throws Exception {
    return client.send(request(api, token, method, path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI api, String token, String method, String path) {
    return HttpRequest.newBuilder(api.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(
            method,
            method.equals("POST") && path.contains("/complete")
                ? BodyPublishers.ofString("{}")
                : BodyPublishers.noBody());
  }
}
