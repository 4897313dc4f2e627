package io.clusterdb.tasks.http;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads what the server proves itself with. */
final class ServerTls {
  private ServerTls() {}

  static Tls of(Path keystore, @Nullable String password) {
    char[] secret = password == null ? new char[0] : password.toCharArray();
    try (InputStream in = Files.newInputStream(keystore)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, secret);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, secret);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return Tls.builder().sslContext(context).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected a PKCS#12 file at http.tls.keystore that opens with its password, found %s (%s)."
              .formatted(keystore, e.getMessage()),
          e);
    }
  }
}
