package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Ids of dead letters that a command met, to tell which ones were named and are not there. */
final class FoundIds {
  private final Set<String> found = new HashSet<>();

  void add(DeadJob job) {
    found.add(job.id());
  }

  /**
   * Checks that all that were named were met.
   *
   * @throws TasksException JOB_NOT_FOUND
   */
  void checkAll(List<String> named, String queue) {
    List<String> absent = named.stream().filter(id -> !found.contains(id)).toList();
    if (!absent.isEmpty()) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "there is no such dead letter of %s in %s. See which there are with 'tasks dlq list %s'."
              .formatted(String.join(", ", absent), queue, queue));
    }
  }
}
