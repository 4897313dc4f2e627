package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.TasksConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("NAME", "value", "SERVERS", "a:1,b:2", "NONE", "", "NESTED", "${NAME}", "N", "7");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${NAME}|value",
        "a${NAME}b${NAME}|avaluebvalue",
        "${MISSING:default}|default",
        "${NAME:default}|value",
        "${MISSING:a:b, [c] #d}|a:b, [c] #d",
        "${NESTED}|${NAME}",
        "$${NAME}|${NAME}",
        "$${NAME} ${NAME}|${NAME} value",
        "$NAME $5|$NAME $5",
        "x}|x}",
      })
  void fillsInValues(String text, String expected) {
    for (String yaml : new String[] {"p: " + text, "p: \"" + text + "\"", "p: '" + text + "'"}) {
      assertThat(property(yaml)).isEqualTo(expected);
    }
  }

  private static String property(String yaml) {
    String text = "kafka:\n  properties:\n    " + yaml + "\n";
    return String.valueOf(ConfigFile.parse("f", text, ENVIRONMENT).kafkaProperties().get("p"));
  }

  @Test
  void fillsInWithinBraces() {
    TasksConfig config =
        ConfigFile.parse(
            "f",
            "kafka: { bootstrap: ${SERVERS}, properties: { p: ${MISSING:x:y} } }",
            ENVIRONMENT);

    assertThat(config.bootstrap()).isEqualTo("a:1,b:2");
    assertThat(config.kafkaProperties()).containsEntry("p", "x:y");
  }

  @Test
  void typesAreThoseOfTheFilledInValue() {
    TasksConfig config =
        ConfigFile.parse(
            "f",
            "tasks: { queues: { q: { concurrency: ${N}, max_depth: ${N}000, timeout: ${T:5m},"
                + " priorities: [ ${LANE:high} ], rate_limit: ${NONE} } } }",
            ENVIRONMENT);

    assertThat(config.queues())
        .containsExactly(
            Yaml.queue("concurrency: 7, max_depth: 7000, timeout: 5m, priorities: [ high ]")
                .toBuilder()
                .build());
  }

  @Test
  void saysWhichVariableIsMissingAndWhere() {
    assertThat(
            Yaml.problems(
                """
                kafka:
                  bootstrap: ${KAFKA_BOOSTRAP}
                  properties: { a: "${NOT_THERE}", b: "${NAME", c: "${not a name}" }
                tasks: { queues: { q: { concurrency: ${COUNT} } } }
                """,
                Map.of("KAFKA_BOOTSTRAP", "a:1")))
        .containsExactly(
            "tasks.yaml:2:14: kafka.bootstrap: expected the environment variable KAFKA_BOOSTRAP,"
                + " found none; did you mean \"KAFKA_BOOTSTRAP\"?",
            "tasks.yaml:3:20: kafka.properties.a: expected the environment variable NOT_THERE,"
                + " found none; set it or write ${NOT_THERE:default}",
            "tasks.yaml:3:39: kafka.properties.b: expected } after ${; a literal ${ is written $${",
            "tasks.yaml:3:52: kafka.properties.c: expected a variable's name in ${…}, found"
                + " \"not a name\"; a literal ${ is written $${",
            "tasks.yaml:4:38: tasks.queues.q.concurrency: expected the environment variable COUNT,"
                + " found none; set it or write ${COUNT:default}");
  }

  @Test
  void secretsAreNotInTheConfigurationsText() {
    TasksConfig config =
        ConfigFile.parse("f", "kafka: { properties: { ssl.key.password: s3cret } }", Map.of());

    assertThat(config.toString()).contains("ssl.key.password").doesNotContain("s3cret");
  }
}
