package io.clusterdb.tasks.it.cluster;

/** What goes wrong, or is done to a cluster that runs. */
sealed interface Fault {
  /** Kills a process, and starts it again later. */
  record Kill(String process, int downMs) implements Fault {}

  /** Stops a process as a debugger would, for so long, and lets it go on. */
  record Freeze(String process, int forMs) implements Fault {}

  /** Stops a process as an operator would, and starts it again. */
  record Restart(String process) implements Fault {}

  /** Kills a process and deletes all that it keeps, then starts it again. */
  record Wipe(String process) implements Fault {}

  /** Sets the clock of a process off, and right again. */
  record Skew(String process, int offsetMs, int forMs) implements Fault {}

  /** Makes the network between one worker and the brokers slow. */
  record Slow(int delayMs, int forMs) implements Fault {}

  /** Cuts the network between one worker and the brokers. */
  record Cut(int forMs) implements Fault {}

  /** Restarts everything, one after the other. */
  record RollAll() implements Fault {}

  /** Leaves one worker, then has this many, then one again, then as many as before. */
  record Scale(int workers) implements Fault {}

  /** Deletes a queue under load and makes it again. */
  record Remake() implements Fault {}

  /** Stops a process of an earlier release and starts that of this one. */
  record Upgrade(String process) implements Fault {}
}
