package io.clusterdb.tasks.http;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A problem document of RFC 9457 with the platform's error code.
 *
 * @param status HTTP's status code
 * @param code as {@link ErrorCode} names it, or HTTP's status where that says all
 * @param title the kind of problem
 * @param detail what was expected, what was found and the next step
 */
record Problem(int status, String code, String title, String detail) {
  static final String MEDIA_TYPE = "application/problem+json";

  /** A problem of HTTP itself. */
  static Problem of(int status, String title, String detail) {
    return new Problem(status, name(status), title, detail);
  }

  private static String name(int status) {
    return switch (status) {
      case 400 -> ErrorCode.INVALID_REQUEST.name();
      case 401 -> "UNAUTHORIZED";
      case 403 -> ErrorCode.FORBIDDEN.name();
      case 404 -> "NOT_FOUND";
      case 405 -> "METHOD_NOT_ALLOWED";
      case 413 -> "CONTENT_TOO_LARGE";
      case 415 -> "UNSUPPORTED_MEDIA_TYPE";
      case 503 -> ErrorCode.UNREACHABLE.name();
      default -> status < 500 ? ErrorCode.INVALID_REQUEST.name() : ErrorCode.INTERNAL.name();
    };
  }

  /** What an exception of the platform means to a caller. */
  static Problem of(TasksException e) {
    ErrorCode code = e.code();
    String message = e.getMessage() == null ? code.title() : e.getMessage();
    String prefix = code.title() + ": ";
    String detail = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    return new Problem(status(code), code.name(), code.title(), detail);
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_PAYLOAD,
          INVALID_RESULT,
          INVALID_JOB,
          INVALID_RECORD,
          INVALID_CONFIG,
          INVALID_REQUEST ->
          400;
      case UNKNOWN_TYPE, TASK_DEPENDENCY_FAILED, JOB_TIMEOUT, WORKER_CRASHED -> 422;
      case FORBIDDEN -> 403;
      case QUEUE_NOT_FOUND,
          JOB_NOT_FOUND,
          SCHEDULE_NOT_FOUND,
          WORKFLOW_NOT_FOUND,
          EXECUTION_NOT_FOUND ->
          404;
      case LEASE_LOST, CONFLICT, CANCELLED -> 409;
      case QUEUE_FULL -> 429;
      case UNREACHABLE, CLOSED -> 503;
      case WAIT_TIMEOUT -> 504;
      case INTERNAL -> 500;
    };
  }

  /** The document. */
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "urn:clusterdb:tasks:" + code);
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    document.put("code", code);
    return document;
  }
}
