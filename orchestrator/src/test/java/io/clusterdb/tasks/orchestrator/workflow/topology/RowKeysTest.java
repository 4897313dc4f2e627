package io.clusterdb.tasks.orchestrator.workflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys of the store of runs as earlier code wrote them; its rows are Avro records. */
class RowKeysTest {
  private static final Map<Row.Kind, String> KEYS = new EnumMap<>(Row.Kind.class);
  private static final String LISTED = "4c000001a0c4506c000072756e2dc3bc";
  private static final String DEFINITION = "446f726465722f312e30";

  static {
    KEYS.put(Row.Kind.RUN, "5272756e2dc3bc0001000001037061636b");
    KEYS.put(Row.Kind.INPUT, "5272756e2dc3bc0002000001037061636b");
    KEYS.put(Row.Kind.TASK, "5272756e2dc3bc0003000001037061636b");
    KEYS.put(Row.Kind.OUTPUT, "5272756e2dc3bc0004000001037061636b");
    KEYS.put(Row.Kind.WAITERS, "5272756e2dc3bc0005000001037061636b");
    KEYS.put(Row.Kind.UNDO, "5272756e2dc3bc0006000001037061636b");
    KEYS.put(Row.Kind.SIGNAL, "5272756e2dc3bc0007000001037061636b");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void keysAreAsEver() {
    byte[] rows = RowKeys.rows("run-ü");
    Map<Row.Kind, String> keys = new EnumMap<>(Row.Kind.class);
    for (Row.Kind kind : Row.Kind.values()) {
      Row.Key key = new Row.Key(kind, "pack", 258);
      byte[] bytes = RowKeys.row(rows, key);
      keys.put(kind, hex(bytes));
      assertThat(RowKeys.row(bytes, rows.length)).isEqualTo(key);
    }
    assertThat(keys).isEqualTo(KEYS);
    assertThat(hex(RowKeys.listed(1_790_000_000_000L, "run-ü"))).isEqualTo(LISTED);
    assertThat(hex(RowKeys.definition("order/1.0"))).isEqualTo(DEFINITION);
  }
}
