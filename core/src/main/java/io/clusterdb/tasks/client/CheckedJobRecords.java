package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.client.Router.Route;
import io.clusterdb.tasks.codec.Encoded;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The checks of an enqueue, in the order that a user would want to hear of them. Thread-safe. */
final class CheckedJobRecords implements JobRecords {
  private final CatalogView catalog;
  private final Router router;
  private final PayloadCodecs codecs;
  private final Sealing sealing;
  private final LaneTopics lanes;
  private final DepthEstimator depths;
  private final Ids ids;
  private final InstantSource clock;
  private final Supplier<@Nullable Tracing> tracing;
  private final PayloadCheck payloads = new PayloadCheck();
  private volatile @Nullable Miss missing;

  CheckedJobRecords(
      CatalogView catalog,
      Router router,
      PayloadCodecs codecs,
      Sealing sealing,
      LaneTopics lanes,
      DepthEstimator depths,
      Ids ids,
      InstantSource clock,
      Supplier<@Nullable Tracing> tracing) {
    this.catalog = catalog;
    this.router = router;
    this.codecs = codecs;
    this.sealing = sealing;
    this.lanes = lanes;
    this.depths = depths;
    this.ids = ids;
    this.clock = clock;
    this.tracing = tracing;
  }

  /**
   * A record that is about to be sent.
   *
   * @param queue name of its queue
   * @param gauge to be settled when the record has arrived or never will; null for none
   */
  record Draft(Prepared prepared, String queue, @Nullable DepthGauge gauge) {
    void settle() {
      if (gauge != null) {
        gauge.settle();
      }
    }
  }

  @Override
  public Prepared prepare(Job job) {
    return prepare(job, null);
  }

  @Override
  public Prepared prepare(Job job, @Nullable String replyKey) {
    Draft draft = draft(job, replyKey);
    // Nobody says when a caller's own producer has sent it.
    draft.settle();
    Tracing traced = tracing.get();
    if (traced != null) {
      traced.create(draft.prepared().record());
    } else {
      TraceContext.handOn(draft.prepared().record().headers());
    }
    return draft.prepared();
  }

  Draft draft(Job job, @Nullable String replyKey) {
    CatalogSnapshot definitions = catalog.current();
    Route route = router.route(definitions, job);
    if (route == null) {
      definitions = reread(definitions);
      route = router.route(definitions, job);
      if (route == null) {
        missing = new Miss(definitions, System.nanoTime());
        throw Router.notFound(definitions, job);
      }
    }
    return draft(job, replyKey, definitions, route);
  }

  /** The queue may have been created a moment ago; of many such jobs the first asks for all. */
  private CatalogSnapshot reread(CatalogSnapshot known) {
    Miss last = missing;
    boolean asked = last != null && last.isAbout(known) && !last.isOld();
    return asked ? known : catalog.latest();
  }

  /** A catalog that lacked a queue, and when it was the latest. */
  private record Miss(CatalogSnapshot catalog, long at) {
    private static final long FRESH_NANOS = 50_000_000;

    @SuppressWarnings("ReferenceEquality") // the same reading, not an equal one
    boolean isAbout(CatalogSnapshot known) {
      return catalog == known;
    }

    boolean isOld() {
      return System.nanoTime() - at > FRESH_NANOS;
    }
  }

  private Draft draft(
      Job job, @Nullable String replyKey, CatalogSnapshot definitions, Route route) {
    Encoded clear = codecs.encode(route.topic(), job.payload());
    TaskDefinition type = definitions.type(job.type());
    if (type != null) {
      payloads.check(type, job, clear);
    }
    Encoded payload = sealing.seal(clear);
    JobId id = ids.of(job);
    ProducerRecord<byte[], byte[]> record =
        JobRecordWriter.enqueue(
            route.topic(),
            job,
            id,
            route.queue().name(),
            clock.millis(),
            payload.bytes(),
            payload.contentType());
    if (replyKey != null) {
      record.headers().add(JobHeaders.REPLY_TO, HeaderText.bytes(ReplyTo.CALLER.text()));
      record.headers().add(JobHeaders.REPLY_KEY, HeaderText.bytes(replyKey));
    }
    PayloadCheck.checkSize(record);
    lanes.ensure(route.queue(), job.priority());
    return new Draft(
        new Prepared(id, record),
        route.queue().name(),
        route.waits() ? null : depths.take(route.queue()));
  }
}
