package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.RegistryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread behind a {@link CatalogReader}: owns the consumer and the state. */
final class CatalogFollower implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(CatalogFollower.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final CatalogTopic topic;
  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final CatalogState state;
  private final CatalogReader reader;
  private final CountDownLatch stop = new CountDownLatch(1);

  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable String complaint;

  /** End of the catalog when reading it began; what is shown before that would lack definitions. */
  private long loadEnd;

  private boolean placed;
  private boolean loaded;

  CatalogFollower(
      CatalogTopic topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      PlatformCodec codec,
      CatalogReader reader) {
    this.topic = topic;
    this.partition = topic.partition();
    this.consumers = consumers;
    this.state = new CatalogState(partition.topic(), codec);
    this.reader = reader;
  }

  void stop() {
    stop.countDown();
    Consumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
  }

  @Override
  public void run() {
    try {
      while (stop.getCount() > 0) {
        step();
      }
    } finally {
      Consumer<byte[], byte[]> open = consumer;
      if (open != null) {
        open.close(CloseOptions.timeout(CLOSE));
      }
    }
  }

  private void step() {
    try {
      Consumer<byte[], byte[]> open = consumer == null ? open() : consumer;
      if (!placed) {
        rewind(open);
      }
      poll(open);
      complaint = null;
    } catch (WakeupException e) {
      // Asked to stop.
    } catch (InvalidOffsetException e) {
      log.warn("The catalog {} was made anew; reading it from its start.", partition.topic());
      placed = false;
    } catch (RuntimeException e) {
      reader.failed(e);
      complain(e);
      pause();
    }
  }

  private Consumer<byte[], byte[]> open() {
    topic.ensure();
    Consumer<byte[], byte[]> opened = consumers.get();
    consumer = opened;
    opened.assign(List.of(partition));
    return opened;
  }

  private void rewind(Consumer<byte[], byte[]> open) {
    state.clear();
    reader.forgetUnreadable();
    loaded = false;
    loadEnd = topic.end(END);
    open.seekToBeginning(List.of(partition));
    placed = true;
    // Of an empty catalog no record tells that it was read; a fetch that finds none takes its time.
    publish(open.position(partition, POLL), false);
  }

  private void poll(Consumer<byte[], byte[]> open) {
    ConsumerRecords<byte[], byte[]> records = open.poll(POLL);
    try {
      records.forEach(record -> apply(open, record));
    } finally {
      publish(open.position(partition, POLL), !records.isEmpty());
    }
  }

  private void apply(Consumer<byte[], byte[]> open, ConsumerRecord<byte[], byte[]> record) {
    String text = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    CatalogKey key = CatalogKey.parse(text);
    if (key == null) {
      log.debug("Offset {} of the catalog has the unknown key {}.", record.offset(), text);
      return;
    }
    try {
      state.apply(key, record.value());
      reader.unreadable(key.text(), null);
    } catch (RegistryException e) {
      open.seek(partition, record.offset());
      throw e;
    } catch (IllegalArgumentException e) {
      reader.unreadable(key.text(), String.valueOf(e.getMessage()));
      log.warn(
          "Skipping offset {} of the catalog {}: {} cannot be read, what it replaces stays in"
              + " force ({}). Write the definition again, or update Tasks if a newer version wrote"
              + " it.",
          record.offset(),
          partition.topic(),
          key,
          e.getMessage());
    }
  }

  private void publish(long position, boolean changes) {
    boolean first = !loaded && position >= loadEnd;
    loaded |= first;
    if (loaded) {
      reader.read(position, first || changes ? state.snapshot(position) : null);
    }
  }

  private void complain(RuntimeException error) {
    String text = String.valueOf(error.getMessage());
    if (!text.equals(complaint)) {
      complaint = text;
      log.warn(
          "Cannot read the catalog {} for now, and tries again; what was read last stays in force:"
              + " {}",
          partition.topic(),
          text);
    }
  }

  private void pause() {
    try {
      stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
