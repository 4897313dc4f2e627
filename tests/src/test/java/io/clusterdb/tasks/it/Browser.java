package io.clusterdb.tasks.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A page in Chromium, steered by its DevTools protocol: clicks and keys go the way that a person's
 * do. Whatever the page's console says is kept. Of one thread.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(20);
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Process process;
  private final Path profile;
  private final HttpClient client;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<String, String> pending = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session = "";

  private Browser(Process process, Path profile) throws IOException {
    this.process = process;
    this.profile = profile;
    this.client = HttpClient.newHttpClient();
    this.socket = client.newWebSocketBuilder().buildAsync(address(profile), new Listener()).join();
    JsonNode target = send("Target.createTarget", "{\"url\": \"about:blank\"}");
    ObjectNode attach = JSON.createObjectNode();
    attach.put("targetId", target.path("targetId").asText()).put("flatten", true);
    this.session = send("Target.attachToTarget", attach.toString()).path("sessionId").asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", "{}");
    }
    size(1440, 900);
  }

  /** The program, where there is one. */
  static Optional<Path> find() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser start(Path program) throws IOException {
    Path profile = Files.createTempDirectory("browser");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--no-proxy-server",
                "--lang=en",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log").toFile())
            .start();
    return new Browser(process, profile);
  }

  private static URI address(Path profile) throws IOException {
    Path file = profile.resolve("DevToolsActivePort");
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(file) && lines(file) == 2);
    List<String> lines = Files.readAllLines(file);
    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
  }

  private static int lines(Path file) throws IOException {
    return Files.readAllLines(file).size();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        String whole = parts.toString();
        parts.setLength(0);
        try {
          message(JSON.readTree(whole));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void message(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> waits = asked.remove(message.path("id").asInt());
      if (waits != null) {
        waits.complete(message);
      }
      return;
    }
    JsonNode params = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" ->
          complaints.add(params.at("/exceptionDetails/exception/description").asText());
      case "Runtime.consoleAPICalled" -> {
        if (params.path("type").asText().equals("error")) {
          complaints.add(params.at("/args/0").toString());
        }
      }
      case "Log.entryAdded" -> {
        JsonNode entry = params.path("entry");
        if (entry.path("level").asText().equals("error")) {
          complaints.add(
              "%s: %s %s"
                  .formatted(
                      entry.path("source").asText(),
                      entry.path("text").asText(),
                      entry.path("url").asText()));
        }
      }
      case "Page.javascriptDialogOpening" ->
          complaints.add("a dialog opened: " + params.path("message").asText());
      case "Network.requestWillBeSent" ->
          pending.put(params.path("requestId").asText(), params.at("/request/url").asText());
      case "Network.loadingFinished", "Network.loadingFailed" ->
          pending.remove(params.path("requestId").asText());
      default -> {}
    }
  }

  private JsonNode send(String method, String params) {
    try {
      int id = numbers.incrementAndGet();
      ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
      message.set("params", JSON.readTree(params));
      if (!session.isEmpty()) {
        message.put("sessionId", session);
      }
      CompletableFuture<JsonNode> answer = new CompletableFuture<>();
      asked.put(id, answer);
      socket.sendText(message.toString(), true).join();
      JsonNode said = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
      if (said.has("error")) {
        throw new AssertionError(method + ": " + said.path("error"));
      }
      return said.path("result");
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " " + params, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What the page's console complained of since the last question. */
  List<String> complaints() {
    List<String> all = List.copyOf(complaints);
    complaints.removeAll(all);
    return all;
  }

  void open(String url) {
    ObjectNode params = JSON.createObjectNode().put("url", url);
    send("Page.navigate", params.toString());
  }

  /** Opens an address anew, also where only the part behind its # is another. */
  void fresh(String url) {
    eval("window.stale = true");
    open(url);
    if (eval("window.stale === true").asBoolean()) {
      send("Page.reload", "{}");
    }
    await("!window.stale && document.readyState === 'complete'");
  }

  /** The value of an expression; a promise is waited for. */
  JsonNode eval(String expression) {
    ObjectNode params = JSON.createObjectNode().put("expression", expression);
    params.put("returnByValue", true).put("awaitPromise", true);
    JsonNode said = send("Runtime.evaluate", params.toString());
    if (said.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + said.path("exceptionDetails"));
    }
    return said.at("/result/value");
  }

  /** Waits until an expression is true. */
  void await(String expression) {
    await(expression, PATIENCE);
  }

  void await(String expression, Duration limit) {
    try {
      Awaitility.await()
          .atMost(limit)
          .pollInterval(Duration.ofMillis(40))
          .until(() -> eval("Boolean(" + expression + ")").asBoolean());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "waited in vain for %s; the page says: %s; complaints: %s; it waits for %s"
              .formatted(expression, text("body"), complaints(), pending.values()),
          e);
    }
  }

  /** Waits until an element has a text. */
  void awaitText(String selector, String text) {
    await("document.querySelector(%s)?.innerText.includes(%s)".formatted(js(selector), js(text)));
  }

  void awaitElement(String selector) {
    await("document.querySelector(%s)".formatted(js(selector)));
  }

  String text(String selector) {
    return eval("document.querySelector(%s)?.innerText ?? ''".formatted(js(selector))).asText();
  }

  /** Clicks an element once it is there. */
  void click(String selector) {
    clickOn("document.querySelector(%s)".formatted(js(selector)));
  }

  /** Clicks the first of the elements that has this text. */
  void click(String selector, String text) {
    clickOn(
        "[...document.querySelectorAll(%s)].find(e => e.innerText.includes(%s))"
            .formatted(js(selector), js(text)));
  }

  private void clickOn(String element) {
    await("(" + element + ") && !(" + element + ").disabled");
    JsonNode at =
        eval(
            """
            new Promise(done => {
              const e = %s;
              e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
              requestAnimationFrame(() => {
                const box = (%s).getBoundingClientRect();
                done({x: box.x + box.width / 2, y: box.y + box.height / 2});
              });
            })
            """
                .formatted(element, element));
    for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
      ObjectNode params = JSON.createObjectNode().put("type", type).put("clickCount", 1);
      params.put("button", type.equals("mouseMoved") ? "none" : "left");
      params.put("x", at.path("x").asDouble()).put("y", at.path("y").asDouble());
      send("Input.dispatchMouseEvent", params.toString());
    }
  }

  /** Types into an element instead of what it has. */
  void type(String selector, String text) {
    awaitElement(selector);
    eval(
        "{const e = document.querySelector(%s); e.focus(); e.select?.();}".formatted(js(selector)));
    send("Input.insertText", JSON.createObjectNode().put("text", text).toString());
  }

  void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode params = JSON.createObjectNode().put("type", type).put("key", key);
      if (type.equals("keyDown")) {
        params.put("text", key.equals("Enter") ? "\r" : key.length() == 1 ? key : "");
      }
      if (key.equals("Enter")) {
        params.put("windowsVirtualKeyCode", 13);
      }
      send("Input.dispatchKeyEvent", params.toString());
    }
  }

  void size(int width, int height) {
    ObjectNode params = JSON.createObjectNode().put("width", width).put("height", height);
    params.put("deviceScaleFactor", 1).put("mobile", width < 600);
    send("Emulation.setDeviceMetricsOverride", params.toString());
  }

  void dark(boolean dark) {
    send(
        "Emulation.setEmulatedMedia",
        "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"%s\"}]}"
            .formatted(dark ? "dark" : "light"));
  }

  /** Keeps what the page looks like. */
  void picture(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    String data = send("Page.captureScreenshot", "{\"format\": \"png\"}").path("data").asText();
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /** A text as JavaScript writes it. */
  static String js(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    socket.abort();
    client.shutdownNow();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    children.forEach(ProcessHandle::destroyForcibly); // they write until they end
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
