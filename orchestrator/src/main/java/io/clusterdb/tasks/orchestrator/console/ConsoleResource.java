package io.clusterdb.tasks.orchestrator.console;

import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Serves the console. All that it shows comes from the API by calls with the caller's token, so
 * nobody is asked for one here. Every address is relative, so that it works behind a prefix of a
 * proxy. The files are below an address with a hash of all of them, and may be kept for ever.
 */
public final class ConsoleResource implements HttpResource {
  /** Where the page is, below the service's address. */
  public static final String PATH = "console/";

  /** The files, less the page itself. */
  static final List<String> FILES =
      List.of(
          "app.css",
          "icon.svg",
          "api.js",
          "app.js",
          "charts.js",
          "dom.js",
          "format.js",
          "graph.js",
          "live.js",
          "page-dead.js",
          "page-job.js",
          "page-jobs.js",
          "page-overview.js",
          "page-queue.js",
          "page-run.js",
          "page-schedules.js",
          "page-workflows.js",
          "queue-settings.js",
          "ui.js");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final Map<String, Asset> files;
  private final Asset page;
  private final String version;
  private final String tag;

  /** Reads the files. */
  public ConsoleResource() {
    this.files =
        FILES.stream().map(Asset::read).collect(Collectors.toMap(Asset::name, Function.identity()));
    Asset template = Asset.read("index.html");
    this.version = version(template);
    String text = new String(template.plain(), StandardCharsets.UTF_8);
    this.page =
        Asset.of("index.html", text.replace("VERSION", version).getBytes(StandardCharsets.UTF_8));
    this.tag = '"' + version + '"';
  }

  private String version(Asset template) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(template.plain());
      FILES.forEach(name -> digest.update(file(name).plain()));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/", call -> moved(PATH)).open(true),
        Endpoint.get("/console", call -> moved(PATH)).open(true),
        Endpoint.get("/console/", this::page).open(true),
        Endpoint.get("/console/{version}/{file}", this::file).open(true));
  }

  private static Answer moved(String to) {
    return new Answer(302, Map.of("Location", to), null);
  }

  private Answer page(HttpCall call) {
    if (call.header("If-None-Match").orElse("").equals(tag)) {
      return guarded(new Answer(304, Map.of(), null)).header("ETag", tag);
    }
    return sent(page, call).header("ETag", tag).header("Cache-Control", "no-cache");
  }

  /** While instances of two releases run, one may be asked for the other's files. */
  private Answer file(HttpCall call) {
    Answer answer = sent(file(call.path("file")), call);
    boolean ours = call.path("version").equals(version);
    return ours ? answer.header("Cache-Control", FOR_EVER) : answer;
  }

  private Asset file(String name) {
    Asset found = files.get(name);
    if (found == null) {
      throw new ProblemException(404, "Not found", "the console has no such file.");
    }
    return found;
  }

  private static Answer sent(Asset asset, HttpCall call) {
    boolean zipped = call.header("Accept-Encoding").orElse("").contains("gzip");
    Answer answer = Answer.bytes(200, asset.mediaType(), zipped ? asset.zipped() : asset.plain());
    return guarded(zipped ? answer.header("Content-Encoding", "gzip") : answer)
        .header("Vary", "Accept-Encoding");
  }

  private static Answer guarded(Answer answer) {
    return answer
        .header("Content-Security-Policy", POLICY)
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Referrer-Policy", "no-referrer")
        .header("X-Frame-Options", "DENY");
  }
}
