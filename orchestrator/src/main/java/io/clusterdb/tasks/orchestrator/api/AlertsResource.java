package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.client.AlertJson;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import io.clusterdb.tasks.orchestrator.query.AlertReadings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Alerts, and what instances tell each other to raise them. */
public final class AlertsResource implements HttpResource {
  private final Supplier<List<Alert>> alerts;
  private final AlertReadings readings;

  /** Asks these. */
  public AlertsResource(Supplier<List<Alert>> alerts, AlertReadings readings) {
    this.alerts = alerts;
    this.readings = readings;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/alerts", this::list).query("state"),
        OwnStores.get("/internal/levels", call -> Answer.ok(readings.here())));
  }

  private Answer list(HttpCall call) {
    Optional<Alert.State> state = call.query("state").map(AlertsResource::state);
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode list = node.putArray("alerts");
    alerts.get().stream()
        .filter(alert -> state.isEmpty() || alert.state() == state.get())
        .forEach(alert -> list.add(AlertJson.of(alert)));
    return Answer.ok(node);
  }

  private static Alert.State state(String name) {
    try {
      return Alert.State.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "expected FIRING or RESOLVED for the query parameter state, found \"%s\"."
              .formatted(name));
    }
  }
}
