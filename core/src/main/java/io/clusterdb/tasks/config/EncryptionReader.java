package io.clusterdb.tasks.config;

import io.clusterdb.tasks.AesGcmCipher;
import io.clusterdb.tasks.PayloadCipher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which keys payloads are sealed and opened with: the first seals, all open. */
final class EncryptionReader {
  private EncryptionReader() {}

  static @Nullable PayloadCipher read(Cursor cursor, Path folder) {
    MapReader map = cursor.map(Keys.ENCRYPTION);
    List<Cursor> items = map.require("keys", at -> at.items());
    List<AesGcmCipher> made = new ArrayList<>();
    for (Cursor item : items == null ? List.<Cursor>of() : items) {
      MapReader key = item.map(Keys.ENCRYPTION_KEY);
      String id = key.require("id", Cursor::text);
      String secret = key.require("file", new SecretFiles(folder)::secret);
      if (id != null && secret != null) {
        item.check(() -> made.add(KeyText.add(made.isEmpty() ? null : made.getLast(), id, secret)));
      }
    }
    if (items != null && items.isEmpty()) {
      map.problem("keys", "expected at least one key, found none");
    }
    return made.isEmpty() ? null : made.getLast();
  }
}
