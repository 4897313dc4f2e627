package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.RegistryException;
import io.clusterdb.tasks.schemas.avro.MonitoringDefinition;
import io.clusterdb.tasks.schemas.avro.QueueDefinition;
import io.clusterdb.tasks.schemas.avro.QueueStateDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import io.clusterdb.tasks.schemas.avro.TaskTypeDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowDefinition;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What the records of the catalog's topic add up to. Not thread-safe. */
final class CatalogState {
  private final String topic;
  private final PlatformCodec codec;
  private final Map<String, Queue> queues = new HashMap<>();
  private final Map<String, TaskDefinition> types = new HashMap<>();
  private final Map<String, Workflow> workflows = new HashMap<>();
  private final Set<String> paused = new HashSet<>();
  private final Map<String, ScheduledTask> schedules = new HashMap<>();
  private final Set<String> pausedSchedules = new HashSet<>();
  private final Map<String, Long> versions = new HashMap<>();
  private Endpoints endpoints = Endpoints.NONE;
  private @Nullable MetricsConfig monitoring;

  CatalogState(String topic, PlatformCodec codec) {
    this.topic = topic;
    this.codec = codec;
  }

  void clear() {
    queues.clear();
    types.clear();
    workflows.clear();
    paused.clear();
    schedules.clear();
    pausedSchedules.clear();
    versions.clear();
    endpoints = Endpoints.NONE;
    monitoring = null;
  }

  CatalogSnapshot snapshot(long offset) {
    return new CatalogSnapshot(
        offset,
        queues,
        types,
        workflows,
        paused,
        schedules,
        pausedSchedules,
        endpoints,
        versions,
        monitoring);
  }

  /**
   * Takes the next record; what it replaces stays if it cannot be read.
   *
   * @throws IllegalArgumentException if it cannot be read, with the reason
   * @throws RegistryException if that may change
   */
  void apply(CatalogKey key, byte @Nullable [] value) {
    if (value == null) {
      remove(key);
      return;
    }
    try {
      put(key, value);
    } catch (RegistryException e) {
      throw e;
    } catch (SerializationException | IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void put(CatalogKey key, byte[] value) throws IOException {
    switch (key.kind()) {
      case QUEUE -> {
        QueueDefinition definition = codec.decode(topic, value, QueueDefinition.class);
        checkName(key, definition.getName());
        queues.put(key.name(), Definitions.read(definition));
        versions.put(key.text(), definition.getVersion());
      }
      case TASK -> {
        TaskTypeDefinition definition = codec.decode(topic, value, TaskTypeDefinition.class);
        checkName(key, definition.getType());
        types.put(key.name(), Definitions.read(definition));
        versions.put(key.text(), definition.getVersion());
      }
      case WORKFLOW -> {
        Workflow workflow =
            WorkflowDefinitions.read(codec.decode(topic, value, WorkflowDefinition.class));
        checkName(key, workflow.id());
        workflows.put(key.name(), workflow);
        versions.put(key.text(), 1L);
      }
      case QUEUE_STATE -> {
        QueueStateDefinition state = codec.decode(topic, value, QueueStateDefinition.class);
        set(paused, key.name(), state.getPaused());
        versions.put(key.text(), state.getVersion());
      }
      case SCHEDULE -> {
        ScheduleDefinition definition = codec.decode(topic, value, ScheduleDefinition.class);
        checkName(key, definition.getName());
        schedules.put(key.name(), ScheduleDefinitions.read(definition));
        versions.put(key.text(), definition.getVersion());
      }
      case SCHEDULE_STATE -> {
        ScheduleStateDefinition state = codec.decode(topic, value, ScheduleStateDefinition.class);
        set(pausedSchedules, key.name(), state.getPaused());
        versions.put(key.text(), state.getVersion());
      }
      case PLATFORM -> putPlatform(key, value);
    }
  }

  private void putPlatform(CatalogKey key, byte[] value) throws IOException {
    if (key.equals(CatalogKey.ENDPOINTS)) {
      Endpoints read = Json.mapper().readValue(value, Endpoints.class);
      endpoints = read == null ? Endpoints.NONE : read;
    } else if (key.equals(CatalogKey.MONITORING)) {
      MonitoringDefinition definition = codec.decode(topic, value, MonitoringDefinition.class);
      monitoring = MonitoringDefinitions.read(definition);
      versions.put(key.text(), definition.getVersion());
    }
  }

  private void remove(CatalogKey key) {
    versions.remove(key.text());
    switch (key.kind()) {
      case QUEUE -> queues.remove(key.name());
      case TASK -> types.remove(key.name());
      case WORKFLOW -> workflows.remove(key.name());
      case QUEUE_STATE -> paused.remove(key.name());
      case SCHEDULE -> schedules.remove(key.name());
      case SCHEDULE_STATE -> pausedSchedules.remove(key.name());
      case PLATFORM -> {
        if (key.equals(CatalogKey.ENDPOINTS)) {
          endpoints = Endpoints.NONE;
        } else if (key.equals(CatalogKey.MONITORING)) {
          monitoring = null;
        }
      }
    }
  }

  private static void set(Set<String> names, String name, boolean present) {
    if (present) {
      names.add(name);
    } else {
      names.remove(name);
    }
  }

  private static void checkName(CatalogKey key, String name) {
    if (!name.equals(key.name())) {
      throw new IllegalArgumentException(
          "expected a definition of " + key.name() + " under this key, found one of " + name);
    }
  }
}
