package io.clusterdb.tasks.workflow;

/** Finds where double braces close. */
final class Braces {
  private Braces() {}

  /**
   * Where the braces close that opened before {@code from}: quotes and braces in between, such as
   * those of a default in JSON, are passed over.
   */
  static int close(String text, int from) throws TemplateException {
    int depth = 0;
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && depth > 0) {
        depth--;
      } else if (c == '}' && i + 1 < text.length() && text.charAt(i + 1) == '}') {
        return i;
      }
    }
    throw new TemplateException("expected }} after {{, found none in \"" + text + "\"");
  }
}
