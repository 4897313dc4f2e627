package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.FactFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackedTopics.Topic;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.streams.Commits;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Turns jobs' records into facts by job id; payloads go no further. */
final class Projector implements Processor<byte[], byte[], byte[], byte[]> {
  private final TrackedTopics topics;
  private final RecordFacts facts;
  private final FactFormat format = new FactFormat();
  private final TrackerParts parts;
  private ProcessorContext<byte[], byte[]> context;
  private Commits commits;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  Projector(TrackerParts parts) {
    this.topics = new TrackedTopics(parts.names(), parts.queues());
    this.facts = new RecordFacts(parts.queues());
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    commits = parts.commits(newContext);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    Topic topic = topics.of(at.topic());
    Source source = topic.source();
    if (source == null || !topic.told()) {
      return;
    }
    Fact fact = facts.of(asConsumed(record, at), topic, source);
    if (fact != null) {
      context.forward(
          new Record<>(HeaderText.bytes(fact.jobId()), format.write(fact), record.timestamp()));
      parts.commitSoon(commits);
    }
  }

  private static ConsumerRecord<byte[], byte[]> asConsumed(
      Record<byte[], byte[]> record, RecordMetadata at) {
    return new ConsumerRecord<>(
        at.topic(),
        at.partition(),
        at.offset(),
        record.timestamp(),
        TimestampType.LOG_APPEND_TIME,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }
}
