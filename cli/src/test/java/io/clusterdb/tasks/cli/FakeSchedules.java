package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TasksException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Schedules in memory, which never fire by themselves; it is the first of January 2026. */
final class FakeSchedules implements ScheduleManager {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  final Map<String, ScheduledTask> all = new TreeMap<>();
  final Map<String, ScheduleInfo.Run> runs = new TreeMap<>();
  final Set<String> paused = new HashSet<>();

  @Override
  public void configure(ScheduledTask schedule) {
    all.put(schedule.name(), schedule);
  }

  @Override
  public void configure(Collection<ScheduledTask> schedules) {
    schedules.forEach(this::configure);
  }

  @Override
  public CompletableFuture<Void> configureAsync(Collection<ScheduledTask> schedules) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ScheduleInfo> list() {
    return all.values().stream().map(this::info).toList();
  }

  private ScheduleInfo info(ScheduledTask schedule) {
    boolean stopped = paused.contains(schedule.name());
    ScheduleInfo.Run run = runs.get(schedule.name());
    return new ScheduleInfo(
        schedule,
        stopped,
        stopped ? List.of() : schedule.next(NOW, 5),
        run,
        null,
        run == null ? 0 : 1);
  }

  @Override
  public CompletableFuture<List<ScheduleInfo>> listAsync() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<ScheduleInfo> get(String name) {
    return Optional.ofNullable(all.get(name)).map(this::info);
  }

  @Override
  public JobId trigger(String name) {
    check(name);
    return new JobId(name + "@trigger-1", "run-1");
  }

  @Override
  public CompletableFuture<JobId> triggerAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void pause(String name) {
    check(name);
    paused.add(name);
  }

  @Override
  public CompletableFuture<Void> pauseAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void resume(String name) {
    check(name);
    paused.remove(name);
  }

  @Override
  public CompletableFuture<Void> resumeAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String name) {
    check(name);
    all.remove(name);
  }

  @Override
  public CompletableFuture<Void> deleteAsync(String name) {
    throw new UnsupportedOperationException();
  }

  private void check(String name) {
    if (!all.containsKey(name)) {
      throw new TasksException(ErrorCode.SCHEDULE_NOT_FOUND, "there is no schedule " + name);
    }
  }
}
