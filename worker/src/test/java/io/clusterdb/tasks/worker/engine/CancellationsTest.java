package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.worker.engine.Cancellations.Cancellation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CancellationsTest {
  private final Cancellations cancellations = new Cancellations(3);

  private static Cancellation command(String id, String job, @Nullable String run, long at) {
    return new Cancellation(id, job, run, at, null);
  }

  @Test
  void nothingIsCancelledWithoutACommand() {
    assertThat(cancellations.of("job", "run", 0)).isNull();
    assertThat(cancellations.version()).isZero();
  }

  @Test
  void aCommandWithoutARunMeansWhatWasThereWhenItWasAsked() {
    Cancellation command = command("c", "job", null, 100);
    cancellations.add(command);
    assertThat(cancellations.of("job", "any", 99)).isEqualTo(command);
    assertThat(cancellations.of("job", "any", 100)).isEqualTo(command);
    assertThat(cancellations.of("job", "any", 101)).isNull();
    assertThat(cancellations.of("other", "any", 99)).isNull();
  }

  @Test
  void aCommandWithARunMeansThatRunAlone() {
    Cancellation command = command("c", "job", "mine", 100);
    cancellations.add(command);
    assertThat(cancellations.of("job", "mine", 500)).isEqualTo(command);
    assertThat(cancellations.of("job", "another", 50)).isNull();
  }

  @Test
  void commandsToSeveralRunsOfAJobStandBesideEachOther() {
    cancellations.add(command("c1", "job", "first", 100));
    Cancellation second = command("c2", "job", "second", 200);
    cancellations.add(second);
    assertThat(cancellations.of("job", "first", 0)).isNotNull();
    assertThat(cancellations.of("job", "second", 0)).isEqualTo(second);
  }

  @Test
  void whereThereAreTooManyTheLongestKnownAreForgotten() {
    for (String job : new String[] {"a", "b", "c"}) {
      assertThat(cancellations.add(command("c-" + job, job, null, 100))).isNull();
    }
    cancellations.add(command("again", "a", null, 200)); // known longest no more
    assertThat(cancellations.add(command("c-d", "d", null, 100))).isEqualTo("b");
    assertThat(cancellations.of("b", "run", 0)).isNull();
    assertThat(cancellations.of("a", "run", 150)).isNotNull();
    assertThat(cancellations.of("d", "run", 0)).isNotNull();
  }

  @Test
  void commandsToOneJobAreBoundedToo() {
    for (int i = 0; i <= Cancellations.MOST_OF_A_JOB; i++) {
      cancellations.add(command("c" + i, "job", "run" + i, 100));
    }
    assertThat(cancellations.of("job", "run0", 0)).isNull();
    assertThat(cancellations.of("job", "run1", 0)).isNotNull();
    assertThat(cancellations.of("job", "run" + Cancellations.MOST_OF_A_JOB, 0)).isNotNull();
  }

  @Test
  void everyCommandIsNoticed() {
    cancellations.add(command("c", "job", null, 100));
    long before = cancellations.version();
    cancellations.add(command("d", "job", null, 100));
    assertThat(cancellations.version()).isGreaterThan(before);
  }
}
