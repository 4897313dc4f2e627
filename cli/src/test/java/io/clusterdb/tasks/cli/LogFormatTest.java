package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private static final JsonTemplateLayout LINE =
      JsonTemplateLayout.newBuilder()
          .setConfiguration(new DefaultConfiguration())
          .setEventTemplateUri("classpath:io/clusterdb/tasks/cli/log-line.json")
          .build();

  @Test
  void isTextUnlessSaidOtherwise() {
    assertThat(of(Map.of())).isEqualTo(LogFormat.TEXT);
    assertThat(of(Map.of("TASKS_LOG_FORMAT", "json"))).isEqualTo(LogFormat.JSON);
    assertThat(of(Map.of(), "worker", "--log-format", "json")).isEqualTo(LogFormat.JSON);
    assertThat(of(Map.of("TASKS_LOG_FORMAT", "json"), "--log-format=text"))
        .isEqualTo(LogFormat.TEXT);
    assertThat(of(Map.of(), "--", "--log-format=json")).isEqualTo(LogFormat.TEXT);
    assertThat(of(Map.of(), "--log-format")).isEqualTo(LogFormat.TEXT);
  }

  private static LogFormat of(Map<String, String> environment, String... arguments) {
    return LogFormat.of(arguments, environment);
  }

  @Test
  void aLineIsOneObjectWhateverIsInIt() throws IOException {
    SortedArrayStringMap context = new SortedArrayStringMap();
    context.putValue("job_id", "job-1\n");
    context.putValue("trace_id", "0af7");
    context.putValue("other", "not shown");
    String line =
        LINE.toSerializable(
            event("two\nlines \"quoted\"")
                .setContextData(context)
                .setThrown(new IllegalStateException("no\nway"))
                .build());
    assertThat(line.strip()).doesNotContain("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("message").asText()).isEqualTo("two\nlines \"quoted\"");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("timestamp").asText()).isEqualTo("2026-11-26T04:07:03.325Z");
    assertThat(json.get("job_id").asText()).isEqualTo("job-1\n");
    assertThat(json.get("trace_id").asText()).isEqualTo("0af7");
    assertThat(json.get("error_type").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(json.get("error_message").asText()).isEqualTo("no\nway");
    assertThat(json.get("stack_trace").asText()).contains("LogFormatTest");
    assertThat(json.has("other")).isFalse();
  }

  @Test
  void whatIsNotThereIsLeftOut() throws IOException {
    JsonNode json = new ObjectMapper().readTree(LINE.toSerializable(event("plain").build()));
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("timestamp", "level", "logger", "thread", "message");
  }

  private static Log4jLogEvent.Builder event(String message) {
    return Log4jLogEvent.newBuilder()
        .setLoggerName("io.clusterdb.tasks.job.Mail")
        .setLevel(Level.WARN)
        .setThreadName("main")
        .setTimeMillis(1_795_666_023_325L)
        .setMessage(new SimpleMessage(message));
  }
}
