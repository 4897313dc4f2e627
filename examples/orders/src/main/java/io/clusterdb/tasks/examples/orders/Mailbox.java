package io.clusterdb.tasks.examples.orders;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stands for a mail service; one mail for each key, however often it is sent. */
final class Mailbox {
  private final Map<String, String> sent = new LinkedHashMap<>();

  synchronized void send(String key, String text) {
    sent.putIfAbsent(key, text);
  }

  synchronized List<String> sent() {
    return List.copyOf(sent.values());
  }
}
