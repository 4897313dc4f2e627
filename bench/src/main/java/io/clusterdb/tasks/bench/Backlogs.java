package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the scheduler has not taken yet. */
final class Backlogs {
  private static final int PAUSE_MS = 100;

  private Backlogs() {}

  /** Waits until the scheduler has taken every delayed job. */
  static void awaitTaken(String bootstrap, Tasks tasks) throws Exception {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      while (left(admin, runtime) > 0) {
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  private static long left(Admin admin, TasksRuntime runtime) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(runtime.names().schedulerApplication())
            .partitionsToOffsetAndMetadata()
            .get();
    Map<TopicPartition, OffsetSpec> wanted = new java.util.HashMap<>();
    String delayed = runtime.names().delayed();
    int partitions = runtime.topics().partitions(List.of(delayed)).getOrDefault(delayed, 0);
    for (int i = 0; i < partitions; i++) {
      wanted.put(new TopicPartition(delayed, i), OffsetSpec.latest());
    }
    long left = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(wanted).all().get().entrySet()) {
      OffsetAndMetadata offset = committed.get(end.getKey());
      left += end.getValue().offset() - (offset == null ? 0 : offset.offset());
    }
    return left;
  }
}
