package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.List;

/** INVALID_CONFIG with everything that is wrong in a configuration file, by line. */
public final class ConfigException extends TasksException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 100;

  private final String file;
  private final transient List<ConfigProblem> problems;

  ConfigException(String file, List<ConfigProblem> problems) {
    super(ErrorCode.INVALID_CONFIG, describe(file, problems));
    this.file = file;
    this.problems = List.copyOf(problems);
  }

  /** Name of the file, as it was given. */
  public String file() {
    return file;
  }

  /** Every problem, by line; the message shows the first hundred. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  private static String describe(String file, List<ConfigProblem> problems) {
    StringBuilder text = new StringBuilder(file).append(" has ").append(problems.size());
    text.append(problems.size() == 1 ? " problem" : " problems");
    problems.stream().limit(SHOWN).forEach(problem -> text.append("\n  ").append(problem.in(file)));
    if (problems.size() > SHOWN) {
      text.append("\n  and ").append(problems.size() - SHOWN).append(" more");
    }
    return text.toString();
  }
}
