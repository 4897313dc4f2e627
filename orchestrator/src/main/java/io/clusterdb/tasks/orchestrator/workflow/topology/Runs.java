package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Decider;
import io.clusterdb.tasks.orchestrator.workflow.engine.Decision;
import io.clusterdb.tasks.orchestrator.workflow.engine.Effect;
import io.clusterdb.tasks.orchestrator.workflow.engine.Memory;
import io.clusterdb.tasks.orchestrator.workflow.engine.Plan;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunCommand;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunEvent;
import io.clusterdb.tasks.orchestrator.workflow.topology.Inputs.Input;
import io.clusterdb.tasks.orchestrator.workflow.topology.Timers.Timer;
import io.clusterdb.tasks.orchestrator.workflow.topology.Timers.What;
import io.clusterdb.tasks.schemas.RegistryException;
import io.clusterdb.tasks.streams.Alarm;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.TurnBudget;
import io.clusterdb.tasks.streams.routing.Outgoing;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of all runs: decides what follows each command, outcome and time. What a decision
 * changes, says and asks for is of one transaction. It is woken when something may be due.
 */
final class Runs implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger log = LoggerFactory.getLogger(Runs.class);

  /** Most timers of a turn, and most time: outcomes wait behind it, jobs for its transaction. */
  private static final int TURN_TIMERS = 500;

  private static final long TURN_NANOS = 20_000_000;

  /** The machine's clock may differ from the engine's, so that is looked at so often. */
  private static final long LONGEST_MS = 1_000;

  private final WorkflowParts parts;
  private final Inputs inputs;
  private final JobDispatch jobs;
  private final RunTraces traces;
  private final Memory memory = new Memory();
  private ProcessorContext<byte[], Outgoing> context;
  private Timers timers;
  private Expiry expiry;
  private RunStore store;
  private Definitions definitions;
  private Postponed postponed;
  private Outbox outbox;
  private Alarm alarm;
  private Commits commits;

  /** There is no workflow to start. */
  private static final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFound(String workflow, @Nullable String version) {
      super(
          "expected workflow %s%s in the catalog, found none. Create it, or check name and version."
              .formatted(workflow, version == null ? "" : " of version " + version));
    }
  }

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  Runs(WorkflowParts parts) {
    this.parts = parts;
    this.inputs = new Inputs(parts.names(), parts.codec());
    this.jobs = new JobDispatch(parts);
    this.traces = new RunTraces(parts.names().workflowCommands(), parts.tracing());
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    KeyValueStore<byte[], byte[]> rows = newContext.getStateStore(WorkflowTopology.STORE);
    timers = new Timers(rows, What.TASK);
    Timers expiries = new Timers(rows, What.EXPIRY);
    store = new RunStore(rows, timers, expiries);
    expiry = new Expiry(store, expiries, parts);
    definitions = new Definitions(store, parts);
    postponed = new Postponed(rows);
    outbox = new Outbox(newContext, parts, jobs, traces);
    alarm = new Alarm(newContext, this::turn);
    commits = parts.commits(newContext);
    wakeUp();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    String place = at.topic() + "-" + at.partition() + "@" + at.offset();
    try {
      take(at.topic(), place, record.value(), record.headers());
    } catch (RegistryException e) {
      log.warn(
          "The input {} waits for the schema registry, which must answer: {}",
          place,
          e.getMessage());
      postponed.add(at, record.value());
    }
    commits.soon();
    wakeUp();
  }

  /** Throws RegistryException if the input cannot be read now. */
  private void take(String topic, String place, byte @Nullable [] value, Headers headers) {
    Input input = null;
    try {
      input = inputs.read(topic, value, headers);
      command(input);
    } catch (RegistryException e) {
      throw e;
    } catch (SerializationException e) {
      outbox.bury(place, value, headers, String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw e; // The store's or the brokers', not the input's.
    } catch (RuntimeException e) {
      log.debug("Cannot decide on {}", place, e);
      outbox.bury(place, value, headers, String.valueOf(e.getMessage()));
      if (input != null) {
        undecided(input, e);
      }
    }
  }

  /** Tells who waits that nothing comes of what was asked. */
  private void undecided(Input input, RuntimeException cause) {
    long now = parts.clock().millis();
    ErrorCode code =
        cause instanceof NotFound ? ErrorCode.WORKFLOW_NOT_FOUND : ErrorCode.INVALID_RECORD;
    JobFailure error = new JobFailure(code.name(), String.valueOf(cause.getMessage()));
    String replyKey = Decider.replyKey(input.command());
    if (replyKey != null) {
      outbox.answer(input.execution(), replyKey, error, now);
    }
    if (input.command() instanceof RunCommand.Start start && start.parent() != null) {
      String workflow = String.valueOf(input.workflow());
      outbox.outcome(start.parent(), workflow, RunState.FAILED, null, error, now);
    }
  }

  private void command(Input input) {
    long now = parts.clock().millis();
    RunStore.Reading rows = store.read(input.execution());
    Row.Run run = rows.run();
    if (run != null) {
      decide(definitions.of(run.workflow(), run.version()), rows, input.command(), now);
    } else if (input.command() instanceof RunCommand.Start start) {
      String workflow = String.valueOf(input.workflow());
      Plan plan = definitions.forStart(workflow, input.version());
      if (plan == null) {
        throw new NotFound(workflow, input.version());
      } else {
        decide(plan, rows, traces.begin(start, workflow), now);
      }
    } else {
      absent(input, now);
    }
  }

  /** An outcome for a run that was forgotten means nothing to anybody. */
  private void absent(Input input, long now) {
    String replyKey = Decider.replyKey(input.command());
    if (replyKey != null) {
      JobFailure error =
          new JobFailure(
              ErrorCode.EXECUTION_NOT_FOUND.name(),
              "expected a run of id %s, found none. Check the id; ended runs are forgotten after a time."
                  .formatted(input.execution()));
      outbox.answer(input.execution(), replyKey, error, now);
    } else {
      log.debug("There is no run {} for {}", input.execution(), input.command());
    }
  }

  private void decide(Plan plan, RunStore.Reading rows, RunCommand command, long now) {
    jobs.begin(now);
    Row.Run before = rows.run();
    Decision decision = Decider.decide(plan, rows, command, now, parts.settings(), jobs, memory);
    if (decision.rejection() != null) {
      log.debug("Rejected: {}", decision.rejection().message());
    }
    rows.write(decision.rows());
    Row.Run after = rows.run();
    if (after == null) {
      decision.effects().forEach(effect -> outbox.effect(null, effect, now));
      return;
    }
    RunMeters meters = parts.meters();
    if (meters != null) {
      meters.count(decision.events(), after, decision.rows());
    }
    long sequence = before == null ? 0 : before.sequence();
    for (RunEvent event : decision.events()) {
      sequence++;
      outbox.event(EventFormat.write(event, after, plan, sequence, now));
    }
    for (Effect effect : decision.effects()) {
      outbox.effect(after, effect, now);
    }
    if (after.state().terminal() && (before == null || !before.state().terminal())) {
      traces.ended(after);
    }
  }

  private void turn(long machineNow) {
    boolean taken =
        postponed.again((topic, place, value, headers) -> take(topic, place, value, headers));
    long now = parts.clock().millis();
    boolean fired = fireDue(now);
    expiry.turn(now);
    if (taken || fired) {
      commits.soon();
    }
    wakeUp();
  }

  /** Fires what fits a turn, unless the thread did so just before; says whether it did any. */
  private boolean fireDue(long now) {
    if (!parts.timerRest().over()) {
      return false;
    }
    TurnBudget budget = new TurnBudget(TURN_TIMERS, TURN_NANOS, parts.ticker());
    List<Timer> due = timers.due(now, TURN_TIMERS);
    int fired = 0;
    for (Timer timer : due) {
      if (!budget.take()) {
        timers.again(timer);
        break;
      }
      fire(timer, now);
      fired++;
    }
    if (fired == TURN_TIMERS || fired < due.size()) {
      parts.timerRest().begin();
    }
    return fired > 0;
  }

  private void fire(Timer timer, long now) {
    timers.remove(timer);
    RunStore.Reading rows = store.read(timer.execution());
    Row.Run run = rows.run();
    if (run == null) {
      return;
    }
    RunCommand command =
        timer.what() == What.TASK
            ? new RunCommand.TaskDue(timer.task(), timer.due())
            : new RunCommand.RunDue(timer.due());
    try {
      decide(definitions.of(run.workflow(), run.version()), rows, command, now);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error(
          "Run {} cannot go on when {} is due, since deciding what follows failed. Cancel it and"
              + " start it again",
          timer.execution(),
          timer.what(),
          e);
    }
  }

  private void wakeUp() {
    long now = parts.clock().millis();
    long due = Math.max(parts.timerRest().left(), timers.next() - now);
    long wait = Math.min(due, expiry.idle(now)); // What is postponed is tried again so often, too.
    alarm.set(context.currentSystemTimeMs() + Math.clamp(wait, 1, LONGEST_MS));
  }
}
