package io.clusterdb.tasks;

/**
 * What became of the spans that this process recorded. The rest is on its way.
 *
 * @param exported taken by the exporters
 * @param failed not taken, since an exporter failed or was too slow
 * @param dropped never offered to an exporter, since too many waited
 */
public record TraceCounts(long exported, long failed, long dropped) {
  /** Nothing so far. */
  public static final TraceCounts NONE = new TraceCounts(0, 0, 0);
}
