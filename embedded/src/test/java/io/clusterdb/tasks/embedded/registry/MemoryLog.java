package io.clusterdb.tasks.embedded.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log that outlives its registry; keeps bytes, as the topic does. */
final class MemoryLog implements SchemaLog {
  @SuppressWarnings("ArrayRecordComponent")
  record Entry(byte[] key, byte @Nullable [] value) {}

  final List<Entry> entries = new ArrayList<>();
  boolean failsAfterAppending;

  @Override
  public void replay(Consumer<RegistryRecord> reader) {
    for (Entry entry : entries) {
      try {
        RecordFormat.read(entry.key(), entry.value()).ifPresent(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void append(List<RegistryRecord> records) {
    for (RegistryRecord record : records) {
      entries.add(new Entry(RecordFormat.key(record), RecordFormat.value(record)));
    }
    if (failsAfterAppending) {
      throw RegistryError.store("timed out");
    }
  }

  @Override
  public void close() {}
}
