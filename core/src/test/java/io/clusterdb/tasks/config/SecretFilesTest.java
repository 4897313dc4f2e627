package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.TasksConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
  private static final String SECRET = "hush-hush-hush";
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @TempDir private Path folder;

  @Test
  void secretsComeFromFilesBesideTheConfiguration() throws IOException {
    write("token", SECRET + "\n");
    write("ci", "  ci-secret \n");
    write("pass", "store-secret");
    write("kafka.properties", "security.protocol=SSL\nssl.key.password=" + SECRET + "\n");
    write("key", KEY + "\n");
    TasksConfig config =
        load(
            """
            kafka:
              properties_file: kafka.properties
              properties: { security.protocol: SASL_SSL }
            http:
              token_file: token
              tokens: [ { name: ci, role: operate, token_file: ci }, { name: eyes, role: read, token: r } ]
              tls: { keystore: /somewhere.p12, keystore_password_file: pass }
            encryption: { keys: [ { id: "2026", file: key } ] }
            """);

    assertThat(config.kafkaProperties())
        .isEqualTo(Map.of("security.protocol", "SASL_SSL", "ssl.key.password", SECRET));
    assertThat(config.http().token()).isEqualTo(SECRET);
    assertThat(config.http().tokens())
        .containsExactly(
            new HttpToken("ci", HttpRole.OPERATE, "ci-secret"),
            new HttpToken("eyes", HttpRole.READ, "r"));
    assertThat(config.http().keystorePassword()).isEqualTo("store-secret");
    assertThat(config.encryption()).hasToString("AesGcmCipher[seals=2026, opens=[2026]]");
    assertThat(config + " " + config.http() + config.http().tokens())
        .doesNotContain(SECRET, "ci-secret", "store-secret", KEY);
  }

  @Test
  void whatIsWrongWithAFileIsSaidWithoutWhatIsInIt() throws IOException {
    write("empty", " \n");
    Files.write(
        folder.resolve("binary"), (SECRET + "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    write("kafka.properties", "acks=" + SECRET + "\n");
    write("key", SECRET);

    assertThatThrownBy(
            () ->
                load(
                    """
                    kafka: { properties_file: kafka.properties }
                    http: { token_file: none, read_token_file: binary }
                    encryption: { keys: [ { id: a, file: key }, { id: b, file: empty }, { id: c } ] }
                    """))
        .message()
        .contains("expected no acks", "none, which is none", "it is not UTF-8")
        .contains("expected Base64", "expected a secret in the file", "expected the key \"file\"")
        .doesNotContain(SECRET);
  }

  @Test
  void tokensThatDoNotFitTogetherAreRefused() throws IOException {
    write("t", SECRET);
    refused("http: { token: a, token_file: t }", "found both");
    refused("http: { tokens: [ { name: a, role: read, token: x } ] }", "operate or admin");
    refused("http: { token: x, tokens: [ { name: a, role: read, token: x } ] }", "secret once");
    refused(
        "http: { tokens: [ { name: a, role: admin, token: x }, { name: a, role: read, token: y } ]"
            + " }",
        "name once");
    refused("http: { tokens: [ { name: a, role: root, token: x } ] }", "read, operate or admin");
    refused("http: { tokens: [ { name: a, role: admin } ] }", "\"token\" or \"token_file\"");
  }

  private void refused(String yaml, String says) {
    assertThatThrownBy(() -> load(yaml))
        .hasMessageContaining(says)
        .message()
        .doesNotContain(SECRET);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private TasksConfig load(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("tasks.yaml"), yaml);
    return ConfigFile.load(file, Map.of());
  }
}
