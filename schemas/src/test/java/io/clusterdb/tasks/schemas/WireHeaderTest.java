package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.schemas.WireHeader.Fingerprint;
import io.clusterdb.tasks.schemas.WireHeader.RegistryId;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class WireHeaderTest {
  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void writesSchemaIdsBigEndianBehindZero() {
    assertThat(new RegistryId(0x01020304).toBytes()).isEqualTo(bytes("00 01020304"));
  }

  @Test
  void writesFingerprintsLittleEndianBehindTheMarker() {
    // Fingerprint of "null" in Avro's own schema-tests.txt: 7195948357588979594.
    long fingerprint = SchemaNormalization.parsingFingerprint64(Schema.create(Schema.Type.NULL));

    assertThat(fingerprint).isEqualTo(7195948357588979594L);
    assertThat(new Fingerprint(fingerprint).toBytes()).isEqualTo(bytes("C301 8A8F25CCE724DD63"));
  }

  @Test
  void readsWhatItWrites() {
    assertThat(WireHeader.read("t", bytes("00 0000002A 0666"))).isEqualTo(new RegistryId(42));
    assertThat(WireHeader.read("t", bytes("C301 8A8F25CCE724DD63")))
        .isEqualTo(new Fingerprint(7195948357588979594L));
  }

  @Test
  void refusesWhatIsNeitherAndShowsIt() {
    assertThatThrownBy(() -> WireHeader.read("tasks.events", bytes("7B226A6F62227D")))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("tasks.events")
        .hasMessageContaining("7 bytes that start with 7B 22 6A 6F 62 22 7D");
    for (String truncated : new String[] {"", "00", "00 000000", "C3", "C301 8A8F25CCE724DD"}) {
      assertThatThrownBy(() -> WireHeader.read("t", bytes(truncated)))
          .isInstanceOf(MalformedRecordException.class);
    }
  }
}
