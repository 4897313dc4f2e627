package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobHandler;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs by an HTTP call. Thread-safe.
 *
 * <p>The payload is posted as it is, with its media type and the headers {@code job-id}, {@code
 * job-run}, {@code job-type}, {@code job-queue}, {@code job-key}, {@code job-attempt}, {@code
 * job-max-attempts}, {@code job-priority}, {@code job-created-at}, {@code job-deadline}, {@code
 * job-batch-id}, {@code job-meta-<name>}, {@code job-fencing-token}, {@code traceparent} and {@code
 * tracestate}, percent-encoded where they are not ASCII; what the job does not have is left out.
 *
 * <p>An answer 2xx succeeds, and its body is the result, as JSON if it parses, else as a string; no
 * body is no result. 408, 429 and 5xx fail the attempt with type {@code HttpError}, or ask for the
 * wait that {@code Retry-After} names; no answer fails it with type {@code ConnectionError}; any
 * other answer, redirects included, fails the job for good. The request ends with its attempt: when
 * that times out or is cancelled, the connection is given up.
 */
public final class HttpHandler implements JobHandler<Payload> {
  /** How long a connection may take. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** How long a result may be: 256 KiB. */
  public static final int MAX_RESULT_BYTES = 256 * 1024;

  private static final int MAX_ERROR_BYTES = 8 * 1024;

  private final HttpTarget target;
  private final HttpClient client;
  private final InstantSource clock;

  HttpHandler(HttpTarget target, HttpClient client, InstantSource clock) {
    this.target = target;
    this.client = client;
    this.clock = clock;
  }

  /**
   * Calls this URL; a user and a password in it go into an {@code Authorization} header.
   *
   * @param client made by {@link #client()}, and best shared by all handlers
   * @throws TasksException INVALID_CONFIG if it is no http or https URL
   */
  public static HttpHandler url(String url, HttpClient client) {
    return new HttpHandler(HttpTarget.parse(url), client, InstantSource.system());
  }

  /** A client for handlers: it follows no redirects, and tries HTTP/2 over TLS. */
  public static HttpClient client() {
    return HttpClient.newBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  @Override
  public @Nullable Object handle(Payload payload, JobContext context) throws InterruptedException {
    HttpResponse<BoundedBody.Content> response;
    try {
      response = client.send(request(payload, context), HttpHandler::body);
    } catch (IOException e) {
      throw HttpFailures.explain(target, e);
    }
    HttpAnswer answer =
        new HttpAnswer(
            target,
            response.statusCode(),
            response.headers().firstValue("Retry-After"),
            response.headers().firstValue("Location"),
            response.body());
    return answer.result(clock.instant());
  }

  private static BoundedBody body(HttpResponse.ResponseInfo info) {
    return new BoundedBody(info.statusCode() / 100 == 2 ? MAX_RESULT_BYTES : MAX_ERROR_BYTES);
  }

  private HttpRequest request(Payload payload, JobContext context) {
    byte[] bytes = payload.bytes();
    BodyPublisher body =
        bytes == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.uri())
            .version(target.secure() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .POST(body);
    try {
      request.header("Content-Type", payload.contentType());
    } catch (IllegalArgumentException e) {
      throw new PermanentFailure(
          "the job's content-type \"" + payload.contentType() + "\" cannot stand in a request.");
    }
    JobRequestHeaders.of(context).forEach(request::header);
    if (target.authorization() != null) {
      request.header("Authorization", target.authorization());
    }
    return request.build();
  }
}
