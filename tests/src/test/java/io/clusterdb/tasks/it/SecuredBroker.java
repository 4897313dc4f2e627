package io.clusterdb.tasks.it;

import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.acl.Rule;
import io.clusterdb.tasks.embedded.BrokerSecurity;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A broker that asks who is there and allows nothing but what it was told to. */
final class SecuredBroker implements AutoCloseable {
  private static final String ADMIN = "admin";
  static final String STORE_PASSWORD = "store-secret-31415";

  private final Path folder;
  private final BrokerSecurity security;
  private final EmbeddedBroker broker;

  private SecuredBroker(Path folder, BrokerSecurity security, EmbeddedBroker broker) {
    this.folder = folder;
    this.security = security;
    this.broker = broker;
  }

  static SecuredBroker start(Path folder, Collection<String> users) throws Exception {
    Path keystore = folder.resolve("broker.p12");
    Path truststore = folder.resolve("trust.p12");
    keys(keystore, truststore);
    Map<String, String> passwords = new HashMap<>();
    users.forEach(user -> passwords.put(user, "secret-of-" + user));
    passwords.put(ADMIN, "secret-of-" + ADMIN);
    BrokerSecurity security =
        new BrokerSecurity(keystore, truststore, STORE_PASSWORD, ADMIN, passwords);
    EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().security(security).start();
    return new SecuredBroker(folder, security, broker);
  }

  String bootstrap() {
    return broker.bootstrap();
  }

  Map<String, String> properties(String user) {
    return security.clientProperties(user);
  }

  /** Everything that must not be seen anywhere. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>(security.passwords().values());
    secrets.add(STORE_PASSWORD);
    return secrets;
  }

  /** A user's properties as a file, as the command line takes it. */
  Path file(String user) throws IOException {
    Path file = folder.resolve(user + ".properties");
    Properties properties = new Properties();
    properties.putAll(properties(user));
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  /** Grants rules, by user, and waits until the broker knows them. */
  void grant(Map<String, List<Rule>> rules) throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    rules.forEach((user, all) -> all.forEach(rule -> bindings.addAll(bindings(user, rule))));
    try (Admin admin = admin()) {
      admin.createAcls(bindings).all().get();
      int distinct = bindings.stream().collect(Collectors.toSet()).size();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().size() >= distinct);
    }
  }

  Admin admin() {
    Map<String, Object> settings = new HashMap<>(properties(ADMIN));
    settings.put("bootstrap.servers", bootstrap());
    return Admin.create(settings);
  }

  private static List<AclBinding> bindings(String user, Rule rule) {
    ResourcePattern resource =
        new ResourcePattern(
            ResourceType.valueOf(rule.resource().name()),
            rule.name(),
            rule.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL);
    return rule.operations().stream()
        .map(
            operation ->
                new AclBinding(
                    resource,
                    new AccessControlEntry(
                        "User:" + user,
                        "*",
                        AclOperation.valueOf(operation.name()),
                        AclPermissionType.ALLOW)))
        .toList();
  }

  /** Makes a key and a certificate for loopback, and a store that trusts it. */
  static void keys(Path keystore, Path truststore) throws Exception {
    makeKey(keystore);
    trust(keystore, truststore);
  }

  private static void makeKey(Path keystore) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                STORE_PASSWORD)
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
  }

  private static void trust(Path keystore, Path truststore)
      throws IOException, GeneralSecurityException {
    char[] password = STORE_PASSWORD.toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      keys.load(in, password);
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, password);
    trusted.setCertificateEntry("broker", keys.getCertificate("broker"));
    try (OutputStream out = Files.newOutputStream(truststore)) {
      trusted.store(out, password);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
