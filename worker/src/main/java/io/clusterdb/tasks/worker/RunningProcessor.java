package io.clusterdb.tasks.worker;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.WorkerState;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.worker.engine.Exclusive;
import io.clusterdb.tasks.worker.engine.Turns;
import io.clusterdb.tasks.worker.kafka.ControlFollower;
import io.clusterdb.tasks.worker.kafka.QueueWorker;
import io.clusterdb.tasks.worker.kafka.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A processor that runs: one worker a queue. */
final class RunningProcessor implements Processor {
  private final TasksRuntime runtime;
  private final String instance;
  private final ControlFollower control;
  private final List<QueueWorker> workers;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RunningProcessor(
      TasksRuntime runtime, String instance, ControlFollower control, List<QueueWorker> workers) {
    this.runtime = runtime;
    this.instance = instance;
    this.control = control;
    this.workers = workers;
  }

  static RunningProcessor start(
      TasksRuntime runtime, String instance, List<WorkerSettings> settings) {
    Exclusive exclusive = new Exclusive(new Turns(System::nanoTime));
    ControlFollower control = ControlFollower.start(runtime);
    List<QueueWorker> workers = new ArrayList<>();
    try {
      for (WorkerSettings one : settings) {
        workers.add(QueueWorker.start(runtime, one, exclusive, control));
      }
    } catch (RuntimeException e) {
      workers.forEach(QueueWorker::close);
      control.close();
      throw e;
    }
    RunningProcessor processor =
        new RunningProcessor(runtime, instance, control, List.copyOf(workers));
    runtime.attach(processor);
    return processor;
  }

  /** So many jobs more are asked for than before, where they are handed out. */
  void wanted(int jobs) {
    workers.forEach(worker -> worker.wanted(jobs));
  }

  @Override
  public boolean awaitEmpty(Duration wait) throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    for (QueueWorker worker : workers) {
      if (!worker.awaitEmpty(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean awaitReady(Duration wait) throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    for (QueueWorker worker : workers) {
      if (!worker.awaitReady(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Map<String, Integer> leftover() {
    Map<String, Integer> all = new HashMap<>();
    for (QueueWorker worker : workers) {
      Map<String, Integer> one = worker.leftover();
      if (one == null) {
        return Map.of();
      }
      one.forEach((type, count) -> all.merge(type, count, Integer::sum));
    }
    return all;
  }

  @Override
  public boolean running() {
    return !closed.get() && workers.stream().allMatch(QueueWorker::running);
  }

  @Override
  public Map<String, WorkerState> states() {
    Map<String, WorkerState> states = new TreeMap<>();
    workers.forEach(worker -> states.put(worker.queue(), worker.state()));
    return states;
  }

  @Override
  public String instanceId() {
    return instance;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      workers.forEach(QueueWorker::stop);
      workers.forEach(QueueWorker::close);
      control.close();
      runtime.detach(this);
    }
  }
}
