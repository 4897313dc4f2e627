package io.clusterdb.tasks;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals with AES in Galois/Counter Mode, by the JDK's own implementation: a random nonce of 12
 * bytes, the ciphertext, and a tag of 16 bytes. One key seals, any number opens, so that keys can
 * be changed while jobs wait: first give every reader the new key, then let writers seal with it,
 * and drop the old one when no job is left that has it.
 *
 * <p>Random nonces bound what one key may seal: change it before 4 billion payloads (NIST SP
 * 800-38D, section 8.3). Immutable and thread-safe.
 */
public final class AesGcmCipher implements PayloadCipher {
  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/-]{1,200}");
  private static final int NONCE = 12;
  private static final int TAG = 16;

  private final String sealing;
  private final Map<String, SecretKey> keys;
  private final SecureRandom random = new SecureRandom();

  private AesGcmCipher(String sealing, Map<String, SecretKey> keys) {
    this.sealing = sealing;
    this.keys = keys;
  }

  /**
   * Seals and opens with this key.
   *
   * @param id 1 to 200 letters, digits and {@code . _ : / -}; not secret
   * @param key 16, 24 or 32 random bytes; copied
   */
  public static AesGcmCipher of(String id, byte[] key) {
    return new AesGcmCipher(id, Map.of(checked(id), key(id, key)));
  }

  /** Opens with this key too; what is sealed is sealed with the first one. */
  public AesGcmCipher opensWith(String id, byte[] key) {
    Map<String, SecretKey> more = new LinkedHashMap<>(keys);
    if (more.put(checked(id), key(id, key)) != null) {
      throw new IllegalArgumentException("expected each key's id once, found " + id + " again");
    }
    return new AesGcmCipher(sealing, Map.copyOf(more));
  }

  private static String checked(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "expected a key's id of 1 to 200 letters, digits and . _ : / -, found \"" + id + "\"");
    }
    return id;
  }

  private static SecretKey key(String id, byte[] key) {
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new IllegalArgumentException(
          "expected 16, 24 or 32 bytes for key %s, found %d".formatted(id, key.length));
    }
    return new SecretKeySpec(key, "AES");
  }

  @Override
  public String keyId() {
    return sealing;
  }

  @Override
  public byte[] seal(String keyId, byte[] clear, byte[] context) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance(ALGORITHM);
      cipher.init(Cipher.ENCRYPT_MODE, known(keyId), new GCMParameterSpec(TAG * 8, nonce));
      cipher.updateAAD(context);
      ByteBuffer sealed = ByteBuffer.allocate(NONCE + clear.length + TAG).put(nonce);
      cipher.doFinal(ByteBuffer.wrap(clear), sealed);
      return sealed.array();
    } catch (GeneralSecurityException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "a payload could not be sealed with key %s (%s). Check the key."
              .formatted(keyId, e.getMessage()),
          e);
    }
  }

  @Override
  public byte[] open(String keyId, byte[] sealed, byte[] context) {
    SecretKey key = known(keyId);
    if (sealed.length < NONCE + TAG) {
      throw changed(keyId, null);
    }
    try {
      Cipher cipher = Cipher.getInstance(ALGORITHM);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, sealed, 0, NONCE));
      cipher.updateAAD(context);
      return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (AEADBadTagException e) {
      throw changed(keyId, e);
    } catch (GeneralSecurityException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "a payload could not be opened with key %s (%s).".formatted(keyId, e.getMessage()),
          e);
    }
  }

  private SecretKey known(String keyId) {
    SecretKey key = keys.get(keyId);
    if (key == null) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected one of the keys %s, found a payload that is sealed with key %s. Give this process that key, and replay the job."
              .formatted(new TreeSet<>(keys.keySet()), keyId));
    }
    return key;
  }

  private static TasksException changed(String keyId, @Nullable Exception e) {
    String message =
        "a payload that names key %s does not open with it: it was changed, or sealed with another key of that id."
            .formatted(keyId);
    return e == null
        ? new TasksException(ErrorCode.INVALID_PAYLOAD, message)
        : new TasksException(ErrorCode.INVALID_PAYLOAD, message, e);
  }

  /** The ids of the keys. */
  @Override
  public String toString() {
    return "AesGcmCipher[seals=" + sealing + ", opens=" + new TreeSet<>(keys.keySet()) + "]";
  }
}
