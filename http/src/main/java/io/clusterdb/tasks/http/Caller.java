package io.clusterdb.tasks.http;

import io.clusterdb.tasks.HttpRole;
import org.jspecify.annotations.Nullable;

/**
 * Who calls.
 *
 * @param token the name of the token that was shown; null where nobody is asked for one
 * @param role what it allows; null where nobody is asked
 */
public record Caller(@Nullable String token, @Nullable HttpRole role) {
  /** Somebody who was not asked. */
  static final Caller UNKNOWN = new Caller(null, null);

  /** As the audit writes it. */
  public String text() {
    return token == null || role == null ? "anybody" : "token " + token + " (" + role.text() + ")";
  }
}
