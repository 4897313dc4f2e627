package io.clusterdb.tasks.workflow;

/** A template or condition that cannot be read, or that refers to what is not there. */
public final class TemplateException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what was expected and what was found. */
  public TemplateException(String message) {
    super(message);
  }
}
