package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.WorkflowEventInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells the history of a run in sentences. Used for one history. */
final class WorkflowStory {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int LONGEST = 160;

  private final ZoneId zone;
  private final Map<String, Instant> starts = new HashMap<>();
  private @Nullable Instant begin;

  WorkflowStory(ZoneId zone) {
    this.zone = zone;
  }

  /** The lines of a history. */
  List<String> lines(List<WorkflowEventInfo> events) {
    return events.stream().map(this::line).filter(Objects::nonNull).toList();
  }

  private @Nullable String line(WorkflowEventInfo event) {
    begin = begin == null ? event.at() : begin;
    String sentence = sentence(event);
    return sentence == null
        ? null
        : "%s  +%s  %s"
            .formatted(
                TIME.withZone(zone).format(event.at()),
                WorkflowDrawing.time(Duration.between(begin, event.at())),
                TextTable.printable(sentence));
  }

  private @Nullable String sentence(WorkflowEventInfo event) {
    String task = event.task() == null ? "" : event.task();
    return switch (event.kind()) {
      case "RUN_STARTED" -> "The run started" + with(" with ", event.data()) + ".";
      case "TASK_STARTED" -> started(event, task);
      case "ITEM_SUCCEEDED" ->
          "%s: element %d returned %s."
              .formatted(task, number(event.index()), shortened(event.data()));
      case "TASK_SUCCEEDED" ->
          "%s succeeded%s%s."
              .formatted(task, after(task, event.at()), with(" and returned ", event.data()));
      case "TASK_FAILED" ->
          "%s failed%s with %s%s"
              .formatted(
                  task,
                  after(task, event.at()),
                  event.continues() ? sentence(error(event.error())) : error(event.error()),
                  event.continues() ? " The run goes on." : "");
      case "TASK_SKIPPED" ->
          event.error() == null
              ? task + " was skipped, since its condition does not hold."
              : task + " was skipped: " + error(event.error());
      case "TASK_CANCELLED" -> task + " was cancelled" + after(task, event.at()) + ".";
      default -> runSentence(event, task);
    };
  }

  private @Nullable String runSentence(WorkflowEventInfo event, String task) {
    return switch (event.kind()) {
      case "RUN_STOPPING" -> "The run stops: " + error(event.error());
      case "COMPENSATION_STARTED" ->
          "What was done is undone: " + String.join(", then ", event.tasks()) + ".";
      case "TASK_COMPENSATING" -> {
        starts.put(task, event.at());
        yield "Undoing %s%s.".formatted(task, again(event));
      }
      case "TASK_COMPENSATED" -> "%s is undone%s.".formatted(task, after(task, event.at()));
      case "TASK_COMPENSATION_FAILED" ->
          "%s could not be undone: %s".formatted(task, error(event.error()));
      case "RUN_ENDED" ->
          "The run ended %s after %s%s%s"
              .formatted(
                  event.state(),
                  WorkflowDrawing.time(Duration.between(Objects.requireNonNull(begin), event.at())),
                  with(" and returned ", event.data()),
                  event.error() == null ? "." : ": " + error(event.error()));
      case "SIGNAL_RECEIVED" -> "Signal %s came%s.".formatted(event.signal(), payload(event));
      case "SIGNAL_KEPT" ->
          "Signal %s came%s and is kept, since nobody waits for it yet."
              .formatted(event.signal(), payload(event));
      case "SIGNAL_TAKEN" -> "Signal %s had come already.".formatted(event.signal());
      case "RUN_RESUMED" -> "The run was let go on from " + String.join(", ", event.tasks()) + ".";
      case "COMPENSATION_RESUMED" -> "The run was let go on with undoing.";
      case "COMMAND_REJECTED" -> "A command was refused: " + error(event.error());
      default -> null; // Elements that begin, and who waits for the end, are no news.
    };
  }

  private String started(WorkflowEventInfo event, String task) {
    starts.put(task, event.at());
    if (event.signal() != null) {
      return "%s waits for signal %s%s.".formatted(task, event.signal(), until(event));
    }
    if (event.count() != null) {
      return "%s started for %d elements%s.".formatted(task, event.count(), again(event));
    }
    if (event.jobId() == null && event.due() != null) {
      return "%s sleeps%s.".formatted(task, until(event));
    }
    return "%s started%s.".formatted(task, again(event));
  }

  private String until(WorkflowEventInfo event) {
    return event.due() == null ? "" : " until " + TIME.withZone(zone).format(event.due());
  }

  private static String again(WorkflowEventInfo event) {
    int attempt = number(event.attempt());
    return attempt > 1 ? " again (start %d)".formatted(attempt) : "";
  }

  private String after(String task, Instant at) {
    Instant start = starts.get(task);
    return start == null ? "" : " after " + WorkflowDrawing.time(Duration.between(start, at));
  }

  private static String payload(WorkflowEventInfo event) {
    return with(" with ", event.data());
  }

  private static String with(String word, @Nullable JsonNode data) {
    return data == null || data.isNull() ? "" : word + shortened(data);
  }

  private static String shortened(@Nullable JsonNode data) {
    String text = String.valueOf(data);
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }

  private static String error(@Nullable JobFailure error) {
    return error == null ? "no reason was given." : error.type() + ": " + error.message();
  }

  private static String sentence(String text) {
    return text.matches("(?s).*[.!?]") ? text : text + ".";
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
