package io.clusterdb.tasks.orchestrator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a change of some settings makes of a queue. */
class QueuePatchTest {
  private static final Queue BEFORE =
      Queue.named("mails")
          .concurrency(10)
          .partitions(12)
          .rateLimit(RateLimit.perSecond(50).burst(5))
          .retry(RetryPolicy.fixed(Duration.ofSeconds(3)).maxAttempts(5))
          .deadLetter(DeadLetter.to("lost").afterAttempts(4))
          .tracking(Tracking.OUTCOMES)
          .middleware(new DeclaredMiddleware.Timeout(Duration.ofMinutes(1)))
          .build();

  private static Queue patched(String body) throws JsonProcessingException {
    return QueuePatch.read("mails", (ObjectNode) Json.mapper().readTree(body)).of(BEFORE);
  }

  @Test
  void whatIsNotNamedStays() throws JsonProcessingException {
    assertThat(patched("{\"concurrency\": 20}"))
        .isEqualTo(BEFORE.toBuilder().concurrency(20).build());
    assertThat(patched("{}")).isEqualTo(BEFORE);
  }

  @Test
  void nullMeansTheDefault() throws JsonProcessingException {
    Queue after = patched("{\"rate_limit\": null, \"concurrency\": null}");
    assertThat(after.rateLimit()).isNull();
    assertThat(after.concurrency()).isEqualTo(Queue.named("mails").build().concurrency());
  }

  @Test
  void aPolicyIsReplacedAsAWhole() throws JsonProcessingException {
    assertThat(
            patched("{\"retry_policy\": {\"max_attempts\": 9, \"on_errors\": [\"Busy\"]}}").retry())
        .isEqualTo(RetryPolicy.DEFAULT.maxAttempts(9).onErrors("Busy"));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> patched("{\"partitions\": 20}"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("concurrency, max_depth")
        .hasMessageContaining("\"partitions\"");
    assertThatThrownBy(() -> patched("{\"concurrency\": 0}"))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("concurrency from 1");
    assertThatThrownBy(() -> patched("{\"retry_policy\": {\"max_attempts\": 2}}"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("dead_letter.after_attempts of at most max_attempts (2)");
  }
}
