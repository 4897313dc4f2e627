package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.cli.LineReader.Line;
import io.clusterdb.tasks.codec.Json;
import java.util.Optional;

/** What a line of input is: a job, nothing, or an error. */
sealed interface JobLine {
  /** A job's payload. */
  record Job(Payload payload) implements JobLine {}

  /** A line that asks for no job. */
  record Nothing() implements JobLine {}

  /** A line that is not what it should be. */
  record Bad(String reason) implements JobLine {}

  /** Reads lines of NDJSON: each holds one JSON value, which is the payload; blank ones do not. */
  static JobLine ofJson(Line line) {
    return switch (line) {
      case Line.Bad bad -> new Bad(bad.reason());
      case Line.Text text -> {
        // Some editors put a byte order mark before the first line.
        String json =
            text.number() == 1 && text.text().startsWith("\uFEFF")
                ? text.text().substring(1)
                : text.text();
        if (json.isBlank()) {
          yield new Nothing();
        }
        Optional<String> problem = JsonText.problem(json);
        yield problem.isPresent() ? new Bad(problem.get()) : new Job(Payload.json(json.strip()));
      }
    };
  }

  /** Takes each line as it is for the payload, as a JSON string; an empty one is a job too. */
  static JobLine ofText(Line line) {
    return switch (line) {
      case Line.Bad bad -> new Bad(bad.reason());
      case Line.Text text -> {
        try {
          yield new Job(Payload.json(Json.mapper().writeValueAsString(text.text())));
        } catch (JsonProcessingException e) {
          yield new Bad(e.getOriginalMessage());
        }
      }
    };
  }
}
