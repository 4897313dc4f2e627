package io.clusterdb.tasks.config;

import io.clusterdb.tasks.AesGcmCipher;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Keys as they stand in files: Base64, as {@code openssl rand -base64 32} writes them. */
public final class KeyText {
  private KeyText() {}

  /**
   * A cipher with one more key.
   *
   * @param before the one so far; null for none, so that this key seals
   * @param secret Base64 of 16, 24 or 32 bytes
   * @throws IllegalArgumentException if it is not; the message has nothing of the secret
   */
  public static AesGcmCipher add(@Nullable AesGcmCipher before, String id, String secret) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(secret);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected Base64 of 16, 24 or 32 bytes for key "
              + id
              + ", as openssl rand -base64 32 writes it; found something else");
    }
    return before == null ? AesGcmCipher.of(id, key) : before.opensWith(id, key);
  }
}
