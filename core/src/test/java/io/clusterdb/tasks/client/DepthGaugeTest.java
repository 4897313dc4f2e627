package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DepthGaugeTest {
  /** A measurement is off by no more than what arrived or was settled while it was under way. */
  @Test
  void isOffByWhatHappenedDuringTheMeasurementOnly() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      DepthGauge gauge = new DepthGauge();
      long taken = 0;
      long arrived = 0;
      long settled = 0;
      long fuzz = 0;
      for (int step = 0; step < 500; step++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            gauge.take();
            taken++;
          }
          case 2 -> arrived += arrived < taken ? 1 : 0;
          case 3 -> {
            if (settled < arrived) {
              settled++;
              gauge.settle();
            }
          }
          default -> {
            long answer = arrived;
            for (int i = random.nextInt(3); i > 0 && arrived < taken; i--) {
              arrived++;
            }
            for (int i = random.nextInt(3); i > 0 && settled < arrived; i--) {
              settled++;
              gauge.settle();
            }
            gauge.measured(answer);
            fuzz = Math.abs(answer - settled);
          }
        }
        assertThat(Math.abs(gauge.estimate() - taken))
            .as("seed %d step %d", seed, step)
            .isLessThanOrEqualTo(fuzz);
      }
    }
  }
}
