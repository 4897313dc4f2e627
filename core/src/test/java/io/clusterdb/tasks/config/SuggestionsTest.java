package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> WORDS =
      List.of("concurrency", "max_attempts", "on_errors", "high", "low");

  @ParameterizedTest
  @CsvSource({
    "concurency, concurrency",
    "concurrecny, concurrency",
    "Concurrency, concurrency",
    "maxAttempts, max_attempts",
    "max-attempts, max_attempts",
    "on_error, on_errors",
    "hihg, high",
  })
  void findsTheWordThatWasMeant(String found, String meant) {
    assertThat(Suggestions.nearest(found, WORDS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"timeout", "h", "___", "concurrently_speaking"})
  void suggestsNothingWhereNothingIsNear(String found) {
    assertThat(Suggestions.nearest(found, WORDS)).isEmpty();
  }

  @Test
  void countsASwapOfNeighboursAsOneEdit() {
    assertThat(Suggestions.distance("ab", "ba")).isEqualTo(1);
    assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
  }
}
