package io.clusterdb.tasks.orchestrator.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.query.PayloadJson;
import java.time.Instant;

/** A lease as callers see it. */
final class LeaseJson {
  private LeaseJson() {}

  static ObjectNode of(Lease lease, Instant now) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("lease", lease.token().text());
    json.put("expiresAt", lease.expiresAt(now).toString());
    json.set("job", job(lease.handed().context().job()));
    json.put("fencingToken", lease.handed().context().fencingToken());
    lease.handed().context().deadline().ifPresent(at -> json.put("deadline", at.toString()));
    PayloadJson.put(json, lease.handed().context().payload());
    return json;
  }

  private static ObjectNode job(JobInfo job) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", job.id());
    json.put("run", job.run());
    json.put("queue", job.queue());
    json.put("type", job.type());
    json.put("key", job.key());
    json.put("priority", job.priority().name().toLowerCase(java.util.Locale.ROOT));
    json.put("attempt", job.attempt());
    json.put("maxAttempts", job.maxAttempts());
    json.put("createdAt", job.createdAt().toString());
    json.put("batchId", job.batchId());
    ObjectNode metadata = json.putObject("metadata");
    job.metadata().forEach(metadata::put);
    return json;
  }
}
