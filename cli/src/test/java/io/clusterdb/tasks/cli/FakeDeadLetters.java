package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.DeadRecord;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Dead letters in memory; a job of the type {@code odd} is refused by a replay. */
final class FakeDeadLetters implements DeadLetters {
  final List<DeadJob> all = new ArrayList<>();
  @Nullable Replay last;

  void add(String id, String type, String error, long failedAt) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, HeaderText.bytes(id));
    headers.add(JobHeaders.TYPE, HeaderText.bytes(type));
    headers.add(JobHeaders.QUEUE, HeaderText.bytes("mails"));
    headers.add(JobHeaders.ERROR_TYPE, HeaderText.bytes(error));
    headers.add(JobHeaders.FAILED_AT, HeaderText.bytes(failedAt));
    all.add(
        new DeadRecord(
            new ConsumerRecord<>(
                "tasks.mails.dlq",
                0,
                all.size(),
                failedAt,
                TimestampType.CREATE_TIME,
                0,
                0,
                HeaderText.bytes(id + "/run-" + id),
                HeaderText.bytes("{}"),
                headers,
                Optional.empty())));
  }

  @Override
  public void forEach(Consumer<? super DeadJob> sink) {
    all.forEach(sink);
  }

  @Override
  public List<DeadJob> list(Predicate<? super DeadJob> which, int limit) {
    return all.stream().filter(which).limit(limit).toList();
  }

  @Override
  public void replay(Replay replay, ReplayListener listener) {
    last = replay;
    listener.onStart(all.size());
    for (DeadJob job : List.copyOf(all)) {
      if (!replay.which().test(job)) {
        continue;
      }
      if (job.type().equals("odd")) {
        listener.onReplayed(
            new Replayed.Refused(job, new TasksException(ErrorCode.QUEUE_NOT_FOUND, "too odd")));
      } else {
        if (!replay.dryRun()) {
          all.remove(job);
        }
        String to = replay.to();
        listener.onReplayed(new Replayed.Done(job, to == null ? "mails" : to, "new-run"));
      }
    }
  }

  @Override
  public long purge(Predicate<? super DeadJob> which, Consumer<? super DeadJob> sink) {
    List<DeadJob> gone = list(which, Integer.MAX_VALUE);
    all.removeAll(gone);
    gone.forEach(sink);
    return gone.size();
  }
}
