package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.schemas.Registrations.Target;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatientRegistrationsTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void asksAgainAfterTheIntervalAndNotBefore() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      for (int i = 0; i < 2; i++) {
        registry.next.add(FakeRegistry.error(409, 409, "no"));
      }
      SerdeConfig config = SerdeConfig.parse(Map.of("schema.registry.url", registry.url()), false);
      try (RegistryClient client = new RegistryClient(config)) {
        PatientRegistrations patient =
            new PatientRegistrations(new Registrations(config, client), nanos::get);
        Target target = new Target("tasks.events", Records.event().getSchema());

        assertThat(patient.get(target)).isNull();
        assertThat(patient.get(target)).isNull();
        assertThat(registry.requests).hasSize(1);

        nanos.addAndGet(PatientRegistrations.RETRY_INTERVAL.toNanos());
        await().until(() -> patient.get(target) == null && registry.requests.size() == 2);

        nanos.addAndGet(PatientRegistrations.RETRY_INTERVAL.toNanos());
        await().until(() -> patient.get(target) != null);
        assertThat(registry.requests).hasSize(3);
      }
    }
  }
}
