package io.clusterdb.tasks;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Schedules: kept in the catalog, fired by whichever scheduler service runs. Thread-safe. Every
 * method throws {@link TasksException} UNREACHABLE if the brokers do not answer.
 */
public interface ScheduleManager {
  /**
   * Makes a schedule, or changes the one of its name. A change is in force from now on: times that
   * passed before it are the old definition's, and no time fires twice. One that was deleted and is
   * made again fires nothing of the past.
   *
   * @throws TasksException INVALID_PAYLOAD if its task's payload cannot be written or names an
   *     unknown template
   */
  void configure(ScheduledTask schedule);

  /** As {@link #configure(ScheduledTask)} for several, all or none. */
  void configure(Collection<ScheduledTask> schedules);

  /** As {@link #configure(Collection)}, without waiting. */
  CompletableFuture<Void> configureAsync(Collection<ScheduledTask> schedules);

  /** All schedules by name. */
  List<ScheduleInfo> list();

  /** As {@link #list}, without waiting. */
  CompletableFuture<List<ScheduleInfo>> listAsync();

  /** One schedule; empty if there is none of this name. */
  Optional<ScheduleInfo> get(String name);

  /**
   * Fires a schedule now, beside its plan and also while it is paused. What {@code exclusive} says
   * holds for this run too.
   *
   * @return the job that the scheduler enqueues
   * @throws TasksException SCHEDULE_NOT_FOUND
   */
  JobId trigger(String name);

  /** As {@link #trigger}, without waiting. */
  CompletableFuture<JobId> triggerAsync(String name);

  /**
   * Lets a schedule's times pass without a fire, until it is resumed. Applying its definition does
   * not resume it.
   *
   * @throws TasksException SCHEDULE_NOT_FOUND
   */
  void pause(String name);

  /** As {@link #pause}, without waiting. */
  CompletableFuture<Void> pauseAsync(String name);

  /**
   * Lets a schedule fire again, from its next time on: times that passed meanwhile are not missed
   * ones.
   *
   * @throws TasksException SCHEDULE_NOT_FOUND
   */
  void resume(String name);

  /** As {@link #resume}, without waiting. */
  CompletableFuture<Void> resumeAsync(String name);

  /**
   * Removes a schedule. Jobs that it has enqueued are left alone.
   *
   * @throws TasksException SCHEDULE_NOT_FOUND
   */
  void delete(String name);

  /** As {@link #delete}, without waiting. */
  CompletableFuture<Void> deleteAsync(String name);
}
