package io.clusterdb.tasks.schemas;

import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;

/** Under which subject of the registry a topic's schema is kept: Confluent's three strategies. */
enum SubjectNames {
  /** {@code <topic>-value} or {@code <topic>-key}: one type of record a topic. */
  TOPIC_NAME {
    @Override
    String subject(String topic, boolean key, Schema schema) {
      return topic + (key ? "-key" : "-value");
    }
  },
  /** The record's full name, whatever the topic. */
  RECORD_NAME {
    @Override
    String subject(String topic, boolean key, Schema schema) {
      return schema.getFullName();
    }
  },
  /** {@code <topic>-<full name>}: several types of record in one topic. */
  TOPIC_RECORD_NAME {
    @Override
    String subject(String topic, boolean key, Schema schema) {
      return topic + "-" + schema.getFullName();
    }
  };

  private static final Map<String, SubjectNames> BY_NAME =
      Map.of(
          "topicnamestrategy", TOPIC_NAME,
          "recordnamestrategy", RECORD_NAME,
          "topicrecordnamestrategy", TOPIC_RECORD_NAME);

  abstract String subject(String topic, boolean key, Schema schema);

  /** Takes Confluent's class names, with or without their package. */
  static SubjectNames parse(String property, Object value) {
    String name = value instanceof Class<?> type ? type.getName() : value.toString();
    String simple = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    SubjectNames found = BY_NAME.get(simple);
    if (found == null) {
      throw SerdeConfig.invalid(
          property, "TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy", name);
    }
    return found;
  }
}
