package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import java.util.Locale;

/** Alerts as the API, webhooks and scripts see them. Pure. */
public final class AlertJson {
  private AlertJson() {}

  /**
   * {@code {id, rule, queue, state, severity, value, threshold, firedAt, resolvedAt, summary, next,
   * webhook}}.
   */
  public static ObjectNode of(Alert alert) {
    return shared(alert).put("webhook", alert.webhook().name().toLowerCase(Locale.ROOT));
  }

  /** What a webhook gets: the same with {@code text}, one line for people, and no webhook. */
  public static ObjectNode message(Alert alert) {
    String text =
        alert.state() == Alert.State.FIRING
            ? "FIRING: %s. %s".formatted(alert.summary(), alert.next())
            : "RESOLVED: " + alert.summary();
    return shared(alert).put("text", text);
  }

  private static ObjectNode shared(Alert alert) {
    Instant resolved = alert.resolvedAt();
    return Json.mapper()
        .createObjectNode()
        .put("id", alert.id())
        .put("rule", alert.rule())
        .put("queue", alert.queue())
        .put("state", alert.state().name())
        .put("severity", alert.severity())
        .put("value", alert.value())
        .put("threshold", alert.threshold())
        .put("firedAt", alert.firedAt().toString())
        .put("resolvedAt", resolved == null ? null : resolved.toString())
        .put("summary", alert.summary())
        .put("next", alert.next());
  }
}
