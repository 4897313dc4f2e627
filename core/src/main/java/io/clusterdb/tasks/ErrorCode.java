package io.clusterdb.tasks;

/**
 * Stable codes of {@link TasksException}s; the HTTP API, the event log and the command line use the
 * same names.
 */
public enum ErrorCode {
  /** An attempt ran longer than its timeout. */
  JOB_TIMEOUT("Job timeout"),
  /** A queue holds as many pending jobs as its {@code max_depth} allows. */
  QUEUE_FULL("Queue full"),
  /** A workflow task cannot run because one that it depends on failed. */
  TASK_DEPENDENCY_FAILED("Task dependency failed"),
  /** The catalog has no queue of that name. */
  QUEUE_NOT_FOUND("Queue not found"),
  /** No job of that id is known. */
  JOB_NOT_FOUND("Job not found"),
  /** The catalog has no schedule of that name. */
  SCHEDULE_NOT_FOUND("Schedule not found"),
  /** The catalog has no workflow of that name or version. */
  WORKFLOW_NOT_FOUND("Workflow not found"),
  /** No run of a workflow of that id is known. */
  EXECUTION_NOT_FOUND("Execution not found"),
  /** A payload does not fit its type, cannot be read or written, or is too large. */
  INVALID_PAYLOAD("Invalid payload"),
  /** What a handler returned cannot be written as JSON, or is too large. */
  INVALID_RESULT("Invalid result"),
  /** A job or one of its fields is not allowed. */
  INVALID_JOB("Invalid job"),
  /** A record has headers or a payload that cannot be a job's. */
  INVALID_RECORD("Invalid record"),
  /** A configuration file, property or option is wrong. */
  INVALID_CONFIG("Invalid configuration"),
  /** A call of the HTTP API that it cannot understand. */
  INVALID_REQUEST("Invalid request"),
  /** No worker of the queue has a handler for the job's type. */
  UNKNOWN_TYPE("Unknown type"),
  /** A job ended the process that ran it, again and again. */
  WORKER_CRASHED("Worker crashed"),
  /** The lease is no longer held. */
  LEASE_LOST("Lease lost"),
  /** Somebody else changed the same thing, or it exists already. */
  CONFLICT("Conflict"),
  /** The run was cancelled. */
  CANCELLED("Cancelled"),
  /** A wait ended before what it waited for happened. */
  WAIT_TIMEOUT("Wait timeout"),
  /** Kafka, the schema registry or the API cannot be reached. */
  UNREACHABLE("Unreachable"),
  /** Kafka refused for want of rights. */
  FORBIDDEN("Forbidden"),
  /** What was called is closed. */
  CLOSED("Closed"),
  /** A defect of the platform. */
  INTERNAL("Internal error");

  private final String title;

  ErrorCode(String title) {
    this.title = title;
  }

  /** How a message of this code begins, such as {@code Queue full}. */
  public String title() {
    return title;
  }
}
