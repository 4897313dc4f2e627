package io.clusterdb.tasks.orchestrator.tracker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.JobState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys of the tracker's stores.
 *
 * <p>A run is kept under its job's id and itself, so that all runs of a job are together. The index
 * has each run once under its queue and the time of its creation, which never changes again in the
 * ordinary course of a job; and once more under its state where that is one that few jobs pass. So
 * a job that is enqueued and succeeds costs one entry, and lists of jobs that failed, run or wait
 * are short ways all the same.
 */
public final class Keys {
  /** States with an index of their own; jobs of other states are found among all. */
  public static final Set<JobState> INDEXED =
      Set.copyOf(
          EnumSet.of(
              JobState.SCHEDULED,
              JobState.RUNNING,
              JobState.RETRYING,
              JobState.DEAD,
              JobState.CANCELLED));

  private static final byte ALL = 1;
  private static final byte FIRST_STATE = 2;

  private Keys() {}

  /** What the keys of all runs of a job begin with. */
  public static byte[] job(String id) {
    byte[] text = id.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + text.length).putShort((short) text.length).put(text).array();
  }

  /** The key of a run. */
  public static byte[] run(String id, String run) {
    byte[] idText = id.getBytes(UTF_8);
    byte[] runText = run.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + idText.length + runText.length)
        .putShort((short) idText.length)
        .put(idText)
        .put(runText)
        .array();
  }

  /** The id in a run's key. */
  public static String idOf(byte[] runKey) {
    return new String(runKey, 2, ByteBuffer.wrap(runKey).getShort(), UTF_8);
  }

  /** The run in a run's key. */
  public static String runOf(byte[] runKey) {
    int from = 2 + ByteBuffer.wrap(runKey).getShort();
    return new String(runKey, from, runKey.length - from, UTF_8);
  }

  /** The entries of a run in the index. */
  public static List<byte[]> index(byte[] runKey, RunState run) {
    if (!run.known()) {
      return List.of(entry(null, run.queue(), run.createdAt(), runKey));
    }
    List<byte[]> entries = new ArrayList<>(2);
    entries.add(entry(null, run.queue(), run.createdAt(), runKey));
    if (INDEXED.contains(run.state()) && run.counted()) {
      entries.add(entry(run.state(), run.queue(), run.createdAt(), runKey));
    }
    return entries;
  }

  /** Whether two states of a run have the same entries, told without making them. */
  public static boolean sameIndex(RunState one, RunState other) {
    return one.createdAt() == other.createdAt()
        && one.queue().equals(other.queue())
        && indexed(one) == indexed(other)
        && (!indexed(one) || one.state() == other.state());
  }

  private static boolean indexed(RunState run) {
    return run.counted() && INDEXED.contains(run.state());
  }

  private static byte[] entry(
      @Nullable JobState state, String queue, long createdAt, byte[] runKey) {
    byte[] prefix = prefix(state, queue);
    return ByteBuffer.allocate(prefix.length + 8 + runKey.length)
        .put(prefix)
        .putLong(createdAt)
        .put(runKey)
        .array();
  }

  /**
   * What the index entries of a queue begin with.
   *
   * @param state of this state, one of {@link #INDEXED}; null for all
   */
  public static byte[] prefix(@Nullable JobState state, String queue) {
    byte[] text = queue.getBytes(UTF_8);
    return ByteBuffer.allocate(3 + text.length)
        .put(state == null ? ALL : (byte) (FIRST_STATE + Codes.of(state)))
        .putShort((short) text.length)
        .put(text)
        .array();
  }

  /** What entries of one prefix are ordered by: the time of creation, then the run's key. */
  public static byte[] order(byte[] entry) {
    return Arrays.copyOfRange(entry, 3 + queueBytes(entry), entry.length);
  }

  /** The order of a run among all of its queue. */
  public static byte[] order(long createdAt, byte[] runKey) {
    return ByteBuffer.allocate(8 + runKey.length).putLong(createdAt).put(runKey).array();
  }

  /** The run's key in an index entry. */
  public static byte[] runKey(byte[] entry) {
    return Arrays.copyOfRange(entry, 3 + queueBytes(entry) + 8, entry.length);
  }

  /** The time of creation in an index entry. */
  public static long createdAt(byte[] entry) {
    return ByteBuffer.wrap(entry).getLong(3 + queueBytes(entry));
  }

  /** The queue in an index entry. */
  public static String queueOf(byte[] entry) {
    return new String(entry, 3, queueBytes(entry), UTF_8);
  }

  /** Whether an entry is of the index of all runs. */
  public static boolean ofAll(byte[] entry) {
    return entry.length > 3 && entry[0] == ALL;
  }

  /** The end of the range of all keys that begin with this; null for the end of everything. */
  public static byte @Nullable [] after(byte[] prefix) {
    byte[] end = prefix.clone();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xff) {
        end[i]++;
        return Arrays.copyOf(end, i + 1);
      }
    }
    return null;
  }

  private static int queueBytes(byte[] entry) {
    return ByteBuffer.wrap(entry).getShort(1);
  }
}
