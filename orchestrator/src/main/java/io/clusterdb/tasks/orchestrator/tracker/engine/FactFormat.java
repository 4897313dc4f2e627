package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.Priority;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fact as bytes, on its way from the partition of its record to that of its job: about 60 for an
 * ordinary job. Of this service alone, so no schema describes it. Not thread-safe.
 */
public final class FactFormat {
  private static final int VERSION = 1;
  private static final int EXECUTION = 1;
  private static final int METADATA = 2;
  private static final int GONE = 4;

  private final ByteWriter out = new ByteWriter();

  /** Creates one. */
  public FactFormat() {}

  /** The bytes of a fact, but for the job's id. */
  public byte[] write(Fact fact) {
    Standing standing = fact.standing();
    Place place = standing.place();
    int flags =
        (fact.execution() == null ? 0 : EXECUTION)
            | (fact.metadata().isEmpty() ? 0 : METADATA)
            | (fact.deadLetterGone() ? GONE : 0);
    out.clear().put(VERSION).put(flags).text(fact.run());
    out.put(Codes.of(standing.stage())).number(standing.attempt()).number(standing.at());
    out.put(Codes.of(place.source())).number(place.partition()).number(place.offset());
    out.text(fact.queue()).text(fact.type()).put(Codes.of(fact.lane()));
    out.number(fact.createdAt()).number(fact.maxAttempts()).number(fact.dueAt());
    out.text(fact.batchId());
    if (fact.execution() != null) {
      RunStateFormat.execution(out, fact.execution());
    }
    if (!fact.metadata().isEmpty()) {
      RunStateFormat.metadata(out, fact.metadata());
    }
    return out.bytes();
  }

  /**
   * The fact in these bytes.
   *
   * @throws IllegalStateException if they are of a version that this one does not know
   */
  public static Fact read(String jobId, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.next();
    if (version != VERSION) {
      throw new IllegalStateException(
          "expected a fact of version %d, found %d. A newer orchestrator wrote it: run that version."
              .formatted(VERSION, version));
    }
    int flags = in.next();
    String run = in.word();
    Standing standing =
        new Standing(
            Codes.stage(in.next()),
            (int) in.number(),
            in.number(),
            new Place(Codes.source(in.next()), (int) in.number(), in.number()));
    String queue = in.word();
    String type = in.word();
    Priority lane = Codes.lane(in.next());
    long createdAt = in.number();
    int maxAttempts = (int) in.number();
    long dueAt = in.number();
    String batch = in.text();
    @Nullable Execution execution = (flags & EXECUTION) == 0 ? null : RunStateFormat.execution(in);
    Map<String, String> metadata = (flags & METADATA) == 0 ? Map.of() : RunStateFormat.metadata(in);
    return new Fact(
        jobId,
        run,
        standing,
        queue,
        type,
        lane,
        createdAt,
        maxAttempts,
        dueAt,
        execution,
        metadata,
        batch,
        (flags & GONE) != 0);
  }
}
