package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.WorkerState;
import io.clusterdb.tasks.http.HealthResource.Report;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a worker is. */
final class WorkerHealth {
  private WorkerHealth() {}

  /** Ready once it takes jobs of every queue; live until one of them has ended. */
  static Report report(Processor processor) {
    Map<String, WorkerState> states = processor.states();
    Map<String, String> words = new TreeMap<>();
    states.forEach((queue, state) -> words.put(queue, word(state)));
    boolean ready = states.values().stream().allMatch(WorkerState::ready);
    return new Report(
        !states.containsValue(WorkerState.ENDED), ready, words, ready ? null : reason(states));
  }

  private static String reason(Map<String, WorkerState> states) {
    return states.entrySet().stream()
        .filter(each -> !each.getValue().ready())
        .map(each -> "queue " + each.getKey() + ": " + why(each.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String why(WorkerState state) {
    return switch (state) {
      case STARTING -> "it waits for its share of the partitions";
      case TAKING_OVER -> "it learns where the last owners of its partitions left them";
      case WORKING -> "it works";
      case WITHOUT_QUEUE -> "the queue was deleted; create it again, or stop this worker";
      case UNREACHABLE -> "no Kafka broker answers";
      case ENDED -> "its worker ended; see the log, and restart it";
    };
  }

  private static String word(WorkerState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
