package io.clusterdb.tasks;

import java.util.regex.Pattern;

/**
 * A token of the HTTP API. Immutable.
 *
 * @param name who shows it, as the audit calls it; letters, digits, dots, _, @ and -
 * @param role what it allows
 * @param secret what is shown as {@code Authorization: Bearer SECRET}
 */
public record HttpToken(String name, HttpRole role, String secret) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,100}");

  /** Checks the values. */
  public HttpToken {
    Checks.that(
        NAME.matcher(name).matches(), "a token's name of letters, digits, ., _, @ and -", name);
    if (secret.isBlank() || secret.length() > 10_000) {
      throw new IllegalArgumentException(
          "expected a secret of 1 to 10000 characters for token " + name + ", found none or more");
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "HttpToken[name=%s, role=%s]".formatted(name, role.text());
  }
}
