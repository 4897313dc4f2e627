package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.TurnBudget;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnBudgetTest {
  private final AtomicLong nanos = new AtomicLong(-7);

  @Test
  void endsAfterItsJobs() {
    TurnBudget budget = new TurnBudget(2, 100, nanos::get);
    assertThat(budget.take()).isTrue();
    assertThat(budget.take()).isTrue();
    assertThat(budget.take()).isFalse();
  }

  @Test
  void endsAfterItsTime() {
    TurnBudget budget = new TurnBudget(10, 100, nanos::get);
    assertThat(budget.take()).isTrue();
    nanos.addAndGet(99);
    assertThat(budget.take()).isTrue();
    nanos.addAndGet(1);
    assertThat(budget.take()).isFalse();
  }

  @Test
  void oneJobAlwaysFits() {
    TurnBudget budget = new TurnBudget(0, 0, nanos::get);
    assertThat(budget.take()).isTrue();
    assertThat(budget.take()).isFalse();
  }
}
