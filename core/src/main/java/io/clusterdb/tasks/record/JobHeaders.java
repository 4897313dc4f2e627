package io.clusterdb.tasks.record;

/** Names of the headers of a job's record. All values are UTF-8 text. */
public final class JobHeaders {
  /** Version of the layout: {@value #LAYOUT_VERSION}. */
  public static final String LAYOUT = "job-layout";

  /** The only layout so far. */
  public static final String LAYOUT_VERSION = "1";

  /** The job's id. */
  public static final String ID = "job-id";

  /** The job's run. */
  public static final String RUN = "job-run";

  /** The job's type. */
  public static final String TYPE = "job-type";

  /** The job's queue, where its topic does not say it. */
  public static final String QUEUE = "job-queue";

  /** The ordering key, where the record's key may not be it. */
  public static final String KEY = "job-key";

  /** Number of the attempt, from 1. */
  public static final String ATTEMPT = "job-attempt";

  /** Attempts in all, where the job sets its own. */
  public static final String MAX_ATTEMPTS = "job-max-attempts";

  /** Retry policy as JSON, where the job sets its own. */
  public static final String RETRY = "job-retry";

  /** {@code high} or {@code low}. */
  public static final String PRIORITY = "job-priority";

  /** When the job was enqueued: milliseconds since 1970, or an ISO-8601 instant. */
  public static final String CREATED_AT = "job-created-at";

  /** Wait in milliseconds from the time at which the broker appended the record. */
  public static final String DELAY_MS = "job-delay-ms";

  /** Earliest start: milliseconds since 1970, or an ISO-8601 instant. */
  public static final String NOT_BEFORE = "job-not-before";

  /** How long an attempt may run, in milliseconds. */
  public static final String TIMEOUT_MS = "job-timeout-ms";

  /** Who waits for the outcome: {@code caller}, {@code workflow} or {@code schedule}. */
  public static final String REPLY_TO = "job-reply-to";

  /** Key of the outcome's record. */
  public static final String REPLY_KEY = "job-reply-key";

  /** Batch that the job belongs to. */
  public static final String BATCH_ID = "job-batch-id";

  /** How many jobs a batch has: of a record that closes one. */
  public static final String BATCH_TOTAL = "batch-total";

  /** Key under which the job is unique. */
  public static final String UNIQUE_KEY = "job-unique-key";

  /**
   * What happens while another job holds the key: {@code first}, {@code replace}, {@code reject}.
   */
  public static final String UNIQUE_POLICY = "job-unique";

  /** How long the key is held at the longest, in milliseconds. */
  public static final String UNIQUE_WINDOW_MS = "job-unique-window-ms";

  /** {@code end}: the key is free again as soon as the job has ended. */
  public static final String UNIQUE_RELEASE = "job-unique-release";

  /** The only value of {@link #UNIQUE_RELEASE}. */
  public static final String UNIQUE_RELEASE_END = "end";

  /** Key of the answer for who waits to hear whether the job was admitted. */
  public static final String UNIQUE_REPLY_KEY = "job-unique-reply-key";

  /**
   * On a record that is no job but a command to one that waits for newer ones: the command's id.
   */
  public static final String UNIQUE_COMMAND = "job-unique-command";

  /** On a record that is no job but frees a key: the run that held it. */
  public static final String UNIQUE_RELEASED = "job-unique-released";

  /** What metadata headers start with. */
  public static final String META_PREFIX = "job-meta-";

  /** Type of the last error. */
  public static final String ERROR_TYPE = "job-error-type";

  /** Message of the last error, shortened. */
  public static final String ERROR_MESSAGE = "job-error-message";

  /** Every failed attempt so far, as a JSON array, oldest first, bounded. */
  public static final String ERROR_HISTORY = "job-error-history";

  /** When the last attempt failed: milliseconds since 1970. */
  public static final String FAILED_AT = "job-failed-at";

  /**
   * On dead letters: present where the job has no payload. The record's value is empty then instead
   * of absent, since without a value it would remove the dead letter.
   */
  public static final String NO_PAYLOAD = "job-no-payload";

  /** Where a dead letter's payload was left that is too large for it: topic/partition/offset. */
  public static final String PAYLOAD_REF = "job-payload-ref";

  /** Media type of the value. */
  public static final String CONTENT_TYPE = "content-type";

  /** W3C trace context. */
  public static final String TRACEPARENT = "traceparent";

  /** W3C trace state. */
  public static final String TRACESTATE = "tracestate";

  private JobHeaders() {}
}
