package io.clusterdb.tasks.scheduler.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/**
 * Keeps the stores small in memory: one block cache for all partitions of the process, and small
 * write buffers, since entries are written once, read once and removed. Made by Kafka Streams.
 */
public final class RocksDbSettings implements RocksDBConfigSetter {
  private static final long CACHE_BYTES = 16L << 20;
  private static final long WRITE_BUFFER_BYTES = 4L << 20;
  private static final int WRITE_BUFFERS = 2;

  /** Made by its class name. */
  public RocksDbSettings() {}

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(SharedCache.CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
  }

  @Override
  public void close(String store, Options options) {
    // The cache is shared, and lives as long as the process.
  }

  private static final class SharedCache {
    private static final LRUCache CACHE = load();

    private static LRUCache load() {
      RocksDB.loadLibrary();
      return new LRUCache(CACHE_BYTES);
    }
  }
}
