package io.clusterdb.tasks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /health/live} (200 unless a part has failed for good) and {@code /health/ready}
 * (200 once every part serves) with the state of each part; 503 says not. Nobody is asked for a
 * token.
 */
public final class HealthResource implements HttpResource {
  private final Supplier<Report> reports;

  /** Asks for a report at each call, on the call's thread. */
  public HealthResource(Supplier<Report> reports) {
    this.reports = reports;
  }

  /**
   * How a service is.
   *
   * @param live false if only a restart can help
   * @param ready whether it serves
   * @param parts the state of each part, by name: a word, or a map that says more, such as how much
   *     is restored
   * @param reason why it is not ready, in a sentence; null if it is, or the parts say it all
   */
  public record Report(boolean live, boolean ready, Map<String, ?> parts, @Nullable String reason) {
    /** One whose parts say it all. */
    public Report(boolean live, boolean ready, Map<String, ?> parts) {
      this(live, ready, parts, null);
    }
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/health/live", call -> answer(true)).open(true),
        Endpoint.get("/health/ready", call -> answer(false)).open(true));
  }

  private Answer answer(boolean live) {
    Report report = reports.get();
    boolean well = live ? report.live() : report.ready();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("status", well ? "up" : "down");
    document.put("parts", report.parts());
    if (!well && report.reason() != null) {
      document.put("reason", report.reason());
    }
    return Answer.bytes(well ? 200 : 503, "application/json", bytes(document));
  }

  private static byte[] bytes(Map<String, Object> document) {
    try {
      return Json.MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
