package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When something is due, by time, in the store of runs. What has passed is never looked through
 * again, and what is far ahead not before its time, since most timers are deleted before they go
 * off and deleted entries cost as much to pass as others. Used by the partition's thread.
 */
final class Timers {
  private static final byte[] NOTHING = new byte[0];

  /** It is known so far ahead whether something is due. */
  private static final long AHEAD_MS = 1_000;

  private final KeyValueStore<byte[], byte[]> store;
  private final byte prefix;
  private long looked;
  private long next;

  /** What is due. */
  enum What {
    /** A task's time has come. */
    TASK('T', 't'),
    /** A run has taken as long as it may. */
    RUN('T', 'r'),
    /** An ended run is to be forgotten. Those many have a place of their own, behind no other. */
    EXPIRY('X', 'x');

    private final byte prefix;
    private final byte code;

    What(char prefix, char code) {
      this.prefix = (byte) prefix;
      this.code = (byte) code;
    }

    static What of(byte code) {
      for (What what : values()) {
        if (what.code == code) {
          return what;
        }
      }
      throw new IllegalStateException("expected a kind of timer, found " + code);
    }
  }

  /**
   * Something due.
   *
   * @param task name of the task; empty for none
   */
  record Timer(long due, What what, String execution, String task) {
    byte[] key() {
      byte[] id = execution.getBytes(UTF_8);
      byte[] name = task.getBytes(UTF_8);
      return ByteBuffer.allocate(11 + id.length + name.length)
          .put(what.prefix)
          .putLong(due)
          .put(what.code)
          .put(id)
          .put((byte) 0)
          .put(name)
          .array();
    }

    static Timer read(byte[] key) {
      ByteBuffer bytes = ByteBuffer.wrap(key, 1, key.length - 1);
      long due = bytes.getLong();
      What what = What.of(bytes.get());
      String rest = new String(key, bytes.position(), bytes.remaining(), UTF_8);
      int end = rest.indexOf('\0');
      return new Timer(due, what, rest.substring(0, end), rest.substring(end + 1));
    }
  }

  /** Those that have their place where this kind has. */
  Timers(KeyValueStore<byte[], byte[]> store, What kind) {
    this.store = store;
    this.prefix = kind.prefix;
  }

  void add(Timer timer) {
    store.put(timer.key(), NOTHING);
    again(timer);
  }

  /** One that is there still is to be looked at again. */
  void again(Timer timer) {
    looked = Math.min(looked, timer.due());
    next = Math.min(next, timer.due());
  }

  @SuppressWarnings("NullAway") // Kafka's store removes what is set to null; delete() would read it
  void remove(Timer timer) {
    store.put(timer.key(), null);
  }

  /** Up to so many of those that are due, the earliest first; they stay until they are removed. */
  List<Timer> due(long now, int most) {
    List<Timer> due = new ArrayList<>();
    if (now < next) {
      return due;
    }
    try (KeyValueIterator<byte[], byte[]> found = store.range(from(looked), from(now + 1))) {
      while (found.hasNext() && due.size() < most) {
        KeyValue<byte[], byte[]> entry = found.next();
        due.add(Timer.read(entry.key));
      }
    }
    if (due.size() == most) {
      looked = due.getLast().due();
      next = looked;
    } else {
      looked = now + 1;
      next = ahead(now + 1);
    }
    return due;
  }

  /** When to look again: nothing is due before. */
  long next() {
    return next;
  }

  private long ahead(long from) {
    long end = from + AHEAD_MS;
    try (KeyValueIterator<byte[], byte[]> found = store.range(from(from), from(end))) {
      return found.hasNext() ? Timer.read(found.peekNextKey()).due() : end;
    }
  }

  private byte[] from(long time) {
    return ByteBuffer.allocate(9).put(prefix).putLong(time).array();
  }
}
