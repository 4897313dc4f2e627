package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Attempted;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Due;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Seat;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's state as bytes: about 100 for an ordinary job. Of this service alone, so no schema
 * describes it; the first byte is its version. Not thread-safe.
 */
public final class RunStateFormat {
  private static final int VERSION = 1;
  private static final int DUE = 1;
  private static final int SEAT = 2;
  private static final int DEAD_LETTER = 4;
  private static final int GONE = 8;
  private static final int LAST = 16;
  private static final int METADATA = 32;
  private static final int BATCH = 64;

  private final ByteWriter out = new ByteWriter();

  /** Creates one. */
  public RunStateFormat() {}

  /** The bytes of a state. */
  public byte[] write(RunState run) {
    out.clear().put(VERSION).put(flags(run));
    standing(run.standing());
    out.text(run.queue()).text(run.type()).put(Codes.of(run.lane()));
    out.number(run.createdAt()).number(run.maxAttempts());
    if (run.due() != null) {
      out.number(run.due().attempt()).number(run.due().at());
    }
    if (run.seat() != null) {
      out.number(run.seat().attempt()).put(Codes.of(run.seat().stage()));
      place(run.seat().place());
    }
    if (run.deadLetter() != null) {
      place(run.deadLetter());
    }
    if (run.last() != null) {
      standing(run.last().standing());
      execution(out, run.last().execution());
    }
    if (!run.metadata().isEmpty()) {
      metadata(out, run.metadata());
    }
    if (run.batchId() != null) {
      out.text(run.batchId());
    }
    return out.bytes();
  }

  private static int flags(RunState run) {
    return (run.due() == null ? 0 : DUE)
        | (run.seat() == null ? 0 : SEAT)
        | (run.deadLetter() == null ? 0 : DEAD_LETTER)
        | (run.deadLetterGone() ? GONE : 0)
        | (run.last() == null ? 0 : LAST)
        | (run.metadata().isEmpty() ? 0 : METADATA)
        | (run.batchId() == null ? 0 : BATCH);
  }

  private void standing(Standing standing) {
    out.put(Codes.of(standing.stage())).number(standing.attempt()).number(standing.at());
    place(standing.place());
  }

  private void place(Place place) {
    out.put(Codes.of(place.source())).number(place.partition()).number(place.offset());
  }

  /** Writes an execution. */
  public static void execution(ByteWriter out, Execution execution) {
    out.number(execution.startedAt()).signed(execution.durationMs()).text(execution.worker());
    out.text(execution.errorType()).text(execution.errorMessage()).text(execution.result());
    out.put(execution.resultLeftOut() ? 1 : 0);
    out.signed(execution.progress() < 0 ? -1 : Math.round(execution.progress() * 1_000_000));
    out.text(execution.note());
  }

  /** Reads an execution. */
  public static Execution execution(ByteReader in) {
    long startedAt = in.number();
    long durationMs = in.signed();
    String worker = in.text();
    String errorType = in.text();
    String errorMessage = in.text();
    String result = in.text();
    boolean leftOut = in.next() == 1;
    long progress = in.signed();
    return new Execution(
        startedAt,
        durationMs,
        worker,
        errorType,
        errorMessage,
        result,
        leftOut,
        progress < 0 ? -1 : progress / 1_000_000.0,
        in.text());
  }

  /** Writes metadata. */
  public static void metadata(ByteWriter out, Map<String, String> metadata) {
    out.number(metadata.size());
    metadata.forEach((name, text) -> out.text(name).text(text));
  }

  /** Reads metadata. */
  public static Map<String, String> metadata(ByteReader in) {
    int count = (int) in.number();
    Map<String, String> metadata = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      metadata.put(in.word(), in.word());
    }
    return Map.copyOf(metadata);
  }

  /** The state in these bytes. */
  public static RunState read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.next();
    if (version != VERSION) {
      throw new IllegalStateException(
          "expected a run's state of version %d in the store, found %d. A newer orchestrator wrote it: run that version."
              .formatted(VERSION, version));
    }
    int flags = in.next();
    Standing standing = readStanding(in);
    String queue = in.word();
    String type = in.word();
    Priority lane = Codes.lane(in.next());
    long createdAt = in.number();
    int maxAttempts = (int) in.number();
    Due due = (flags & DUE) == 0 ? null : new Due((int) in.number(), in.number());
    Seat seat =
        (flags & SEAT) == 0
            ? null
            : new Seat((int) in.number(), Codes.stage(in.next()), readPlace(in));
    Place deadLetter = (flags & DEAD_LETTER) == 0 ? null : readPlace(in);
    Attempted last = (flags & LAST) == 0 ? null : new Attempted(readStanding(in), execution(in));
    Map<String, String> metadata = (flags & METADATA) == 0 ? Map.of() : metadata(in);
    @Nullable String batch = (flags & BATCH) == 0 ? null : in.text();
    return new RunState(
        standing,
        queue,
        type,
        lane,
        createdAt,
        maxAttempts,
        due,
        seat,
        deadLetter,
        (flags & GONE) != 0,
        last,
        metadata,
        batch);
  }

  private static Standing readStanding(ByteReader in) {
    return new Standing(Codes.stage(in.next()), (int) in.number(), in.number(), readPlace(in));
  }

  private static Place readPlace(ByteReader in) {
    return new Place(Codes.source(in.next()), (int) in.number(), in.number());
  }
}
