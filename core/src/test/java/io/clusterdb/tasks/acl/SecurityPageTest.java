package io.clusterdb.tasks.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.topic.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the rights in docs/security.md to the roles; {@code -Ddocs.write=true} writes them anew.
 */
class SecurityPageTest {
  private static final Path PAGE = Path.of("..", "docs", "security.md");
  private static final String START = "<!-- acls: written by SecurityPageTest -->\n";
  private static final String END = "<!-- end of acls -->\n";

  @Test
  void theRightsAreThoseOfTheRoles() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(START) + START.length();
    int to = page.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      page = page.substring(0, from) + table() + page.substring(to);
      Files.writeString(PAGE, page);
      to = page.indexOf(END);
    }

    assertThat(page.substring(from, to)).isEqualTo(table());
  }

  private static String table() {
    Acls acls =
        new Acls(
            new TopicNames(TasksConfig.DEFAULT_PREFIX), List.of(Queue.named("emails").build()));
    StringBuilder table = new StringBuilder("\n| role | on | may | for |\n|---|---|---|---|\n");
    for (Role role : Role.values()) {
      String name = "**" + role.text() + "**: " + role.meaning();
      for (Rule rule : acls.of(role)) {
        table.append(
            "| %s | %s `%s%s` | %s | %s |\n"
                .formatted(
                    name,
                    rule.resource().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    rule.name(),
                    rule.prefixed() ? "*" : "",
                    rule.operations().stream()
                        .map(KafkaAclsCommand::kafkaName)
                        .collect(Collectors.joining(", ")),
                    rule.why()));
        name = "";
      }
    }
    return table.append("\n").toString();
  }
}
