package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.JobHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a command learns of its job from environment variables. */
final class JobEnvironment {
  /** Variables of this prefix are the job's alone: none is inherited from the worker. */
  static final String PREFIX = "TASKS_JOB_";

  private JobEnvironment() {}

  static Map<String, String> of(JobContext context) {
    JobInfo job = context.job();
    Map<String, String> variables = new TreeMap<>();
    variables.put(PREFIX + "ID", job.id());
    variables.put(PREFIX + "RUN", job.run());
    variables.put(PREFIX + "TYPE", job.type());
    variables.put(PREFIX + "QUEUE", job.queue());
    variables.put(PREFIX + "ATTEMPT", Integer.toString(job.attempt()));
    variables.put(PREFIX + "MAX_ATTEMPTS", Integer.toString(job.maxAttempts()));
    variables.put(PREFIX + "PRIORITY", job.priority().lane());
    variables.put(PREFIX + "CREATED_AT", job.createdAt().toString());
    variables.put(PREFIX + "CONTENT_TYPE", Sealing.clearType(context.payload().contentType()));
    variables.put("TASKS_FENCING_TOKEN", Long.toString(context.fencingToken()));
    if (job.key() != null) {
      variables.put(PREFIX + "KEY", job.key());
    }
    if (job.batchId() != null) {
      variables.put(PREFIX + "BATCH_ID", job.batchId());
    }
    context.deadline().ifPresent(time -> variables.put(PREFIX + "DEADLINE", time.toString()));
    context.header(JobHeaders.TRACEPARENT).ifPresent(id -> variables.put("TRACEPARENT", id));
    context.header(JobHeaders.TRACESTATE).ifPresent(state -> variables.put("TRACESTATE", state));
    new TreeMap<>(job.metadata())
        .forEach((name, value) -> variables.put(PREFIX + "META_" + variable(name), value));
    return variables;
  }

  /**
   * A name as environment variables are named: upper case, and _ for what is no letter or digit.
   */
  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
