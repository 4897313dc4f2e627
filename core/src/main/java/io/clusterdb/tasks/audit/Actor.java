package io.clusterdb.tasks.audit;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a command comes from. A service that acts for a caller says so in the context of its thread;
 * elsewhere it is the process itself.
 *
 * @param name as the audit writes it
 * @param http whether the command came by HTTP
 */
public record Actor(String name, boolean http) {
  private static final ContextKey<Actor> KEY = ContextKey.named("tasks-actor");
  private static final int MOST = 300;

  /** Cuts a name that is too long. */
  public Actor {
    name = name.length() > MOST ? name.substring(0, MOST) : name;
  }

  /** This context, with the actor in it. */
  public Context in(Context context) {
    return context.with(KEY, this);
  }

  /** The actor of the current thread's context; null for none. */
  static @Nullable Actor current() {
    return Context.current().get(KEY);
  }

  /**
   * The process: by the client id that its configuration gives it, else by its user and machine.
   *
   * @param kafkaProperties of the connection
   * @param environment of the process
   */
  public static Actor process(
      Map<String, String> kafkaProperties, Map<String, String> environment) {
    String client = kafkaProperties.get("client.id");
    if (client != null) {
      return new Actor(client, false);
    }
    String host = environment.getOrDefault("HOSTNAME", environment.get("COMPUTERNAME"));
    return new Actor(
        System.getProperty("user.name", "unknown") + "@" + (host == null ? "unknown" : host),
        false);
  }
}
