package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.workflow.VersionOrder;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as of one offset. Immutable.
 *
 * @param offset end of what was read of the catalog's topic
 * @param queues queues by name
 * @param types types by name
 * @param workflows versions of workflows by {@code <name>/<version>}
 * @param paused names of queues that are to be left alone for now
 * @param schedules schedules by name
 * @param pausedSchedules names of schedules whose times pass without a fire
 * @param endpoints where the platform's services are
 * @param versions how often each definition was changed, from 1, by its key
 * @param monitoring what is watched, and when to raise an alert; null where nobody said so
 */
public record CatalogSnapshot(
    long offset,
    Map<String, Queue> queues,
    Map<String, TaskDefinition> types,
    Map<String, Workflow> workflows,
    Set<String> paused,
    Map<String, ScheduledTask> schedules,
    Set<String> pausedSchedules,
    Endpoints endpoints,
    Map<String, Long> versions,
    @Nullable MetricsConfig monitoring) {
  /** Nothing. */
  public static final CatalogSnapshot EMPTY = new CatalogSnapshot(0, Map.of(), Map.of(), Set.of());

  /** Copies the collections. */
  public CatalogSnapshot {
    queues = Map.copyOf(queues);
    types = Map.copyOf(types);
    workflows = Map.copyOf(workflows);
    paused = Set.copyOf(paused);
    schedules = Map.copyOf(schedules);
    pausedSchedules = Set.copyOf(pausedSchedules);
    versions = Map.copyOf(versions);
  }

  /** Definitions, with nothing said of what is watched. */
  public CatalogSnapshot(
      long offset,
      Map<String, Queue> queues,
      Map<String, TaskDefinition> types,
      Map<String, Workflow> workflows,
      Set<String> paused,
      Map<String, ScheduledTask> schedules,
      Set<String> pausedSchedules,
      Endpoints endpoints,
      Map<String, Long> versions) {
    this(
        offset,
        queues,
        types,
        workflows,
        paused,
        schedules,
        pausedSchedules,
        endpoints,
        versions,
        null);
  }

  /** Definitions whose versions don't matter, without endpoints. */
  public CatalogSnapshot(
      long offset,
      Map<String, Queue> queues,
      Map<String, TaskDefinition> types,
      Set<String> paused) {
    this(offset, queues, types, Map.of(), paused, Map.of(), Set.of(), Endpoints.NONE, Map.of());
  }

  /** The queue of this name; null if there is none. */
  public @Nullable Queue queue(String name) {
    return queues.get(name);
  }

  /** What is known of a type; null if nothing is. */
  public @Nullable TaskDefinition type(String name) {
    return types.get(name);
  }

  /** The schedule of this name; null if there is none. */
  public @Nullable ScheduledTask schedule(String name) {
    return schedules.get(name);
  }

  /** A workflow's version, the latest one for null; null if there is none. */
  public @Nullable Workflow workflow(String name, @Nullable String version) {
    return version != null
        ? workflows.get(name + "/" + version)
        : workflows.values().stream()
            .filter(workflow -> workflow.name().equals(name))
            .max(Comparator.comparing(Workflow::version, VersionOrder.INSTANCE))
            .orElse(null);
  }

  /** With this to be watched. */
  public CatalogSnapshot monitoring(@Nullable MetricsConfig config) {
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
        config);
  }

  /** How often the definition of this key was changed, from 1; 0 if there is none. */
  public long version(CatalogKey key) {
    return versions.getOrDefault(key.text(), 0L);
  }

  /** The queue of a job: the one it names, else its type's, else {@code default}. */
  public String queueOf(@Nullable String queue, String type) {
    if (queue != null) {
      return queue;
    }
    TaskDefinition definition = types.get(type);
    return definition == null || definition.queue() == null ? "default" : definition.queue();
  }
}
