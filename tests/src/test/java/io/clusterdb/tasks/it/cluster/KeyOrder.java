package io.clusterdb.tasks.it.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges the order of keys by what workers wrote down. In one life of a worker a key's jobs never
 * overlap; over all, in the order of fencing tokens, each job first starts after those before it; a
 * token is of one life; and under a token no job starts after a later one. Pure.
 *
 * @param breaches of these, as text
 * @param keys how many keys were judged
 * @param starts how many executions
 * @param owners how many different tokens
 * @param refused executions that began under a token when a higher one was at work already, which
 *     external systems can refuse
 */
record KeyOrder(List<String> breaches, int keys, int starts, int owners, int refused) {
  private static final Comparator<Attempted> BY_OWNER =
      Comparator.comparingLong(Attempted::token).thenComparingLong(Attempted::start);

  static KeyOrder of(List<Attempted> all) {
    Map<String, List<Attempted>> keys = new HashMap<>();
    all.forEach(each -> keys.computeIfAbsent(each.key(), any -> new ArrayList<>()).add(each));
    List<String> breaches = new ArrayList<>();
    int owners = 0;
    int refused = 0;
    for (Map.Entry<String, List<Attempted>> key : keys.entrySet()) {
      List<Attempted> runs = key.getValue().stream().sorted(BY_OWNER).toList();
      overlaps(key.getKey(), runs, breaches);
      order(key.getKey(), runs, breaches);
      owners += (int) runs.stream().mapToLong(Attempted::token).distinct().count();
      refused += refused(runs);
    }
    return new KeyOrder(List.copyOf(breaches), keys.size(), all.size(), owners, refused);
  }

  private static void overlaps(String key, List<Attempted> runs, List<String> breaches) {
    Map<String, Attempted> last = new HashMap<>();
    for (Attempted run : runs) {
      Attempted before = last.put(run.process(), run);
      if (before != null && before.token() == run.token() && before.end() > run.start()) {
        breaches.add("key %s: %s began while %s ran".formatted(key, run, before));
      }
    }
  }

  private static void order(String key, List<Attempted> runs, List<String> breaches) {
    Set<Long> started = new HashSet<>();
    Map<Long, String> lives = new HashMap<>();
    Map<Long, Long> ofOwner = new HashMap<>();
    long highest = Long.MIN_VALUE;
    for (Attempted run : runs) {
      if (started.add(run.seq())) {
        if (run.seq() < highest) {
          breaches.add("key %s: %s began first after %d".formatted(key, run, highest));
        }
        highest = Math.max(highest, run.seq());
      }
      if (ofOwner.getOrDefault(run.token(), Long.MIN_VALUE) > run.seq()) {
        breaches.add("key %s: %s began after a later one".formatted(key, run));
      }
      ofOwner.put(run.token(), run.seq());
      String life = lives.putIfAbsent(run.token(), run.process());
      if (life != null && !life.equals(run.process())) {
        breaches.add("key %s: token %d is of %s too: %s".formatted(key, run.token(), life, run));
      }
    }
  }

  private static int refused(List<Attempted> byOwner) {
    int refused = 0;
    long earliestLater = Long.MAX_VALUE;
    for (int i = byOwner.size() - 1; i >= 0; i--) {
      Attempted run = byOwner.get(i);
      if (run.start() > earliestLater) {
        refused++;
      }
      boolean lastOfOwner = i == 0 || byOwner.get(i - 1).token() != run.token();
      if (lastOfOwner) {
        earliestLater = Math.min(earliestLater, run.start());
      }
    }
    return refused;
  }
}
