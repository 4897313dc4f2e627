package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.kafka.DeadInstances;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one application's threads. Kafka Streams names them by an id that is kept in
 * the state directory, and of which others know nothing: whose state directory is lost leaves a
 * transaction that nobody ends, and nobody can tell whether its owner lives. Here a thread's
 * transactions have the thread's own name, {@code <application>-<instance>-StreamThread-<n>}: the
 * next process of the instance ends what the last one left open, whatever became of its disk, and
 * the others find the thread among the members of the group, or not. Thread-safe.
 */
final class OwnTransactions {
  /** What Kafka Streams (4.3) adds to the name of a thread to name its clients. */
  private static final String PRODUCER = "-producer";

  private static final String CONSUMER = "-consumer";
  private static final Pattern THREAD = Pattern.compile(".+-StreamThread-[0-9]+");

  /** In the ids of another platform, whose prefix may start as an application's id does. */
  private static final String SERVICE = ".service.";

  /**
   * Who starts waits for no longer: what was open is aborted by the first answer, and all others
   * are about its partitions, of which one may be without a leader.
   */
  private static final int FENCED_MS = 2_000;

  private final Admin admin;
  private final DeadInstances dead;

  /**
   * Creates it.
   *
   * @param admin asks and fences; is closed by its owner
   * @param application whose threads they are; also the group's id
   * @param what the instances are, for people, such as {@code schedulers}
   */
  OwnTransactions(Admin admin, String application, String what) {
    this.admin = admin;
    this.dead = new DeadInstances(admin, application, what, id -> memberOf(application, id));
  }

  /** Ends those of threads that have gone; in the background, see {@link DeadInstances#look}. */
  CompletionStage<@Nullable Void> endOfDead() {
    return dead.look();
  }

  /**
   * Ends what the last process with the name of a thread has left open. Kafka Streams does so with
   * a thread's first task, but a thread may be given none, and is a member from its start: nobody
   * else takes that transaction for a dead one's any more. To be called before it joins its group.
   *
   * @param consumer the client id of the thread's consumer
   * @return done when that is so; fails after two seconds where that is not known
   */
  CompletionStage<@Nullable Void> endOfLast(String consumer) {
    if (!consumer.endsWith(CONSUMER)) {
      return CompletableFuture.completedStage(null);
    }
    String id = consumer.substring(0, consumer.length() - CONSUMER.length());
    return admin
        .fenceProducers(List.of(id), new FenceProducersOptions().timeoutMs(FENCED_MS))
        .all()
        .toCompletionStage();
  }

  /** The settings of a thread's producer, with the thread's name for its transactions. */
  static Map<String, Object> named(Map<String, Object> producer) {
    Map<String, Object> all = new HashMap<>(producer);
    all.computeIfPresent(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        (setting, byStreams) -> thread(all.get(ProducerConfig.CLIENT_ID_CONFIG), byStreams));
    return all;
  }

  /** The client id of the member that a thread's transactional id belongs to; null for others. */
  static @Nullable String memberOf(String application, String id) {
    boolean own =
        id.startsWith(application + "-")
            && id.indexOf(SERVICE, application.length()) < 0
            && THREAD.matcher(id).matches();
    return own ? id + CONSUMER : null;
  }

  private static Object thread(@Nullable Object client, Object otherwise) {
    return client instanceof String id && id.endsWith(PRODUCER)
        ? id.substring(0, id.length() - PRODUCER.length())
        : otherwise;
  }
}
