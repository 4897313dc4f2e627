package io.clusterdb.tasks.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Keeps the stores of a service within one bound of memory, whatever they hold and however many
 * partitions there are: all share one block cache, which what is not yet written to disk counts
 * against too. Made by Kafka Streams.
 */
public final class RocksDbSettings implements RocksDBConfigSetter {
  /** Setting: size of the cache that all stores share, in bytes. */
  public static final String CACHE_BYTES = "tasks.rocksdb.cache.bytes";

  private static final long DEFAULT_CACHE_BYTES = 32L << 20;
  private static final long WRITE_BUFFER_BYTES = 4L << 20;
  private static final int WRITE_BUFFERS = 2;
  private static final Map<Long, Memory> MEMORIES = new ConcurrentHashMap<>();

  /** Made by its class name. */
  public RocksDbSettings() {}

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    Object size = configs.get(CACHE_BYTES);
    Memory memory =
        MEMORIES.computeIfAbsent(
            size instanceof Number number ? number.longValue() : DEFAULT_CACHE_BYTES, Memory::of);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.buffers());
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
  }

  @Override
  public void close(String store, Options options) {
    // The cache is shared, and lives as long as the process.
  }

  private record Memory(Cache cache, WriteBufferManager buffers) {
    /** Half of the cache may be what waits to be written. */
    static Memory of(long bytes) {
      RocksDB.loadLibrary();
      Cache cache = new LRUCache(bytes);
      return new Memory(cache, new WriteBufferManager(bytes / 2, cache));
    }
  }
}
