package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.codec.Sealing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leases by the orchestrator's API. Thread-safe. */
final class ApiLeases {
  /** While the service joins a queue's workers, the first call takes longer. */
  private static final Duration COLD = Duration.ofSeconds(20);

  /** Leases whose jobs may be named by id. */
  private static final int REMEMBERED = 10_000;

  private final TasksRuntime runtime;
  private final Map<String, String> byJob = new Memory();

  /** The media types of sealed payloads, by lease: their results are sealed as well. */
  private final Map<String, String> sealedTypes = new Memory();

  private static final class Memory extends LinkedHashMap<String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > REMEMBERED;
    }
  }

  ApiLeases(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  List<LeasedJob> dequeue(String queue, Dequeue how) {
    JsonNode answer =
        runtime
            .api()
            .call(
                ApiRequest.post("v1", "queues", queue, "dequeue")
                    .query("max", how.max())
                    .query("wait", millis(how.waiting()))
                    .query("duration", millis(how.lasting()))
                    .waiting(how.waiting().plus(COLD)));
    List<LeasedJob> jobs = new ArrayList<>(answer.size());
    for (JsonNode each : answer) {
      LeasedJob job = ApiLeasedJob.parse(each, runtime);
      jobs.add(job);
      remember(job);
    }
    return jobs;
  }

  void complete(String idOrLease, @Nullable Object result) {
    ObjectNode body = body();
    String text = sealed(idOrLease, Json.result(result));
    if (text != null) {
      body.set("result", Json.exact(text));
    }
    JsonNode unused = call(idOrLease, "complete", body);
    forget(idOrLease);
  }

  void fail(String idOrLease, LeaseFailure failure) {
    ObjectNode body = body();
    body.putObject("error").put("type", failure.type()).put("message", failure.message());
    body.put("permanent", failure.permanent());
    Duration retryAfter = failure.retryAfter();
    if (retryAfter != null) {
      body.put("retryAfter", millis(retryAfter));
    }
    JsonNode unused = call(idOrLease, "fail", body);
    forget(idOrLease);
  }

  Instant extend(String idOrLease, Duration lasting) {
    JsonNode answer = call(idOrLease, "extend", body().put("duration", millis(lasting)));
    return Instant.parse(answer.path("expiresAt").asText());
  }

  private JsonNode call(String idOrLease, String verb, ObjectNode body) {
    return runtime
        .api()
        .call(ApiRequest.post("v1", "leases", lease(idOrLease), verb).body(body).waiting(COLD));
  }

  private String lease(String idOrLease) {
    synchronized (byJob) {
      return byJob.getOrDefault(idOrLease, idOrLease);
    }
  }

  private void remember(LeasedJob job) {
    synchronized (byJob) {
      byJob.put(job.job().id(), job.lease());
      if (Sealing.isSealed(job.payload().contentType())) {
        sealedTypes.put(job.lease(), job.payload().contentType());
      }
    }
  }

  private @Nullable String sealed(String idOrLease, @Nullable String result) {
    synchronized (byJob) {
      return runtime
          .sealing()
          .sealResult(sealedTypes.getOrDefault(lease(idOrLease), Payload.JSON), result);
    }
  }

  private void forget(String idOrLease) {
    synchronized (byJob) {
      sealedTypes.remove(lease(idOrLease));
      if (byJob.remove(idOrLease) == null) {
        byJob.values().remove(idOrLease);
      }
    }
  }

  private static ObjectNode body() {
    return Json.mapper().createObjectNode();
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
