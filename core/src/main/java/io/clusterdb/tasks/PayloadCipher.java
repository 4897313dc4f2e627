package io.clusterdb.tasks;

/**
 * Seals payloads before they leave a process, and opens them just before their handler: the hook
 * for encryption with keys of one's own, such as those of a key management service. Between the two
 * nobody sees the payload: brokers, queues, retries, delays, dead letters and the services carry
 * what {@link #seal} returned. Implementations are thread-safe; {@link AesGcmCipher} is one.
 */
public interface PayloadCipher {
  /**
   * Id of the key that {@link #seal} uses now. It stands in the record's header {@code
   * content-type}, in the clear: 1 to 200 letters, digits and {@code . _ : / -}.
   */
  String keyId();

  /**
   * Seals.
   *
   * @param keyId the key to use, as {@link #keyId()} said a moment ago
   * @param clear not to be changed
   * @param context what {@link #open} is given again, and must find unchanged
   * @return what only {@link #open} makes something of
   * @throws TasksException INVALID_PAYLOAD if it cannot
   */
  byte[] seal(String keyId, byte[] clear, byte[] context);

  /**
   * Opens.
   *
   * @param keyId the key that it was sealed with
   * @param sealed not to be changed
   * @param context what was given to {@link #seal}
   * @throws TasksException INVALID_PAYLOAD if the key is not known, or what was sealed has been
   *     changed: the job becomes a dead letter, and can be replayed where the key is known
   */
  byte[] open(String keyId, byte[] sealed, byte[] context);
}
