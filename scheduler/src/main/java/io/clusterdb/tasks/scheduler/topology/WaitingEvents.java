package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the log hears of jobs that the scheduler holds. Used by one partition's thread. */
final class WaitingEvents {
  private final TopicNames names;
  private final PlatformCodec codec;
  private final Departures departures;

  WaitingEvents(TopicNames names, PlatformCodec codec, Departures departures) {
    this.names = names;
    this.codec = codec;
    this.departures = departures;
  }

  /**
   * A job ended here: its event, the outcome for who waits for it, and its unique key's release.
   *
   * @param note why, for people
   * @param commandId command that asked for it; null for none
   */
  void cancelled(WaitingJob job, String note, @Nullable String commandId, long now) {
    JobEvent event = event(job, JobState.CANCELLED, commandId, now);
    event.setNote(note);
    send(names.events(), job.id(), codec.encode(names.events(), event));
    reply(job, event);
    if (job.text(JobHeaders.UNIQUE_RELEASE) != null) {
      departures.release(job);
    }
  }

  /** A job waits until another time, since a command says so. */
  void moved(WaitingJob job, long due, String commandId, long now) {
    JobState state = attempt(job) > 1 ? JobState.RETRYING : JobState.SCHEDULED;
    JobEvent event = event(job, state, commandId, now);
    event.setNextAttemptAt(Instant.ofEpochMilli(due));
    send(names.events(), job.id(), codec.encode(names.events(), event));
  }

  private JobEvent event(WaitingJob job, JobState state, @Nullable String commandId, long now) {
    String type = job.text(JobHeaders.TYPE);
    JobEvent event = new JobEvent();
    event.setAt(Instant.ofEpochMilli(now));
    event.setJobId(job.id());
    event.setRun(job.run());
    event.setQueue(job.queue());
    event.setType(type == null ? job.queue() : type);
    event.setState(state);
    event.setAttempt(attempt(job));
    event.setCreatedAt(Instant.ofEpochMilli(job.createdAt()));
    event.setPriority(job.text(JobHeaders.PRIORITY));
    event.setMetadata(Map.of());
    event.setBatchId(job.text(JobHeaders.BATCH_ID));
    event.setCommandId(commandId);
    return event;
  }

  private static int attempt(WaitingJob job) {
    String attempt = job.text(JobHeaders.ATTEMPT);
    return attempt == null ? 1 : Integer.parseInt(attempt.trim());
  }

  private void reply(WaitingJob job, JobEvent event) {
    String to = job.text(JobHeaders.REPLY_TO);
    String key = job.text(JobHeaders.REPLY_KEY);
    if (to == null || key == null) {
      return;
    }
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(event.getAt());
    outcome.setReplyKey(key);
    outcome.setJobId(event.getJobId());
    outcome.setRun(event.getRun());
    outcome.setQueue(event.getQueue());
    outcome.setType(event.getType());
    outcome.setState(event.getState());
    outcome.setAttempt(event.getAttempt());
    for (ReplyTo known : ReplyTo.values()) {
      if (known.text().equals(to)) {
        String topic = known.topic(names);
        send(topic, key, codec.encode(topic, outcome));
      }
    }
  }

  private void send(String topic, String key, byte[] value) {
    departures.emit(topic, HeaderText.bytes(key), value);
  }
}
