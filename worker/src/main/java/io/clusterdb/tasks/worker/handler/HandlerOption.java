package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.TasksException;

/**
 * What stands behind {@code --exec} and {@code --http}: a job's type, and what runs it.
 *
 * @param type type of the jobs
 * @param target command or URL
 */
public record HandlerOption(String type, String target) {
  /**
   * Reads {@code TYPE=TARGET}; the first {@code =} separates them, and white space around both is
   * dropped.
   *
   * @param option name of the option, for errors
   * @throws TasksException INVALID_CONFIG if it is not of that form
   */
  public static HandlerOption parse(String option, String text) {
    int equals = text.indexOf('=');
    String type = equals < 0 ? "" : text.substring(0, equals).strip();
    String target = equals < 0 ? "" : text.substring(equals + 1).strip();
    if (type.isEmpty() || target.isEmpty() || type.length() > Job.MAX_NAME_LENGTH) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          option
              + " expects a job's type, an equals sign and what runs it, as in "
              + option
              + " 'resize=convert {} out.png', found \""
              + text
              + "\". Name the type of the jobs first.");
    }
    return new HandlerOption(type, target);
  }
}
