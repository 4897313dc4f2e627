package io.clusterdb.tasks.client;

import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.audit.Audit;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** What the platform's own processes use of a connection, beyond what users see. Thread-safe. */
public interface TasksRuntime extends Tasks {
  /** The runtime behind a connection. */
  static TasksRuntime of(Tasks tasks) {
    if (tasks instanceof TasksRuntime runtime) {
      return runtime;
    }
    throw new IllegalArgumentException(
        "expected a connection made by Tasks.connect, found " + tasks.getClass().getName());
  }

  /** Names of topics, groups and ids. */
  TopicNames names();

  /** The live catalog. */
  CatalogView catalog();

  /** Changes the catalog. */
  CatalogWriter catalogWriter();

  /** Creates and deletes topics. */
  TopicAdmin topics();

  /** The connection's admin client; not to be closed. */
  Admin admin();

  /** Writes and reads the platform's own records. */
  PlatformCodec platformCodec();

  /** Makes Kafka clients with this connection's addresses and properties. */
  KafkaClients clients();

  /** Payload codecs, with these before the built-in ones. */
  PayloadCodecs codecs(List<PayloadCodec> first);

  /** Seals and opens payloads. */
  Sealing sealing();

  /** Turns jobs into records. */
  JobRecords records();

  /** Asks things of jobs. */
  JobCommands commands();

  /** Calls the HTTP API. */
  ApiClient api();

  /** Records who changes what. */
  Audit audit();

  /** Gives jobs that ended another run. */
  JobRetries retries();

  /** How work is traced now; null for not at all. Asked anew for each piece of work. */
  @Nullable Tracing tracing();

  /** Where this connection measures; null for nowhere. */
  @Nullable Meters meters();

  /** The clock; tests hand in their own. */
  InstantSource clock();

  /** Closes this with the connection, before its clients. */
  void attach(AutoCloseable part);

  /** Forgets what was attached, because it closed by itself. */
  void detach(AutoCloseable part);
}
