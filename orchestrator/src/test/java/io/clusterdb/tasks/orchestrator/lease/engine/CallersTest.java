package io.clusterdb.tasks.orchestrator.lease.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.orchestrator.lease.engine.Callers.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallersTest {
  private final Callers<String> callers = new Callers<>();

  @Test
  void nothingIsTakenWhileNobodyWaits() {
    assertThat(callers.take()).isFalse();
    assertThat(callers.wants()).isFalse();
  }

  @Test
  void asManyAreTakenAsCallersWant() {
    callers.arrive(2);
    callers.arrive(1);
    assertThat(List.of(callers.take(), callers.take(), callers.take(), callers.take()))
        .containsExactly(true, true, true, false);
    assertThat(callers.wants()).isFalse();
  }

  @Test
  void theFirstToComeIsServedFirst() {
    Caller<String> first = callers.arrive(1);
    Caller<String> second = callers.arrive(1);
    callers.take();
    give("a");
    callers.take();
    give("b");
    assertThat(callers.leave(first)).containsExactly("a");
    assertThat(callers.leave(second)).containsExactly("b");
    assertThat(callers.isEmpty()).isTrue();
  }

  @Test
  void aPlaceThatIsGivenBackIsTakenAgain() {
    callers.arrive(1);
    callers.take();
    assertThat(callers.take()).isFalse();
    callers.giveBack();
    assertThat(callers.take()).isTrue();
  }

  @Test
  void whatWasTakenForOneThatLeftGoesToTheNext() {
    Caller<String> first = callers.arrive(1);
    callers.take();
    assertThat(first.expects()).isTrue();
    assertThat(callers.leave(first)).isEmpty();
    Caller<String> second = callers.arrive(1);
    give("a");
    assertThat(second.got()).containsExactly("a");
    assertThat(second.full()).isTrue();
  }

  @Test
  void whatWasTakenForOneThatLeftIsForNobodyIfNobodyWaits() {
    Caller<String> caller = callers.arrive(1);
    callers.take();
    callers.leave(caller);
    assertThat(callers.next()).isEmpty();
    callers.giveBack();
    assertThat(callers.take()).isFalse();
  }

  @Test
  void refusesACallerThatWantsNothing() {
    assertThatThrownBy(() -> callers.arrive(0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever comes and goes: nobody gets more than it wants, and no place is lost. */
  @Test
  void keepsPlacesInAnyOrderOfEvents() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Callers<String> desk = new Callers<>();
      List<Caller<String>> waiting = new ArrayList<>();
      List<Integer> wishes = new ArrayList<>();
      int onTheWay = 0;
      for (int step = 0; step < 200; step++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            int most = 1 + random.nextInt(3);
            waiting.add(desk.arrive(most));
            wishes.add(most);
          }
          case 1 -> onTheWay += desk.take() ? 1 : 0;
          case 2 -> {
            if (onTheWay > 0) {
              onTheWay--;
              desk.next().ifPresent(caller -> desk.give(caller, "job"));
            }
          }
          case 3 -> {
            if (onTheWay > 0) {
              onTheWay--;
              desk.giveBack();
            }
          }
          default -> {
            if (!waiting.isEmpty()) {
              int index = random.nextInt(waiting.size());
              desk.leave(waiting.remove(index));
              wishes.remove(/* index */ index);
            }
          }
        }
        for (int i = 0; i < waiting.size(); i++) {
          assertThat(waiting.get(i).got().size())
              .as("seed %d, step %d", seed, step)
              .isLessThanOrEqualTo(wishes.get(i));
        }
      }
      while (onTheWay-- > 0) {
        desk.giveBack();
      }
      waiting.forEach(desk::leave);
      desk.arrive(1);
      assertThat(desk.take()).as("seed %d", seed).isTrue();
    }
  }

  private void give(String job) {
    callers.give(callers.next().orElseThrow(), job);
  }
}
