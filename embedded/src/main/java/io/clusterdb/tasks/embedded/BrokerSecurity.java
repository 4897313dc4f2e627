package io.clusterdb.tasks.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes an embedded broker ask who is there, for tests of rights: clients come by TLS and SASL with
 * SCRAM-SHA-512, and may do what ACLs allow and nothing else. The broker talks to itself by TLS
 * with its own certificate, which its truststore must know. Users are written when the data
 * directory is formatted; on one that was formatted before they stay what they were. Immutable.
 *
 * @param keystore PKCS#12 file with the broker's key and certificate
 * @param truststore PKCS#12 file with the certificate that the broker's own is checked by
 * @param storePassword opens both
 * @param admin the user who may do everything, and whom the broker itself logs in as
 * @param passwords of the users by their names, the admin's among them
 */
public record BrokerSecurity(
    Path keystore,
    Path truststore,
    String storePassword,
    String admin,
    Map<String, String> passwords) {
  /** What clients name as {@code sasl.mechanism}. */
  public static final String MECHANISM = "SCRAM-SHA-512";

  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required ";

  /** What can be written into Kafka's notation of users without being read as part of it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");

  /** Checks the values. */
  public BrokerSecurity {
    passwords = Map.copyOf(passwords);
    if (!passwords.containsKey(admin)) {
      throw new IllegalArgumentException(
          "expected a password of the admin " + admin + ", found none");
    }
    passwords.forEach(
        (user, password) -> {
          if (!PLAIN.matcher(user).matches() || !PLAIN.matcher(password).matches()) {
            throw new IllegalArgumentException(
                "expected names and passwords of letters, digits, dots, _ and -, found others at "
                    + "user "
                    + user);
          }
        });
  }

  /** What a user's clients need: as properties of Kafka's clients. */
  public Map<String, String> clientProperties(String user) {
    String password = passwords.get(user);
    if (password == null) {
      throw new IllegalArgumentException("expected one of the users, found " + user);
    }
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        login(user, password),
        "ssl.truststore.location",
        truststore.toString(),
        "ssl.truststore.password",
        storePassword,
        "ssl.truststore.type",
        "PKCS12");
  }

  private static String login(String user, String password) {
    return MODULE + "username=\"%s\" password=\"%s\";".formatted(user, password);
  }

  /** What the broker needs. */
  Map<String, String> brokerProperties() {
    Map<String, String> all = new HashMap<>();
    all.put("ssl.keystore.location", keystore.toString());
    all.put("ssl.keystore.password", storePassword);
    all.put("ssl.keystore.type", "PKCS12");
    all.put("ssl.truststore.location", truststore.toString());
    all.put("ssl.truststore.password", storePassword);
    all.put("ssl.truststore.type", "PKCS12");
    String broker = BrokerSettings.BROKER_LISTENER.toLowerCase(Locale.ROOT);
    String controller = BrokerSettings.CONTROLLER_LISTENER.toLowerCase(Locale.ROOT);
    all.put("listener.name." + controller + ".ssl.client.auth", "required");
    // Whoever holds the broker's key is the broker, whatever its certificate calls it.
    all.put(
        "listener.name." + controller + ".ssl.principal.mapping.rules", "RULE:^.*$/" + admin + "/");
    all.put("sasl.enabled.mechanisms", MECHANISM);
    all.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    all.put(
        "listener.name.%s.scram-sha-512.sasl.jaas.config".formatted(broker),
        login(admin, passwords.getOrDefault(admin, "")));
    all.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    all.put("super.users", "User:" + admin);
    all.put("allow.everyone.if.no.acl.found", "false");
    return all;
  }

  /** The users as Kafka's formatter takes them. */
  List<String> scram() {
    List<String> users = new ArrayList<>();
    new TreeMap<>(passwords)
        .forEach(
            (user, password) ->
                users.add("%s=[name=%s,password=%s]".formatted(MECHANISM, user, password)));
    return users;
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "BrokerSecurity[keystore=%s, admin=%s, users=%s]"
        .formatted(keystore, admin, new TreeMap<>(passwords).keySet());
  }
}
