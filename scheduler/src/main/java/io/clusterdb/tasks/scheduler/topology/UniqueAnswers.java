package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.engine.KeyHolder;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
import io.clusterdb.tasks.schemas.avro.UniqueDecision;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Answers to those who wait to hear whether their job was admitted. */
final class UniqueAnswers {
  private final TopicNames names;
  private final PlatformCodec codec;
  private final Departures departures;

  UniqueAnswers(TopicNames names, PlatformCodec codec, Departures departures) {
    this.names = names;
    this.codec = codec;
    this.departures = departures;
  }

  /** The job holds its key. */
  void admitted(WaitingJob job, KeyHolder holder, @Nullable KeyHolder replaced, long now) {
    answer(job, UniqueDecision.ADMITTED, replaced, holder.until(), now);
  }

  /** Another job holds the key. */
  void held(WaitingJob job, KeyHolder holder, long now) {
    answer(job, UniqueDecision.HELD, holder, holder.until(), now);
  }

  private void answer(
      WaitingJob job, UniqueDecision decision, @Nullable KeyHolder other, long until, long now) {
    String key = job.text(JobHeaders.UNIQUE_REPLY_KEY);
    if (key == null) {
      return; // nobody waits
    }
    UniqueAdmission answer = new UniqueAdmission();
    answer.setAt(Instant.ofEpochMilli(now));
    answer.setReplyKey(key);
    answer.setJobId(job.id());
    answer.setRun(job.run());
    answer.setDecision(decision);
    answer.setUntil(Instant.ofEpochMilli(until));
    if (other != null) {
      answer.setOtherId(other.id());
      answer.setOtherRun(other.run());
    }
    departures.emit(names.replies(), HeaderText.bytes(key), codec.encode(names.replies(), answer));
  }
}
