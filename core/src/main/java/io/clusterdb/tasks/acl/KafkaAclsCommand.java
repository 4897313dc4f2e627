package io.clusterdb.tasks.acl;

import io.clusterdb.tasks.acl.Rule.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes rules as commands of Kafka's own tool, for a POSIX shell. Pure.
 *
 * @param bootstrap the brokers
 * @param commandConfig the file with the properties of the tool's client; null for none
 */
public record KafkaAclsCommand(String bootstrap, @Nullable String commandConfig) {
  /** One line that grants the rule to the principal, such as {@code User:orders}. */
  public String add(String principal, Rule rule) {
    List<String> words = new ArrayList<>(List.of("kafka-acls.sh", "--bootstrap-server"));
    words.add(quoted(bootstrap));
    if (commandConfig != null) {
      words.add("--command-config");
      words.add(quoted(commandConfig));
    }
    words.add("--add");
    words.add("--allow-principal");
    words.add(quoted(principal));
    for (Operation operation : rule.operations()) {
      words.add("--operation");
      words.add(kafkaName(operation));
    }
    words.add("--" + rule.resource().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    words.add(quoted(rule.name()));
    words.add("--resource-pattern-type");
    words.add(rule.prefixed() ? "prefixed" : "literal");
    return String.join(" ", words);
  }

  /** An operation as Kafka's tool writes it, such as {@code DescribeConfigs}. */
  public static String kafkaName(Operation operation) {
    return Arrays.stream(operation.name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
