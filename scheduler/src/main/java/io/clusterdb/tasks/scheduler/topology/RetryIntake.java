package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.topic.TopicNames;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Takes jobs from the retry topics of all queues to those that wait; stateless, since the number of
 * such topics' partitions changes. The wait becomes a time, by when the broker appended the retry:
 * moving the record gives it another such time.
 */
final class RetryIntake implements Processor<byte[], byte[], byte[], Outgoing> {
  private final TopologyParts parts;
  private final TopicNames names;
  private Departures departures;
  private ProcessorContext<byte[], Outgoing> context;
  private Commits commits;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  RetryIntake(TopologyParts parts) {
    this.parts = parts;
    this.names = parts.names();
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    commits = parts.commits(newContext);
    departures = parts.departures(newContext, RetryTopology.RETRIES_OUT);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    String named = JobIntake.queueOf(record.headers());
    String queue = named != null ? named : names.queueOfRetry(at.topic()).orElseThrow();
    try {
      take(JobIntake.read(record, at), queue);
    } catch (MalformedJobException e) {
      departures.malformed(record, at, queue, String.valueOf(e.getMessage()));
    }
    parts.commit(commits);
  }

  private void take(JobRecord job, String queue) {
    WaitingJob waiting = JobIntake.waiting(job, queue);
    boolean due = job.notBefore() <= parts.clock().millis();
    if (due && departures.leaveAtOnce(waiting)) {
      commits.soon();
    } else {
      departures.delay(waiting, job.notBefore());
    }
  }
}
