package io.clusterdb.tasks.examples.orders;

import java.util.HashMap;
import java.util.Map;

/**
 * Stands for a bank. It takes an order's id as the key that makes a payment happen once, which is
 * what to ask of every system that a job pays, mails or books with.
 */
final class Bank {
  /** Try again: the simple name of an exception is the name that a retry policy matches. */
  static final class TransientError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransientError(String message) {
      super(message);
    }
  }

  private final Map<String, Integer> payments = new HashMap<>();
  private int busy;

  /** Refuses the next few payments, as banks do now and then. */
  synchronized void busyFor(int payments) {
    busy = payments;
  }

  synchronized void pay(Order order) {
    if (busy > 0) {
      busy--;
      throw new TransientError("the bank is busy");
    }
    payments.putIfAbsent(order.id(), order.cents());
  }

  synchronized void refund(Order order) {
    payments.remove(order.id());
  }

  /** What was paid and not refunded, in cents. */
  synchronized int balance() {
    return payments.values().stream().mapToInt(Integer::intValue).sum();
  }
}
