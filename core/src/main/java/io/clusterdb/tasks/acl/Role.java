package io.clusterdb.tasks.acl;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a process of the platform, or a person, does. A principal may have several. */
public enum Role {
  /** Puts jobs into queues, and may wait for their outcomes. */
  PRODUCER("puts jobs into queues, and waits for outcomes"),
  /** Runs the jobs of queues. */
  WORKER("runs the jobs of queues"),
  /** Starts and steers runs of workflows, and waits for them. */
  WORKFLOWS("starts and steers runs of workflows, and waits for them"),
  /** The scheduler service. */
  SCHEDULER("the scheduler service, for every queue"),
  /** The orchestrator service, as far as it tracks jobs, runs workflows and answers queries. */
  ORCHESTRATOR("the orchestrator service: state, workflows, queries, enqueueing by HTTP"),
  /** What an orchestrator needs besides where jobs are leased by HTTP. */
  LEASES("an orchestrator that also leases jobs by HTTP"),
  /** What an orchestrator needs besides where queues and dead letters are changed by HTTP. */
  COMMANDS("an orchestrator that also changes queues and replays dead letters by HTTP"),
  /** The command line as operators use it. */
  OPERATOR("an operator with the command line"),
  /** The command line where nothing is changed. */
  VIEWER("who looks and changes nothing");

  private final String meaning;

  Role(String meaning) {
    this.meaning = meaning;
  }

  /** The name that users write, such as {@code worker}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it is for, as half a sentence. */
  public String meaning() {
    return meaning;
  }

  /**
   * The role of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equalsIgnoreCase(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "expected a role, one of "
            + Arrays.stream(values()).map(Role::text).collect(Collectors.joining(", "))
            + "; found \""
            + text
            + "\"");
  }
}
