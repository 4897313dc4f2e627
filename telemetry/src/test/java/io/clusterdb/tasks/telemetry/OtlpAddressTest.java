package io.clusterdb.tasks.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.TraceExporter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OtlpAddressTest {
  @Test
  void isTheCollectorOfThisMachineUnlessSaidOtherwise() {
    assertThat(url(TraceExporter.otlp(), Map.of())).isEqualTo("http://localhost:4318/v1/traces");
  }

  @Test
  void followsTheVariablesOfOpenTelemetry() {
    String all = "OTEL_EXPORTER_OTLP_ENDPOINT";
    String traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    assertThat(url(TraceExporter.otlp(), Map.of(all, "http://c:1/")))
        .isEqualTo("http://c:1/v1/traces");
    assertThat(url(TraceExporter.otlp(), Map.of(all, "http://c:1", traces, "http://t:2/x")))
        .isEqualTo("http://t:2/x");
  }

  @Test
  void prefersTheConfigurationAndKeepsItsPath() {
    Map<String, String> environment = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1");
    assertThat(url(TraceExporter.otlp("https://own:4318"), environment))
        .isEqualTo("https://own:4318/v1/traces");
    assertThat(url(TraceExporter.otlp("https://own/otlp/traces"), environment))
        .isEqualTo("https://own/otlp/traces");
  }

  @Test
  void takesHeadersFromBothAndShowsNoneOfTheirValues() {
    OtlpAddress address =
        OtlpAddress.of(
            TraceExporter.otlp().header("b", "own"),
            Map.of("OTEL_EXPORTER_OTLP_HEADERS", "a=s%3Dcret, b=other,c"));
    assertThat(address.headers()).containsOnly(Map.entry("a", "s=cret"), Map.entry("b", "own"));
    assertThat(address.toString()).doesNotContain("cret");
    assertThat(TraceExporter.otlp().header("b", "own").toString()).doesNotContain("own");
  }

  @Test
  void compressesWhereTheEnvironmentSaysSo() {
    String variable = "OTEL_EXPORTER_OTLP_COMPRESSION";
    assertThat(OtlpAddress.of(TraceExporter.otlp(), Map.of()).compression()).isEqualTo("none");
    assertThat(OtlpAddress.of(TraceExporter.otlp(), Map.of(variable, "gzip")).compression())
        .isEqualTo("gzip");
  }

  @Test
  void namesWhatIsWrongWithAnAddressOfTheEnvironment() {
    OtlpAddress address =
        OtlpAddress.of(
            TraceExporter.otlp(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"));
    assertThatThrownBy(address::exporter)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("collector:4318");
  }

  private static String url(TraceExporter.Otlp wanted, Map<String, String> environment) {
    return OtlpAddress.of(wanted, environment).url();
  }
}
