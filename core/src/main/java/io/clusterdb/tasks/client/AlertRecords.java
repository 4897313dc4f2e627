package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.schemas.avro.AlertDelivery;
import io.clusterdb.tasks.schemas.avro.AlertState;

/** Alerts as their topic holds them, and back. Pure. */
final class AlertRecords {
  private AlertRecords() {}

  static io.clusterdb.tasks.schemas.avro.Alert write(Alert alert) {
    return new io.clusterdb.tasks.schemas.avro.Alert(
        alert.id(),
        alert.rule(),
        alert.queue(),
        AlertState.valueOf(alert.state().name()),
        alert.severity(),
        alert.value(),
        alert.threshold(),
        alert.firedAt(),
        alert.resolvedAt(),
        alert.summary(),
        alert.next(),
        AlertDelivery.valueOf(alert.webhook().name()));
  }

  static Alert read(io.clusterdb.tasks.schemas.avro.Alert record) {
    return new Alert(
        record.getId(),
        record.getRule(),
        record.getQueue(),
        Alert.State.valueOf(record.getState().name()),
        record.getSeverity(),
        record.getValue(),
        record.getThreshold(),
        record.getFiredAt(),
        record.getResolvedAt(),
        record.getSummary(),
        record.getNext(),
        Alert.Delivery.valueOf(record.getWebhook().name()));
  }
}
