package io.clusterdb.tasks.workflow;

import java.util.regex.Pattern;

/**
 * Which ids runs of workflows may have. The ids of their jobs begin with them and a slash, so they
 * have none themselves.
 */
public final class ExecutionIds {
  /** Most characters: those of a job's id, less a task's name and a number. */
  public static final int MAX_LENGTH = 300;

  private static final Pattern ID = Pattern.compile("[^/\\s\\p{Cntrl}]{1," + MAX_LENGTH + "}");

  private ExecutionIds() {}

  /**
   * Returns an id that a run may have.
   *
   * @throws IllegalArgumentException if it may not
   */
  public static String check(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "expected an execution id of 1 to %d characters without slash and space, found \"%s\""
              .formatted(MAX_LENGTH, id.length() > 400 ? id.substring(0, 400) + "..." : id));
    }
    return id;
  }
}
