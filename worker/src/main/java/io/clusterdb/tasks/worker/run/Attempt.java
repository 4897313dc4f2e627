package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.record.JobRecord;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way through this worker. It waits, runs once and ends once: whoever ends it
 * first, handler or owner, decides its outcome.
 */
public final class Attempt {
  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  private static final long NOT_RUN = Long.MIN_VALUE;
  private static final StackTraceElement[] NOWHERE = {};

  private final ConsumerRecord<byte[], byte[]> record;
  private final Tenure tenure;
  private final Priority lane;
  private final int knownAttempt;
  private final @Nullable String gateKey;

  private State state = State.WAITING;
  private @Nullable Thread thread;
  private @Nullable Outcome outcome;
  private volatile boolean abandoned;
  private @Nullable String ownFailure;
  private volatile @Nullable JobRecord job;
  private volatile long startedNanos;
  private volatile long startedAt;
  private volatile long endedNanos = NOT_RUN;
  private volatile long deadlineNanos = Long.MAX_VALUE;
  private volatile long timeoutMs;
  private volatile int maxAttempts;
  private volatile @Nullable Progress progress;
  private volatile @Nullable CompletableFuture<Fate> fate;
  private volatile @Nullable AttemptSpan span;
  private @Nullable Attempt previous;
  private boolean holdsKey;
  private boolean onlyLinedUp;
  private boolean announced;
  private @Nullable Progress announcedProgress;

  /** Progress that a handler reported. */
  public record Progress(double fraction, @Nullable String note) {}

  /**
   * Creates an attempt that waits.
   *
   * @param knownAttempt its number where this worker knows better than the record's header; else 0
   * @param gateKey key that it must hold to run; null where order does not matter
   */
  public Attempt(
      ConsumerRecord<byte[], byte[]> record,
      Tenure tenure,
      Priority lane,
      int knownAttempt,
      @Nullable String gateKey) {
    this.record = record;
    this.tenure = tenure;
    this.lane = lane;
    this.knownAttempt = knownAttempt;
    this.gateKey = gateKey;
  }

  /** The same record once more, for another attempt in place. */
  public Attempt again(int attempt) {
    Attempt next = new Attempt(record, tenure, lane, attempt, gateKey);
    next.previous = this;
    next.span = span; // of the attempt before, until its own begins
    return next;
  }

  /** Whether its key waits for it. Under the dispatcher's lock. */
  boolean holdsKey() {
    return holdsKey;
  }

  void holdsKey(boolean value) {
    holdsKey = value;
  }

  /** Whether it may not run yet when it holds its key. Under the dispatcher's lock. */
  boolean onlyLinedUp() {
    return onlyLinedUp;
  }

  void onlyLinedUp(boolean value) {
    onlyLinedUp = value;
  }

  /** The attempt that this one follows in place, once; null for none. */
  @Nullable Attempt takePrevious() {
    Attempt before = previous;
    previous = null;
    return before;
  }

  /** The record. */
  public ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  /** The assignment that it belongs to. */
  public Tenure tenure() {
    return tenure;
  }

  /** The lane that it came by. */
  public Priority lane() {
    return lane;
  }

  /** Its number where this worker knows better than the record's header; else 0. */
  public int knownAttempt() {
    return knownAttempt;
  }

  /** Key that it must hold to run; null where order does not matter. */
  public @Nullable String gateKey() {
    return gateKey;
  }

  /** Bytes of payload that it keeps in memory. */
  public int bytes() {
    return Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
  }

  /** A slot's thread has it, and will begin it. Called under the dispatcher's lock. */
  synchronized void taken(Thread runner) {
    thread = runner;
  }

  /** It runs on this thread from now on. */
  public synchronized void begin(Thread runner, long nanos, long millis) {
    thread = runner;
    startedNanos = nanos;
    startedAt = millis;
    state = State.RUNNING;
  }

  /**
   * Ends it with this outcome, unless it has ended already.
   *
   * @return whether this outcome counts
   */
  public synchronized boolean end(Outcome result) {
    thread = null;
    if (state == State.ENDED) {
      return false;
    }
    state = State.ENDED;
    outcome = result;
    endSpan();
    return true;
  }

  /**
   * Ends it from outside, with this outcome or without any, and interrupts its handler.
   *
   * @return whether it was running
   */
  public synchronized boolean abandon(@Nullable Outcome result) {
    if (state != State.RUNNING) {
      return false;
    }
    state = State.ENDED;
    outcome = result;
    abandoned = true;
    endSpan();
    Thread runner = thread;
    if (runner != null) {
      runner.interrupt();
    }
    return true;
  }

  private void endSpan() {
    AttemptSpan traced = span;
    if (traced != null) {
      traced.ended(outcome);
    }
  }

  /** Its span, or that of the attempt before until it begins; null where nothing is traced. */
  public @Nullable AttemptSpan span() {
    return span;
  }

  void span(@Nullable AttemptSpan value) {
    span = value;
  }

  /** Where its handler's thread stands; empty where none runs it. */
  synchronized StackTraceElement[] stack() {
    return state == State.RUNNING && thread != null ? thread.getStackTrace() : NOWHERE;
  }

  /** Its thread does not come back and counts no more. */
  public synchronized void writeOff() {
    thread = null;
  }

  /** How it ended; null if it has not, or without an outcome. */
  public synchronized @Nullable Outcome outcomeOrNull() {
    return outcome;
  }

  /** Whether the handler's thread has not come back although the attempt has ended. */
  public synchronized boolean lingers() {
    return state == State.ENDED && thread != null;
  }

  /** Whether a handler runs and its outcome still counts. */
  public synchronized boolean running() {
    return state == State.RUNNING;
  }

  /** How it ended. */
  public synchronized Outcome outcome() {
    if (outcome == null) {
      throw new IllegalStateException("the attempt has no outcome yet");
    }
    return outcome;
  }

  /** Replaces an outcome that could not be settled. Owner thread only. */
  public synchronized void replaceOutcome(Outcome result) {
    outcome = result;
  }

  /** Whether its outcome no longer counts. */
  public boolean cancelled() {
    return abandoned || !tenure.held();
  }

  /** It is handed out: somebody outside wants to know what becomes of it. */
  CompletableFuture<Fate> handOut() {
    CompletableFuture<Fate> told = new CompletableFuture<>();
    fate = told;
    return told;
  }

  /** Whether it was handed out. */
  public boolean handedOut() {
    return fate != null;
  }

  /** What became of it is on the log. */
  public void settled() {
    tell(Fate.of(outcome()));
  }

  /** Its outcome does not count. */
  public void lost() {
    tell(Fate.LOST);
  }

  private void tell(Fate what) {
    CompletableFuture<Fate> told = fate;
    if (told != null) {
      told.complete(what);
    }
  }

  /** The job, once read from the record. */
  public @Nullable JobRecord job() {
    return job;
  }

  /** Sets the job and what its policies allow, before the handler runs. */
  public void prepared(JobRecord value, int attempts, long timeoutMillis, long deadline) {
    maxAttempts = attempts;
    timeoutMs = timeoutMillis;
    deadlineNanos = deadline;
    job = value;
  }

  /** The number of this attempt, from 1. */
  public int number() {
    JobRecord known = job;
    return knownAttempt > 0 ? knownAttempt : known == null ? 1 : known.attempt();
  }

  /** Attempts that the policies allow. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** How long it may run, in milliseconds; 0 for no limit. */
  public long timeoutMs() {
    return timeoutMs;
  }

  /** When it times out, by the monotonic ticker; {@link Long#MAX_VALUE} for never. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** When it started, by the monotonic ticker. */
  public long startedNanos() {
    return startedNanos;
  }

  /** When it started, in milliseconds since 1970. */
  public long startedAt() {
    return startedAt;
  }

  /** Its outcome was made at this time, by the monotonic ticker. */
  void ended(long nanos) {
    endedNanos = nanos;
  }

  /** No handler ran. */
  void notRun() {
    endedNanos = NOT_RUN;
  }

  /** How long its handler ran, in nanoseconds; below 0 if none did. */
  public long ranNanos() {
    return endedNanos == NOT_RUN || startedAt == 0 ? -1 : Math.max(0, endedNanos - startedNanos);
  }

  /** Keeps what its handler reports. */
  public void progress(Progress value) {
    progress = value;
  }

  /** What its handler reported last; null for nothing. */
  public @Nullable Progress progress() {
    return progress;
  }

  /**
   * Whether the log should hear that it runs, or how far it is; asked once, then it counts as told.
   * Owner thread only.
   *
   * @param progressDue whether it is time to tell progress again
   */
  public boolean wantsAnnouncement(boolean progressDue) {
    Progress now = progress;
    if (announced && (!progressDue || announcedProgress == now)) {
      return false;
    }
    announced = true;
    announcedProgress = now;
    return true;
  }

  /** How it failed before its outcome was refused; null if that was not asked yet. */
  @Nullable String ownFailure() {
    return ownFailure;
  }

  void ownFailure(String text) {
    ownFailure = text;
  }
}
