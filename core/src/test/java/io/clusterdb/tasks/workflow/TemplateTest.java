package io.clusterdb.tasks.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.codec.Json;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final JsonNode INPUT =
      Json.exact(
          "{\"id\": 7, \"price\": 1.10, \"vip\": true, \"none\": null, \"name\": \"Ann\","
              + " \"list\": [{\"a\": 1}, {\"a\": 2}], \"odd key\": 3}");

  private final Scope scope =
      new Scope() {
        @Override
        public @Nullable JsonNode root(String name) {
          return name.equals("input") ? INPUT : null;
        }

        @Override
        public @Nullable JsonNode task(String task, String field) {
          return task.equals("a-b") && field.equals("output") ? INPUT : null;
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{input.id}}                         # 7",
        "{{ input.price }}                    # 1.10",
        "{{input.vip}}                        # true",
        "{{input.none}}                       # null",
        "{{input.list}}                       # [{\"a\":1},{\"a\":2}]",
        "{{input.list[1].a}}                  # 2",
        "{{input.list[-1].a}}                 # 2",
        "{{input['odd key']}}                 # 3",
        "{{tasks.a-b.output.list[0].a}}       # 1",
        "{{input.id}} for {{input.name}}      # \"7 for Ann\"",
        "no reference                         # \"no reference\"",
        "{{'{{'}}x                            # \"{{x\"",
      })
  void keepsTypesAndFindsPaths(String line) throws TemplateException {
    String[] parts = line.split(" +# ", 2);
    assertThat(resolve(parts[0])).hasToString(parts[1]);
  }

  @Test
  void takesDefaultsOfAnyTypeWhereAPathLeadsNowhere() throws TemplateException {
    assertThat(resolve("{{input.x | default: 5}}")).hasToString("5");
    assertThat(resolve("{{input.x.y|default: {\"a\": {}}}}")).hasToString("{\"a\":{}}");
    assertThat(resolve("{{input.x | default: 'it | is'}}")).hasToString("\"it | is\"");
    assertThat(resolve("{{input.id | default: 5}}")).hasToString("7");
    assertThat(resolve("{{input.none | default: 5}}")).hasToString("null");
  }

  @Test
  void namesThePathThatLeadsNowhere() {
    assertThatThrownBy(() -> resolve("{{input.list[9].a}}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("{{input.list[9].a}}")
        .hasMessageContaining("found none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{input.a", "{{}}", "{{.a}}", "{{a..b}}", "{{a | b}}", "{{a[x]}}"})
  void refusesWhatIsNoReference(String text) {
    assertThatThrownBy(() -> Template.of(TextNode.valueOf(text)))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("expected ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.id > 5 && input.id <= 7",
        "{{input.name}} == 'Ann'",
        "input.price == 1.1",
        "!(input.id < 3) && input.vip",
        "input.missing || input.list",
        "input.missing == null",
        "!input.none",
        "input.name != \"Bob\" && (false || true)"
      })
  void conditionsHold(String text) throws TemplateException {
    assertThat(Condition.of(text).test(scope)).isTrue();
    assertThat(Condition.of("!(" + text + ")").test(scope)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "input.a >", "(input.a", "input.a input.b", "&& true", "1 = 1"})
  void refusesWhatIsNoCondition(String text) {
    assertThatThrownBy(() -> Condition.of(text)).isInstanceOf(TemplateException.class);
  }

  @Test
  void versionsAreOrderedByTheirNumbers() {
    assertThat(Stream.of("1.10", "2", "1.9", "1.0", "1.9-beta", "10").sorted(VersionOrder.INSTANCE))
        .containsExactly("1.0", "1.9", "1.9-beta", "1.10", "2", "10");
  }

  private JsonNode resolve(String text) throws TemplateException {
    return Template.of(TextNode.valueOf(text)).resolve(scope);
  }
}
