package io.clusterdb.tasks.orchestrator.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseEnd;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.orchestrator.query.Peers;
import io.clusterdb.tasks.worker.run.Fate;
import io.clusterdb.tasks.worker.run.OutcomeRecords;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Leases over HTTP: jobs for workers in any language. Thread-safe. */
public final class LeasesResource implements HttpResource {
  /** How long a lease lasts unless its caller says otherwise. */
  static final Duration DURATION = Duration.ofSeconds(60);

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(12);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int MOST_JOBS = 100;
  private static final int MAX_MESSAGE = 100_000;

  private final Leases leases;
  private final LeasePeers peers;
  private final InstantSource clock;

  /** Serves these, and passes on what is for others. */
  public LeasesResource(Leases leases, LeasePeers peers, InstantSource clock) {
    this.leases = leases;
    this.peers = peers;
    this.clock = clock;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/queues/{queue}/dequeue", this::dequeue).query("wait", "max", "duration"),
        Endpoint.post("/v1/leases/{lease}/complete", this::complete),
        Endpoint.post("/v1/leases/{lease}/fail", this::fail),
        Endpoint.post("/v1/leases/{lease}/extend", this::extend));
  }

  private Answer dequeue(HttpCall call) throws InterruptedException, IOException {
    String queue = call.path("queue");
    Wish wish =
        new Wish(
            call.number("max", 1, 1, MOST_JOBS),
            call.duration("wait", WAIT, LONGEST_WAIT),
            checked(call.duration("duration", DURATION, MOST)));
    if (!forwarded(call)) {
      for (String instance : leases.order(queue)) {
        if (leases.here(instance)) {
          break;
        }
        try {
          return peers.post(instance, call.target(), new byte[0], wish.within());
        } catch (SSLException e) {
          throw stranger(instance, e);
        } catch (ConnectException e) {
          // It has gone, and is not missed yet: the next one takes its place.
        } catch (IOException e) {
          throw unknown(instance, e);
        }
      }
    }
    Instant now = clock.instant();
    List<ObjectNode> jobs =
        leases.dequeue(queue, wish).stream().map(lease -> LeaseJson.of(lease, now)).toList();
    return Answer.ok(jobs);
  }

  private Answer complete(HttpCall call) throws InterruptedException, IOException {
    LeaseToken token = token(call);
    if (elsewhere(token, call)) {
      return forward(token, call);
    }
    JsonNode result = new LeaseBody(call.object(), "the body", "result").any("result");
    if (result != null && result.toString().length() > OutcomeRecords.MAX_RESULT) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "expected a result of at most %d characters, found %d. Store it elsewhere and give a reference; the lease is still held."
              .formatted(OutcomeRecords.MAX_RESULT, result.toString().length()));
    }
    return ended(token, leases.end(token, new LeaseEnd.Completed(result)));
  }

  private Answer fail(HttpCall call) throws InterruptedException, IOException {
    LeaseToken token = token(call);
    if (elsewhere(token, call)) {
      return forward(token, call);
    }
    LeaseBody body = new LeaseBody(call.object(), "the body", "error", "retryAfter", "permanent");
    LeaseBody error = body.object("error", "type", "message", "stackTrace");
    Duration retryAfter = body.duration("retryAfter");
    boolean permanent = body.flag("permanent");
    if (permanent && retryAfter != null) {
      throw ProblemException.badRequest(
          "expected either retryAfter or permanent in the body, found both.");
    }
    String type = error.text("type", Job.MAX_NAME_LENGTH);
    String message = error.textOrNull("message", MAX_MESSAGE);
    LeaseEnd end =
        new LeaseEnd.Failed(
            type,
            message == null ? type : message,
            retryAfter,
            permanent,
            error.textOrNull("stackTrace", MAX_MESSAGE));
    return ended(token, leases.end(token, end));
  }

  private Answer extend(HttpCall call) throws InterruptedException, IOException {
    LeaseToken token = token(call);
    if (elsewhere(token, call)) {
      return forward(token, call);
    }
    LeaseBody body = new LeaseBody(call.object(), "the body", "duration", "progress", "note");
    @Nullable Duration asked = body.duration("duration");
    Duration duration = checked(asked == null ? DURATION : asked);
    String note = body.textOrNull("note", MAX_MESSAGE);
    Lease lease = leases.held(token);
    body.fraction("progress")
        .ifPresent(fraction -> lease.handed().context().progress(fraction, note));
    if (!lease.extend(duration)) {
      throw Leases.lost(token);
    }
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("lease", token.text());
    json.put("expiresAt", lease.expiresAt(clock.instant()).toString());
    return Answer.ok(json);
  }

  private static Answer ended(LeaseToken token, Fate fate) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("lease", token.text());
    json.put("state", fate.name());
    return Answer.ok(json);
  }

  private static Duration checked(Duration duration) {
    if (duration.compareTo(LEAST) < 0 || duration.compareTo(MOST) > 0) {
      throw ProblemException.badRequest(
          "expected a duration of a lease from 1s to 12h, found %s."
              .formatted(Durations.format(duration)));
    }
    return duration;
  }

  private static LeaseToken token(HttpCall call) {
    return LeaseToken.parse(call.path("lease"))
        .orElseThrow(
            () ->
                ProblemException.badRequest(
                    "expected a lease as dequeue gives it in the path, found something else."));
  }

  private static boolean forwarded(HttpCall call) {
    return call.header(LeasePeers.FORWARDED).isPresent();
  }

  /** An address that is none of ours is not called, whoever wrote it into a token. */
  private boolean elsewhere(LeaseToken token, HttpCall call) {
    if (leases.here(token.instance())) {
      return false;
    }
    if (forwarded(call) || !leases.known(token.instance())) {
      throw Leases.lost(token);
    }
    return true;
  }

  private Answer forward(LeaseToken token, HttpCall call) throws IOException, InterruptedException {
    byte[] body = call.body();
    try {
      return peers.post(token.instance(), call.target(), body, Duration.ZERO);
    } catch (SSLException e) {
      throw stranger(token.instance(), e);
    } catch (ConnectException e) {
      throw Leases.lost(token);
    } catch (IOException e) {
      throw unknown(token.instance(), e);
    }
  }

  private static TasksException stranger(String instance, SSLException e) {
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "expected to pass the call on, but %s.".formatted(Peers.distrust(instance, e)),
        e);
  }

  private static TasksException unknown(String instance, IOException e) {
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "expected an answer of the instance at %s, found none (%s). Call again; it is safe."
            .formatted(instance, e.getMessage()),
        e);
  }
}
