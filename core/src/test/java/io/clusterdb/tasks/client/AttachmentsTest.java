package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private final Attachments attachments = new Attachments();

  @Test
  void partsCloseSideBySide() {
    CountDownLatch both = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      attachments.add(
          () -> {
            both.countDown();
            both.await(); // for ever, if one waited for the other
          });
    }
    attachments.closeAll();
    assertThat(both.getCount()).isZero();
  }

  @Test
  void onePartsFailureLeavesTheOthers() {
    AtomicInteger closed = new AtomicInteger();
    attachments.add(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    attachments.add(closed::incrementAndGet);
    attachments.closeAll();
    attachments.closeAll();
    assertThat(closed).hasValue(1);
  }

  @Test
  void whatWasDetachedIsLeftAlone() {
    AtomicInteger closed = new AtomicInteger();
    AutoCloseable part = closed::incrementAndGet;
    attachments.add(part);
    attachments.remove(part);
    attachments.closeAll();
    assertThat(closed).hasValue(0);
  }
}
