package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/check-dependencies} against a feed of vulnerabilities of the test's own. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class DependencyCheckTest {
  private static final String BOM =
      """
      {"components": [
        {"purl": "pkg:maven/org.example/good@1.0?type=jar"},
        {"purl": "pkg:maven/org.example/bad@2.0?type=jar"},
        {"purl": "pkg:npm/other@1.0"},
        {"name": "no purl"}]}
      """;

  @TempDir private Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer feed;
  private volatile String answer = "{\"results\": [{}, {}]}";
  private volatile int status = 200;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    assumeTrue(onPath("curl") && onPath("jq"), "the script needs curl and jq");
    Files.writeString(folder.resolve("bom.json"), BOM);
    feed =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    feed.createContext(
        "/",
        call -> {
          asked.add(new String(call.getRequestBody().readAllBytes(), UTF_8));
          byte[] body = answer.getBytes(UTF_8);
          call.sendResponseHeaders(status, body.length);
          call.getResponseBody().write(body);
          call.close();
        });
    feed.start();
  }

  @AfterEach
  void stop() {
    if (feed != null) {
      feed.stop(0);
    }
  }

  @Test
  void saysThatNothingIsKnown() throws Exception {
    Run run = check(Map.of());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("none known for 2 packages");
    assertThat(asked)
        .containsExactly(
            "{\"queries\":[{\"package\":{\"purl\":\"pkg:maven/org.example/bad@2.0\"}},"
                + "{\"package\":{\"purl\":\"pkg:maven/org.example/good@1.0\"}}]}");
  }

  @Test
  void namesWhatIsKnownAndFails() throws Exception {
    answer = "{\"results\": [{\"vulns\": [{\"id\": \"GHSA-1\"}, {\"id\": \"GHSA-2\"}]}, {}]}";
    Run run = check(Map.of());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "pkg:maven/org.example/bad@2.0  GHSA-1  https://osv.dev/GHSA-1",
            "pkg:maven/org.example/bad@2.0  GHSA-2");
    assertThat(run.err()).contains("known vulnerabilities among 2 packages");
  }

  @Test
  void saysThatItDidNotRunWhereNoFeedAnswers() throws Exception {
    status = 503;
    Run run = check(Map.of());
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("NOT RUN, the feed http://127.0.0.1");
    assertThat(run.out()).doesNotContain("none known");
    assertThat(check(Map.of("STRICT", "1")).code()).isEqualTo(2);
  }

  @Test
  void anAnswerThatMakesNoSenseIsNoClearance() throws Exception {
    answer = "<html>log in first</html>";
    Run run = check(Map.of());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("answered with something else than results");
  }

  @Test
  void withoutAListItSaysHowToMakeIt() throws Exception {
    Files.delete(folder.resolve("bom.json"));
    Run run = check(Map.of());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Run ./build package");
    Files.writeString(folder.resolve("bom.json"), "{\"components\": []}");
    assertThat(check(Map.of()).err()).contains("names no Maven packages");
    assertThat(asked).isEmpty();
  }

  private Run check(Map<String, String> environment) throws Exception {
    Path script = Path.of("..", "scripts", "check-dependencies").toAbsolutePath().normalize();
    ProcessBuilder builder =
        new ProcessBuilder(script.toString(), folder.resolve("bom.json").toString())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("OSV_URL", "http://127.0.0.1:" + feed.getAddress().getPort());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(
        process.exitValue(),
        Files.readString(folder.resolve("out")),
        Files.readString(folder.resolve("err")));
  }

  private static boolean onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
