package io.clusterdb.tasks.doctor.engine;

/**
 * Something that an operator should know.
 *
 * @param severity how bad it is
 * @param check which check found it, for scripts: a fixed word with dashes
 * @param subject what it is about, such as {@code queue orders}
 * @param what what was found
 * @param why what follows from it
 * @param next what to do
 */
public record Finding(
    Severity severity, String check, String subject, String what, String why, String next) {
  /** How bad a finding is, the worst first. */
  public enum Severity {
    /** Jobs do not run, or may be lost. */
    ERROR,
    /** Something will go wrong, or somebody waits in vain. */
    WARNING,
    /** Good to know, and maybe on purpose. */
    NOTICE
  }

  static Finding error(String check, String subject, String what, String why, String next) {
    return new Finding(Severity.ERROR, check, subject, what, why, next);
  }

  static Finding warning(String check, String subject, String what, String why, String next) {
    return new Finding(Severity.WARNING, check, subject, what, why, next);
  }

  static Finding notice(String check, String subject, String what, String why, String next) {
    return new Finding(Severity.NOTICE, check, subject, what, why, next);
  }

  /** Whether something is wrong. */
  public boolean wrong() {
    return severity != Severity.NOTICE;
  }
}
