package io.clusterdb.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AesGcmCipherTest {
  private static final byte[] CONTEXT = "a context".getBytes(UTF_8);
  private static final byte[] CLEAR = "a payload".getBytes(UTF_8);
  private static final AesGcmCipher OLD = AesGcmCipher.of("old", key(1));

  @Test
  void opensWhatItSealed() {
    byte[] sealed = OLD.seal("old", CLEAR, CONTEXT);

    assertThat(OLD.open("old", sealed, CONTEXT)).isEqualTo(CLEAR);
    assertThat(OLD.open("old", OLD.seal("old", new byte[0], CONTEXT), CONTEXT)).isEmpty();
    assertThat(sealed).hasSize(12 + CLEAR.length + 16);
    assertThat(new String(sealed, UTF_8)).doesNotContain("payload");
    assertThat(OLD.seal("old", CLEAR, CONTEXT)).isNotEqualTo(sealed);
  }

  @Test
  void sealsWithTheFirstKeyAndOpensWithAll() {
    byte[] before = OLD.seal("old", CLEAR, CONTEXT);
    AesGcmCipher rotated = AesGcmCipher.of("new", key(2)).opensWith("old", key(1));

    assertThat(rotated.keyId()).isEqualTo("new");
    assertThat(rotated.open("old", before, CONTEXT)).isEqualTo(CLEAR);
    assertThat(rotated.open("new", rotated.seal("new", CLEAR, CONTEXT), CONTEXT)).isEqualTo(CLEAR);
  }

  @Test
  void refusesWhatItDoesNotKnowByName() {
    AesGcmCipher other = AesGcmCipher.of("new", key(2));
    byte[] sealed = OLD.seal("old", CLEAR, CONTEXT);

    refused(() -> other.open("old", sealed, CONTEXT), "[new]", "key old");
  }

  @Test
  void refusesWhatWasChanged() {
    byte[] sealed = OLD.seal("old", CLEAR, CONTEXT);
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      refused(() -> OLD.open("old", changed, CONTEXT), "changed");
    }
    refused(() -> OLD.open("old", sealed, "another".getBytes(UTF_8)), "changed");
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      refused(() -> OLD.open("old", cut, CONTEXT), "changed");
    }
    refused(
        () -> AesGcmCipher.of("old", key(3)).open("old", sealed, CONTEXT),
        "another key of that id");
  }

  @Test
  void showsNoKeys() {
    assertThat(AesGcmCipher.of("new", key(2)).opensWith("old", key(1)))
        .hasToString("AesGcmCipher[seals=new, opens=[new, old]]");
  }

  @Test
  void refusesKeysThatAreNone() {
    assertThatThrownBy(() -> AesGcmCipher.of("k", new byte[31])).hasMessageContaining("found 31");
    assertThatThrownBy(() -> AesGcmCipher.of("k\"", key(1))).hasMessageContaining("id of 1 to 200");
    assertThatThrownBy(() -> OLD.opensWith("old", key(2))).hasMessageContaining("old again");
  }

  private static void refused(ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAYLOAD))
        .message()
        .contains(says);
  }

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }
}
