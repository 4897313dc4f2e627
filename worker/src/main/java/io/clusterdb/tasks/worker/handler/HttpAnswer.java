package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.TasksException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param target who answered
 * @param status HTTP status
 * @param retryAfter value of the header {@code Retry-After}
 * @param location value of the header {@code Location}
 * @param body the body, or its start
 */
record HttpAnswer(
    HttpTarget target,
    int status,
    Optional<String> retryAfter,
    Optional<String> location,
    BoundedBody.Content body) {
  /** Type of a failure that the server answered with. */
  static final String HTTP_ERROR = "HttpError";

  private static final int MAX_TEXT = 1_000;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * The result.
   *
   * @param now the time, for a {@code Retry-After} that names one
   * @throws RetryAfter if the server says when to try again
   * @throws NamedFailure if trying again may help
   * @throws PermanentFailure if it cannot help
   * @throws TasksException INVALID_RESULT if the body is too long
   */
  @Nullable Object result(Instant now) {
    return switch (status / 100) {
      case 2 -> success();
      case 3 ->
          throw new PermanentFailure(
              description()
                  + ". Redirects"
                  + location.map(to -> ", here to " + shorten(to, 200) + ",").orElse("")
                  + " are not followed: give the handler the final address.");
      case 4 -> throw retriable() ? retry(now) : new PermanentFailure(description());
      default -> throw retry(now);
    };
  }

  private boolean retriable() {
    return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
  }

  private @Nullable Object success() {
    if (!body.complete()) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          target
              + " answered with more than "
              + body.bytes().length
              + " bytes, the most that a result may have. Store them elsewhere, and answer with a"
              + " reference.");
    }
    return ResultText.parse(body.bytes(), false);
  }

  private RuntimeException retry(Instant now) {
    return retryAfter
        .flatMap(value -> RetryAfterHeader.parse(value, now))
        .<RuntimeException>map(wait -> new RetryAfter(wait, description()))
        .orElseGet(() -> new NamedFailure(HTTP_ERROR, description()));
  }

  private String description() {
    String text = new String(body.bytes(), StandardCharsets.UTF_8).strip();
    return target + " answered " + status + (text.isEmpty() ? "" : ": " + shorten(text, MAX_TEXT));
  }

  private static String shorten(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
