package io.clusterdb.tasks.http;

import io.clusterdb.tasks.HttpRole;
import org.jspecify.annotations.Nullable;

/** Who may call an endpoint. */
public enum Access {
  /** Nobody is asked for a token: health and the like. */
  OPEN(null),
  /** Whoever may look. */
  READ(HttpRole.READ),
  /** Whoever may work with jobs. */
  OPERATE(HttpRole.OPERATE),
  /** Whoever may change what exists. */
  ADMIN(HttpRole.ADMIN);

  private final @Nullable HttpRole role;

  Access(@Nullable HttpRole role) {
    this.role = role;
  }

  /** The role that it takes; null for none. */
  public @Nullable HttpRole role() {
    return role;
  }
}
