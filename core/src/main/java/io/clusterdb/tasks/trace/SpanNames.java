package io.clusterdb.tasks.trace;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Names of spans' attributes: those of OpenTelemetry's semantic conventions for messaging, and
 * {@code tasks.*} for what they have no name for. docs/traces-and-logs.md explains them.
 */
public final class SpanNames {
  /** What sends: {@value #KAFKA}. */
  public static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");

  /** The value of {@link #SYSTEM}. */
  public static final String KAFKA = "kafka";

  /** Kind of operation: create, send, process or settle. */
  public static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");

  /** Its name. */
  public static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");

  /** The topic. */
  public static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");

  /** The partition, as text. */
  public static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");

  /** The record's offset. */
  public static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

  /** The group that consumes. */
  public static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");

  /** The job's id, or that of the run. */
  public static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");

  /** Attempts that a settlement was about. */
  public static final AttributeKey<Long> BATCH =
      AttributeKey.longKey("messaging.batch.message_count");

  /** Type of the error that it ended with. */
  public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  /** The job's queue. */
  public static final AttributeKey<String> QUEUE = AttributeKey.stringKey("tasks.queue");

  /** The job's type. */
  public static final AttributeKey<String> JOB_TYPE = AttributeKey.stringKey("tasks.job.type");

  /** The job's run. */
  public static final AttributeKey<String> JOB_RUN = AttributeKey.stringKey("tasks.job.run");

  /** Number of the attempt, from 1. */
  public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("tasks.job.attempt");

  /** Attempts that are allowed. */
  public static final AttributeKey<Long> MAX_ATTEMPTS =
      AttributeKey.longKey("tasks.job.max_attempts");

  /** Milliseconds from the record's append to the start of the attempt. */
  public static final AttributeKey<Long> QUEUED_MS = AttributeKey.longKey("tasks.job.queued_ms");

  /** How the attempt ended. */
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("tasks.job.outcome");

  /** The workflow's name. */
  public static final AttributeKey<String> WORKFLOW = AttributeKey.stringKey("tasks.workflow.name");

  /** The workflow's version. */
  public static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("tasks.workflow.version");

  /** Id of the workflow's run. */
  public static final AttributeKey<String> EXECUTION =
      AttributeKey.stringKey("tasks.workflow.execution");

  /** State in which the run ended. */
  public static final AttributeKey<String> RUN_STATE =
      AttributeKey.stringKey("tasks.workflow.state");

  /** Name of the task in the workflow. */
  public static final AttributeKey<String> TASK = AttributeKey.stringKey("tasks.workflow.task");

  /** Whether the job undoes its task. */
  public static final AttributeKey<Boolean> COMPENSATION =
      AttributeKey.booleanKey("tasks.workflow.compensation");

  /** The schedule that fired. */
  public static final AttributeKey<String> SCHEDULE = AttributeKey.stringKey("tasks.schedule");

  private SpanNames() {}
}
