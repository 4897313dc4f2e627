package io.clusterdb.tasks.metrics;

/** What is measured of delayed jobs and schedules. */
public enum ScheduleMetric implements PlatformMetric {
  /** Delayed jobs. */
  SCHEDULER_WAITING_JOBS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.SCHEDULER,
          "scheduler.waiting.jobs",
          "Jobs and retries that wait for their time in this instance's stores, about.")),
  /** Late jobs. */
  SCHEDULER_LATENESS(
      MetricSpec.of(
          Kind.TIMER,
          Source.SCHEDULER,
          "scheduler.lateness",
          "Time between when a delayed job or retry was due and when it was sent to its queue.")),
  /** Fires. */
  SCHEDULE_FIRES(
      MetricSpec.of(
          Kind.COUNTER,
          Source.SCHEDULER,
          "schedule.fires",
          "Runs that a schedule started.",
          "schedule")),
  /** Late fires. */
  SCHEDULE_LATENESS(
      MetricSpec.of(
          Kind.TIMER,
          Source.SCHEDULER,
          "schedule.lateness",
          "Time between a schedule's planned time, its jitter added, and the start of its run.",
          "schedule")),
  /** Times without a run. */
  SCHEDULE_PASSED_OVER(
      MetricSpec.of(
          Kind.COUNTER,
          Source.SCHEDULER,
          "schedule.passed.over",
          "Times of a schedule that got no run: reason `misfire` where they were missed, `running`"
              + " where an exclusive run was still under way.",
          "schedule",
          "reason"));

  @SuppressWarnings("ImmutableEnumChecker") // a record of copies
  private final MetricSpec spec;

  ScheduleMetric(MetricSpec spec) {
    this.spec = spec;
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }
}
