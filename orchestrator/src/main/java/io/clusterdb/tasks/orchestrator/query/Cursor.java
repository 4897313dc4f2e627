package io.clusterdb.tasks.orchestrator.query;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list of jobs, the newest first: stable, since it is made of the time and the id of a
 * run.
 */
final class Cursor implements Comparable<Cursor> {
  /** Time of creation and the length of an id. */
  private static final int LEAST = 10;

  private final byte[] order;

  Cursor(byte[] order) {
    this.order = order;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Cursor parse(String text) {
    byte[] order = Base64.getUrlDecoder().decode(text);
    if (order.length < LEAST) {
      throw new IllegalArgumentException("expected a cursor, found something too short");
    }
    return new Cursor(order);
  }

  byte[] order() {
    return order;
  }

  @Override
  public int compareTo(Cursor other) {
    return Arrays.compareUnsigned(other.order, order);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cursor cursor && Arrays.equals(order, cursor.order);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(order);
  }

  /** As text that fits an address. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(order);
  }
}
