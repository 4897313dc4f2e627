package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request tells of its job, by the names of the record's headers. HTTP headers are ASCII, so
 * what is not, control characters, {@code %}, and blanks at the ends stand percent-encoded as
 * UTF-8.
 */
final class JobRequestHeaders {
  private JobRequestHeaders() {}

  static Map<String, String> of(JobContext context) {
    JobInfo job = context.job();
    Map<String, String> headers = new TreeMap<>();
    headers.put(JobHeaders.ID, encode(job.id()));
    headers.put(JobHeaders.RUN, encode(job.run()));
    headers.put(JobHeaders.TYPE, encode(job.type()));
    headers.put(JobHeaders.QUEUE, encode(job.queue()));
    headers.put(JobHeaders.ATTEMPT, Integer.toString(job.attempt()));
    headers.put(JobHeaders.MAX_ATTEMPTS, Integer.toString(job.maxAttempts()));
    headers.put(JobHeaders.PRIORITY, job.priority().lane());
    headers.put(JobHeaders.CREATED_AT, job.createdAt().toString());
    headers.put("job-fencing-token", Long.toString(context.fencingToken()));
    if (job.key() != null) {
      headers.put(JobHeaders.KEY, encode(job.key()));
    }
    if (job.batchId() != null) {
      headers.put(JobHeaders.BATCH_ID, encode(job.batchId()));
    }
    context.deadline().ifPresent(time -> headers.put("job-deadline", time.toString()));
    for (String name : new String[] {JobHeaders.TRACEPARENT, JobHeaders.TRACESTATE}) {
      context.header(name).ifPresent(value -> headers.put(name, encode(value)));
    }
    job.metadata()
        .forEach((name, value) -> headers.put(JobHeaders.META_PREFIX + name, encode(value)));
    return headers;
  }

  static String encode(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      boolean inside = i > 0 && i < bytes.length - 1;
      boolean visible = bytes[i] > ' ' && bytes[i] < 0x7f && bytes[i] != '%';
      if (visible || (bytes[i] == ' ' && inside)) {
        text.append((char) bytes[i]);
      } else {
        text.append(String.format(Locale.ROOT, "%%%02X", bytes[i]));
      }
    }
    return text.toString();
  }
}
