package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputSinksTest {
  @Test
  void headKeepsTheFirstBytesAndCountsAll() {
    HeadSink head = new HeadSink(5);
    feed(head, "abc");
    feed(head, "defg");
    feed(head, "h");
    assertThat(head.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("abcde");
    assertThat(head.total()).isEqualTo(8);
  }

  @Test
  void tailKeepsTheLastBytes() {
    TailSink tail = new TailSink(5);
    feed(tail, "ab");
    assertThat(tail.text()).isEqualTo("ab");
    feed(tail, "cdef");
    assertThat(tail.text()).isEqualTo("bcdef");
    feed(tail, "0123456789");
    assertThat(tail.text()).isEqualTo("56789");
  }

  @Test
  void tailDoesNotStartWithinACharacter() {
    TailSink tail = new TailSink(4);
    feed(tail, "aé€");
    assertThat(tail.text()).isEqualTo("€");
  }

  private static void feed(Sink sink, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sink.accept(bytes, bytes.length);
  }
}
