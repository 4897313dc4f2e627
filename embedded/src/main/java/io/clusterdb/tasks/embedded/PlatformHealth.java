package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.http.HealthResource.Report;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What is known of the health of each part. Thread-safe. */
final class PlatformHealth {
  /** The state of a part. */
  enum State {
    /** Not serving yet. */
    STARTING,
    /** Serving. */
    UP,
    /** Broken for good: only a new start of the platform helps. */
    FAILED
  }

  private final Map<String, Supplier<State>> parts =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /** Announces parts that are about to start. */
  PlatformHealth(String... expected) {
    for (String part : expected) {
      parts.put(part, () -> State.STARTING);
    }
  }

  /** From now on a part is asked for its state; the question must not block. */
  void watch(String part, Supplier<State> state) {
    parts.put(part, state);
  }

  /** The state of each part, in the order in which they start. */
  Map<String, State> states() {
    Map<String, State> states = new LinkedHashMap<>();
    synchronized (parts) {
      parts.forEach((part, state) -> states.put(part, state.get()));
    }
    return states;
  }

  /** The same for who asks by HTTP. */
  Report report() {
    Map<String, State> states = states();
    Map<String, String> words = new LinkedHashMap<>();
    states.forEach((part, state) -> words.put(part, state.name().toLowerCase(Locale.ROOT)));
    return new Report(
        !states.containsValue(State.FAILED),
        states.values().stream().allMatch(state -> state == State.UP),
        words);
  }
}
