package io.clusterdb.tasks.worker.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** A partition as the broker keeps it, what became of its jobs, and what its killers did. */
final class SimulatedLog {
  /** Index of its queue. */
  final int queue;

  final NavigableSet<Long> jobs = new TreeSet<>();
  final Set<Long> killers = new HashSet<>();
  final Set<Long> succeeded = new HashSet<>();
  final Set<Long> dead = new HashSet<>();
  final Map<Long, Integer> kills = new HashMap<>();

  /** How often jobs have failed that are tried again in place. */
  final Map<Long, Integer> failures = new HashMap<>();

  /** Steps of its worker that a job runs at least; most end at any time. */
  final Map<Long, Long> lengths = new HashMap<>();

  /** Crashes from outside while the job was announced. */
  final Map<Long, Integer> hits = new HashMap<>();

  long base;
  String text = CommitMetadata.fresh(0).encode(0);

  SimulatedLog(int queue) {
    this.queue = queue;
  }

  long end() {
    return jobs.isEmpty() ? 0 : jobs.last() + 1;
  }

  CommitMetadata committed() {
    return CommitMetadata.decode(base, text);
  }

  /** Turns that the job has overrun, as the last commit has it. */
  int overruns(long job) {
    Holes holes = committed().holes();
    for (int i = 0; i < holes.size(); i++) {
      if (holes.offset(i) == job) {
        return holes.overruns(i);
      }
    }
    return 0;
  }

  void commit(long newBase, CommitMetadata metadata) {
    if (newBase < base) {
      throw new AssertionError("the base went back from " + base + " to " + newBase);
    }
    base = newBase;
    text = metadata.encode(newBase);
  }

  void settle(Map<Long, Boolean> outcomes) {
    outcomes.forEach(
        (job, success) -> {
          if (succeeded.contains(job) || dead.contains(job)) {
            throw new AssertionError("job " + job + " has two outcomes");
          }
          (success ? succeeded : dead).add(job);
        });
  }

  boolean finished() {
    return succeeded.size() + dead.size() == jobs.size();
  }
}
