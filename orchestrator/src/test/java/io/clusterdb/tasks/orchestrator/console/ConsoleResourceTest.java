package io.clusterdb.tasks.orchestrator.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.http.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console's files, and how they are served. */
class ConsoleResourceTest {
  /** What turns text into markup or code. */
  private static final Pattern MARKUP =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|createContextualFragment|setHTML|\\beval\\(|new"
              + " Function|srcdoc|style=\"|\\bon\\w+=\"");

  private static final int MOST_BYTES = 300 * 1024;

  private static HttpServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server =
        HttpServer.start(
            HttpConfig.DEFAULT.listen("127.0.0.1:0").token("secret"),
            List.of(new ConsoleResource()));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void everyFileIsServedAndSmall() throws IOException, InterruptedException {
    String page = text(get("console/"));
    Matcher version = Pattern.compile("\"([0-9a-f]{16})/app\\.js\"").matcher(page);
    assertThat(version.find()).isTrue();
    long bytes = 0;
    for (String file : ConsoleResource.FILES) {
      HttpResponse<byte[]> answer =
          get("console/" + version.group(1) + "/" + file, "Accept-Encoding", "gzip");
      assertThat(answer.statusCode()).as(file).isEqualTo(200);
      assertThat(header(answer, "Cache-Control")).contains("immutable");
      assertThat(header(answer, "Content-Encoding")).isEqualTo("gzip");
      assertThat(unzipped(answer.body())).as(file).isEqualTo(Asset.read(file).plain());
      bytes += answer.body().length;
    }
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void noFileIsForgotten() throws IOException {
    Path folder = Path.of(URI.create(ConsoleResource.class.getResource("index.html").toString()));
    try (Stream<Path> files = Files.list(folder.resolveSibling("."))) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .filteredOn(each -> !each.endsWith(".class") && !each.equals("index.html"))
          .containsExactlyInAnyOrderElementsOf(ConsoleResource.FILES);
    }
  }

  @Test
  void noFileMakesMarkupOfText() {
    for (String file : ConsoleResource.FILES) {
      String text = new String(Asset.read(file).plain(), StandardCharsets.UTF_8);
      assertThat(MARKUP.matcher(text).results().map(found -> found.group())).as(file).isEmpty();
    }
    String page = new String(Asset.read("index.html").plain(), StandardCharsets.UTF_8);
    assertThat(MARKUP.matcher(page).results().map(found -> found.group())).isEmpty();
    assertThat(Pattern.compile("(?:src|href)=\"(?!VERSION/)").matcher(page).find()).isFalse();
  }

  @Test
  void thePageIsGuardedAndAskedForAgain() throws IOException, InterruptedException {
    HttpResponse<byte[]> page = get("console/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(get("console/", "If-None-Match", header(page, "ETag")).statusCode()).isEqualTo(304);
  }

  @Test
  void otherAddressesLeadToThePage() throws IOException, InterruptedException {
    for (String path : List.of("", "console")) {
      HttpResponse<byte[]> answer = get(path);
      assertThat(answer.statusCode()).isEqualTo(302);
      assertThat(header(answer, "Location")).isEqualTo("console/");
    }
    assertThat(get("console/0123456789abcdef/nothing.js").statusCode()).isEqualTo(404);
    HttpResponse<byte[]> old = get("console/0123456789abcdef/app.js");
    assertThat(old.statusCode()).isEqualTo(200);
    assertThat(header(old, "Cache-Control")).isEqualTo("no-store");
  }

  private static HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + "/" + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static byte[] unzipped(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
