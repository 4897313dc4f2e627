package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.WorkflowDefinitions;
import io.clusterdb.tasks.orchestrator.workflow.engine.Plan;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Versions of workflows. What runs are decided by is the partition's own copy, made when a version
 * is first started there; the catalog is asked for new starts only. Used by the partition's thread.
 */
final class Definitions {
  private static final PlatformCodec STORED = PlatformCodec.singleObject();
  private static final String NO_TOPIC = "";
  private static final long ABSENT_FOR = Duration.ofSeconds(1).toNanos();
  private static final int MOST = 256;

  private final RunStore store;
  private final CatalogView catalog;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final Map<String, Plan> plans = recent();
  private final Map<String, Long> absentSince = recent();

  Definitions(RunStore store, WorkflowParts parts) {
    this.store = store;
    this.catalog = parts.catalog();
    this.clock = parts.clock();
    this.ticker = parts.ticker();
  }

  private static <V> Map<String, V> recent() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > MOST;
      }
    };
  }

  /**
   * What a run is decided by.
   *
   * @throws IllegalStateException if its version was never started here
   */
  Plan of(String name, String version) {
    Plan plan = stored(name + "/" + version);
    if (plan == null) {
      throw new IllegalStateException(
          "expected workflow %s/%s, of which there are runs, in the store, found none"
              .formatted(name, version));
    }
    return plan;
  }

  /**
   * What a new run is to be decided by: this version, the latest for null; null if there is none.
   */
  @Nullable Plan forStart(String name, @Nullable String version) {
    Plan known = version == null ? null : stored(name + "/" + version);
    if (known != null) {
      return known;
    }
    Workflow workflow = find(name, version);
    if (workflow == null) {
      return null;
    }
    Plan copied = stored(workflow.id());
    return copied == null ? copy(workflow) : copied;
  }

  private @Nullable Plan stored(String id) {
    Plan known = plans.get(id);
    if (known != null) {
      return known;
    }
    byte[] bytes = store.definition(id);
    if (bytes == null) {
      return null;
    }
    WorkflowDefinition definition = STORED.decode(NO_TOPIC, bytes, WorkflowDefinition.class);
    Plan plan = new Plan(WorkflowDefinitions.read(definition));
    plans.put(id, plan);
    return plan;
  }

  private Plan copy(Workflow workflow) {
    WorkflowDefinition definition = WorkflowDefinitions.write(workflow, clock.instant());
    store.putDefinition(workflow.id(), STORED.encode(NO_TOPIC, definition));
    Plan plan = new Plan(workflow);
    plans.put(workflow.id(), plan);
    return plan;
  }

  /** The live view may trail behind a workflow that was just created. */
  private @Nullable Workflow find(String name, @Nullable String version) {
    Workflow known = catalog.current().workflow(name, version);
    String id = name + "/" + version;
    if (known != null || isAbsent(id)) {
      return known;
    }
    try {
      known = catalog.latest().workflow(name, version);
    } catch (TasksException e) {
      return null; // not known now; asked for again with the next start
    }
    if (known == null) {
      absentSince.put(id, ticker.getAsLong());
    }
    return known;
  }

  private boolean isAbsent(String id) {
    Long since = absentSince.get(id);
    return since != null && ticker.getAsLong() - since < ABSENT_FOR;
  }
}
