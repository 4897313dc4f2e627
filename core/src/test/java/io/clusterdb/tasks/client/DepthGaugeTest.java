package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DepthGaugeTest {
  /** Whatever the broker had when it was asked, nothing that is on its way is left out. */
  @Test
  void neverEstimatesLessThanThereIs() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      DepthGauge gauge = new DepthGauge();
      long taken = 0;
      long arrived = 0;
      for (int step = 0; step < 500; step++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            gauge.take();
            taken++;
          }
          case 2 -> {
            if (arrived < taken) {
              arrived++;
              gauge.settle();
            }
          }
          default -> {
            long mark = gauge.mark();
            int meanwhile = random.nextInt(3);
            for (int i = 0; i < meanwhile && arrived < taken; i++) {
              arrived++;
              gauge.settle();
            }
            gauge.measured(arrived, mark);
          }
        }
        assertThat(gauge.estimate())
            .as("seed %d step %d", seed, step)
            .isGreaterThanOrEqualTo(taken);
      }
      gauge.measured(arrived, gauge.mark());
      assertThat(gauge.estimate()).as("seed %d", seed).isEqualTo(taken);
    }
  }
}
