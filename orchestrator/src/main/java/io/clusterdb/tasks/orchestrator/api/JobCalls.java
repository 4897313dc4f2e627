package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.ProblemException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What calls say of the jobs that they ask for. */
final class JobCalls {
  /** The parameters of a list. */
  static final String[] LIST = {"queue", "state", "type", "from", "to", "meta.", "limit", "cursor"};

  private static final String METADATA = "meta.";
  private static final int LIMIT = 50;

  private JobCalls() {}

  static JobFilter filter(HttpCall call) {
    JobFilter filter =
        JobFilter.all()
            .queue(call.query("queue").orElse(null))
            .states(states(call.query("state").orElse("")))
            .type(call.query("type").orElse(null))
            .from(call.time("from").orElse(null))
            .to(call.time("to").orElse(null));
    for (Map.Entry<String, String> each : call.queryAll(METADATA).entrySet()) {
      filter = filter.metadata(each.getKey(), each.getValue());
    }
    return filter;
  }

  static int limit(HttpCall call) {
    return call.number("limit", LIMIT, 1, PageRequest.MOST);
  }

  /** The query as it was sent, without its question mark. */
  static String query(HttpCall call) {
    String target = call.target();
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  private static Set<JobState> states(String text) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    for (String name : text.split(",", -1)) {
      if (!name.isBlank()) {
        states.add(state(name.strip()));
      }
    }
    return states;
  }

  private static JobState state(String name) {
    try {
      return JobState.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "expected states of %s, with commas between them, for the query parameter state, found \"%s\"."
              .formatted(EnumSet.allOf(JobState.class), name));
    }
  }
}
