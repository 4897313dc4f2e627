package io.clusterdb.tasks.doctor.engine;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Transaction;
import java.time.Duration;
import java.util.List;

/** Transactions that hold readers back. Pure. */
final class TransactionChecks {
  /** Longer than any transaction of the platform takes. */
  private static final Duration LONG = Duration.ofSeconds(30);

  /** The broker looks for transactions that are over their time every 10 s by default. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  private TransactionChecks() {}

  static void check(ClusterFacts facts, List<Finding> found) {
    for (Transaction open : facts.transactions()) {
      boolean hangs = open.age().compareTo(open.timeout().plus(GRACE)) > 0;
      if (hangs || open.age().compareTo(LONG) > 0) {
        found.add(finding(open, hangs));
      }
    }
  }

  private static Finding finding(Transaction open, boolean hangs) {
    String where =
        open.partitions().isEmpty()
            ? "no partition yet"
            : "%d partitions, such as %s"
                .formatted(open.partitions().size(), open.partitions().getFirst());
    String what =
        "open for %s (its timeout is %s), on %s"
            .formatted(text(open.age()), text(open.timeout()), where);
    String why = "Workers read committed records only, so whatever comes behind it there waits.";
    return hangs
        ? Finding.error(
            "hanging-transaction",
            "transaction " + open.id(),
            what,
            why,
            "The broker should have aborted it. Find and abort it: kafka-transactions.sh"
                + " find-hanging, then kafka-transactions.sh abort (producer id %d)."
                    .formatted(open.producer()))
        : Finding.warning(
            "long-transaction",
            "transaction " + open.id(),
            what,
            why,
            "Look after the process of this transactional id; the broker aborts the transaction"
                + " at its timeout, or: kafka-transactions.sh force-terminate"
                + " --transactional-id "
                + open.id());
  }

  private static String text(Duration duration) {
    return Durations.format(Duration.ofSeconds(Math.max(1, duration.toSeconds())));
  }
}
