package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Keys of the store. Ids have no byte of zero, so one ends them; numbers are big-endian, so that
 * keys have their order.
 */
final class RowKeys {
  private static final byte ROW = 'R';
  private static final byte LIST = 'L';
  private static final byte DEFINITION = 'D';

  private RowKeys() {}

  /** What the keys of a run's rows begin with. */
  static byte[] rows(String execution) {
    byte[] id = execution.getBytes(UTF_8);
    return ByteBuffer.allocate(id.length + 2).put(ROW).put(id).put((byte) 0).array();
  }

  /**
   * A row's key.
   *
   * @param rows what the keys of its run's rows begin with
   */
  static byte[] row(byte[] rows, Row.Key key) {
    byte[] name = key.name().getBytes(UTF_8);
    return ByteBuffer.allocate(rows.length + 5 + name.length)
        .put(rows)
        .put(code(key.kind()))
        .putInt(key.index() + 1)
        .put(name)
        .array();
  }

  /** Which row of its run a key is of. */
  static Row.Key row(byte[] key, int rowsLength) {
    ByteBuffer rest = ByteBuffer.wrap(key, rowsLength, key.length - rowsLength);
    Row.Kind kind = kind(rest.get());
    int index = rest.getInt() - 1;
    return new Row.Key(kind, new String(key, rest.position(), rest.remaining(), UTF_8), index);
  }

  /** A run's place among all runs, the latest last. */
  static byte[] listed(long startedAt, String execution) {
    byte[] id = execution.getBytes(UTF_8);
    return ByteBuffer.allocate(id.length + 10)
        .put(LIST)
        .putLong(startedAt)
        .put((byte) 0)
        .put(id)
        .array();
  }

  /** The key of a place. */
  static byte[] listed(byte[] place) {
    return ByteBuffer.allocate(place.length + 1).put(LIST).put(place).array();
  }

  /** What the places of all runs begin with. */
  static byte[] list() {
    return new byte[] {LIST};
  }

  /** The place that is this key's. */
  static byte[] place(byte[] key) {
    return Arrays.copyOfRange(key, 1, key.length);
  }

  /** The run that is listed under this key. */
  static String listedId(byte[] key) {
    return new String(key, 10, key.length - 10, UTF_8);
  }

  static byte[] definition(String id) {
    byte[] text = id.getBytes(UTF_8);
    return ByteBuffer.allocate(text.length + 1).put(DEFINITION).put(text).array();
  }

  /** The first key that is after all that begin so. */
  static byte[] after(byte[] prefix) {
    byte[] end = Arrays.copyOf(prefix, prefix.length);
    end[end.length - 1]++; // No prefix ends with the highest byte.
    return end;
  }

  private static byte code(Row.Kind kind) {
    return switch (kind) {
      case RUN -> 1;
      case INPUT -> 2;
      case TASK -> 3;
      case OUTPUT -> 4;
      case WAITERS -> 5;
      case UNDO -> 6;
      case SIGNAL -> 7;
    };
  }

  private static Row.Kind kind(byte code) {
    return switch (code) {
      case 1 -> Row.Kind.RUN;
      case 2 -> Row.Kind.INPUT;
      case 3 -> Row.Kind.TASK;
      case 4 -> Row.Kind.OUTPUT;
      case 5 -> Row.Kind.WAITERS;
      case 6 -> Row.Kind.UNDO;
      case 7 -> Row.Kind.SIGNAL;
      default -> throw new IllegalStateException("expected a kind of row, found " + code);
    };
  }
}
