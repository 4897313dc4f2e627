package io.clusterdb.tasks.examples.orders;

import io.clusterdb.tasks.NamedFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stands for the system that keeps the stock. Its methods may be called twice for one order, as
 * everything may that a job calls: what it did for an order it does not do again.
 */
final class Warehouse {
  private final Map<String, Integer> stock = new TreeMap<>();
  private final Map<String, Order> reserved = new HashMap<>();
  private final Map<String, String> parcels = new HashMap<>();

  Warehouse(Map<String, Integer> stock) {
    this.stock.putAll(stock);
  }

  synchronized void reserve(Order order) {
    if (reserved.containsKey(order.id())) {
      return;
    }
    int left = stock.getOrDefault(order.item(), 0);
    if (left < order.quantity()) {
      throw new NamedFailure(
          "OutOfStock",
          "%d of %s are wanted, %d are left".formatted(order.quantity(), order.item(), left));
    }
    stock.put(order.item(), left - order.quantity());
    reserved.put(order.id(), order);
  }

  synchronized void release(Order order) {
    if (reserved.remove(order.id()) != null) {
      stock.merge(order.item(), order.quantity(), Integer::sum);
    }
  }

  /** Sends the parcel and returns its number. */
  synchronized String ship(Order order) {
    if (order.city().equals("Atlantis")) {
      throw new NamedFailure("Undeliverable", "no carrier goes to " + order.city());
    }
    return parcels.computeIfAbsent(order.id(), id -> "parcel-" + (parcels.size() + 1));
  }

  synchronized int left(String item) {
    return stock.getOrDefault(item, 0);
  }

  synchronized Map<String, Integer> stock() {
    return Map.copyOf(stock);
  }
}
