package io.clusterdb.tasks.http;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.audit.Actor;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.media.ReadableEntity;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every call to its endpoint, and every answer or exception back to the caller. */
final class Dispatcher implements Handler {
  private static final HeaderName TRACEPARENT = HeaderNames.create(JobHeaders.TRACEPARENT);
  private static final HeaderName TRACESTATE = HeaderNames.create(JobHeaders.TRACESTATE);
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Routes routes;
  private final Guard guard;
  private final int maxBody;
  private final LargeAnswers large = LargeAnswers.ofHeap();
  private final Refusals refusals;

  Dispatcher(Routes routes, Guard guard, int maxBody, Refusals refusals) {
    this.refusals = refusals;
    this.routes = routes;
    this.guard = guard;
    this.maxBody = maxBody;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    Answer answer = written(answer(request));
    boolean over = request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    boolean whole = readToEnd(request);
    if (over || !whole) {
      response.headers().set(HeaderValues.CONNECTION_CLOSE);
    }
    send(request, response, answer);
    if (over || !whole) {
      throw new CloseConnectionException("the caller asked for it, or its body is not read");
    }
  }

  /**
   * Reads what is left of a body: it would be taken for the next request.
   *
   * @return false if there is too much of it, or it does not come
   */
  private boolean readToEnd(ServerRequest request) {
    ReadableEntity body = request.content();
    if (!body.hasEntity() || body.consumed()) {
      return true;
    }
    try (InputStream in = body.inputStream()) {
      long left = maxBody;
      while (left > 0 && in.read() >= 0) {
        left -= 1 + in.skip(left - 1);
      }
      return left > 0 || in.read() < 0;
    } catch (IOException | RuntimeException e) {
      log.debug("A body was not read to its end.", e);
      return false;
    }
  }

  private Answer answer(ServerRequest request) {
    String method = request.prologue().method().text();
    try {
      Routes.Match match = routes.find(method, request.path().rawPath());
      Caller caller = guard.caller(match.endpoint(), request);
      try (Scope unused = new Actor(caller.text(), true).in(trace(request)).makeCurrent()) {
        allow(caller, match);
        return match.endpoint().handler().handle(new HttpCall(request, match, maxBody));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return problem(Problem.of(503, "Service unavailable", "the service stops. Try again."));
    } catch (Exception e) {
      return problem(problemOf(e, request));
    }
  }

  private void allow(Caller caller, Routes.Match match) {
    Endpoint endpoint = match.endpoint();
    ProblemException refusal = guard.refusal(caller, endpoint);
    if (refusal == null) {
      return;
    }
    if (endpoint.access() != Access.READ) {
      Map<String, String> shown = new TreeMap<>(match.variables());
      shown.remove("lease"); // whoever has its token may end it
      refusals.refused(endpoint.method(), endpoint.path(), String.join(" ", shown.values()));
    }
    throw refusal;
  }

  /** What the caller's trace context is below, for the jobs and runs that the call starts. */
  private static Context trace(ServerRequest request) {
    TraceContext caller =
        TraceContext.of(
            request.headers().first(TRACEPARENT).orElse(null),
            request.headers().first(TRACESTATE).orElse(null));
    return caller == null ? Context.current() : Tracing.above(caller.spanContext());
  }

  private static Problem problemOf(Exception thrown, ServerRequest request) {
    Throwable e = unwrap(thrown);
    if (e instanceof ProblemException problem) {
      return problem.problem();
    }
    if (e instanceof TasksException tasks && tasks.code() != ErrorCode.INTERNAL) {
      return Problem.of(tasks);
    }
    if (e instanceof RequestException broken && broken.status().code() < 500) {
      return Problem.of(
          broken.status().code(),
          broken.status().reasonPhrase(),
          "expected a request within the limits, found another.");
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      log.debug("A call ended before its body was read.", e);
      return Problem.of(400, "Bad request", "expected the whole body, found a part of it.");
    }
    log.error(
        "{} {} failed. The caller was told status 500.",
        request.prologue().method(),
        request.path().rawPath(),
        e);
    return Problem.of(500, "Internal error", "the service failed; its log says why.");
  }

  private static Throwable unwrap(Throwable e) {
    Throwable cause = e.getCause();
    boolean wrapper = e instanceof CompletionException || e instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : e;
  }

  private static Answer problem(Problem problem) {
    Answer answer = Answer.json(problem.status(), problem.document());
    return problem.status() == 401 ? answer.header("WWW-Authenticate", "Bearer") : answer;
  }

  /** As bytes, which are far less than what they were made of and may wait long to be read. */
  private static Answer written(Answer answer) throws IOException {
    if (answer.body() instanceof Answer.Json json) {
      String type = answer.status() >= 400 ? Problem.MEDIA_TYPE : "application/json";
      byte[] bytes = Json.MAPPER.writeValueAsBytes(json.value());
      return new Answer(answer.status(), answer.headers(), new Answer.Bytes(type, bytes));
    }
    return answer;
  }

  private void send(ServerRequest request, ServerResponse response, Answer answer)
      throws IOException {
    response.status(answer.status());
    response.headers().set(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    if (!answer.headers().containsKey("Cache-Control")) {
      response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
    }
    answer
        .headers()
        .forEach((name, value) -> response.headers().set(HeaderNames.create(name), value));
    boolean head = request.prologue().method().text().equals("HEAD");
    switch (answer.body()) {
      case Answer.Json json -> throw new IllegalStateException("it is written as bytes: " + json);
      case Answer.Bytes bytes -> sendBytes(response, bytes.mediaType(), bytes.content(), head);
      case Answer.Stream stream when !head -> stream(response, stream);
      case Answer.Stream stream -> sendBytes(response, stream.mediaType(), null, true);
      case null -> response.send();
    }
  }

  private void sendBytes(
      ServerResponse response, String mediaType, byte @Nullable [] content, boolean head)
      throws IOException {
    response.headers().set(HeaderNames.CONTENT_TYPE, mediaType);
    if (head || content == null) {
      response.send();
    } else if (!large.send(content.length, () -> response.send(content))) {
      Problem full =
          Problem.of(
              503,
              "Service unavailable",
              "expected callers to read their answers, found too many large ones that wait for"
                  + " that. Try again, or ask for less at once.");
      response.status(full.status());
      response.headers().set(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
      response.send(Json.MAPPER.writeValueAsBytes(full.document()));
    }
  }

  private static void stream(ServerResponse response, Answer.Stream stream) throws IOException {
    response.headers().set(HeaderNames.CONTENT_TYPE, stream.mediaType());
    try (OutputStream out = response.outputStream()) {
      stream.writer().write(out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
