package io.clusterdb.tasks.config;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.kafka.OwnedProperties;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where the platform is: brokers, prefix, registry, HTTP. */
final class PlatformReader {
  private static final Pattern ADDRESS =
      Pattern.compile("([\\w.-]+|\\[[0-9A-Fa-f:.%\\w]+]):([0-9]{1,5})");
  private static final Pattern PROTOCOL = Pattern.compile("^\\w+://"); // Kafka takes and ignores it

  private final SecretFiles secrets;
  private TasksConfig config;

  private PlatformReader(TasksConfig start, Path folder) {
    this.config = start;
    this.secrets = new SecretFiles(folder);
  }

  /** The configuration with what the root says of the platform; files are below the folder. */
  static TasksConfig read(MapReader root, TasksConfig start, Path folder) {
    PlatformReader reader = new PlatformReader(start, folder);
    root.with("kafka", at -> at.map(Keys.KAFKA), reader::kafka);
    root.with("prefix", Cursor::text, prefix -> reader.set(c -> c.prefix(prefix)));
    root.with("replication", Cursor::integer, n -> reader.set(c -> c.replication(n)));
    root.with("shared_partitions", Cursor::integer, n -> reader.set(c -> c.sharedPartitions(n)));
    root.with("schema_registry", at -> at.map(Keys.REGISTRY), reader::registry);
    root.with("http", at -> at.map(Keys.HTTP), reader::http);
    return reader.config;
  }

  private void set(UnaryOperator<TasksConfig> change) {
    config = change.apply(config);
  }

  private void kafka(MapReader map) {
    map.with("bootstrap", PlatformReader::addresses, servers -> set(c -> c.bootstrap(servers)));
    map.with("properties_file", secrets::properties, all -> set(c -> c.kafkaProperties(all)));
    map.with("properties", PlatformReader::properties, this::addProperties);
  }

  private void addProperties(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(config.kafkaProperties());
    all.putAll(properties);
    set(c -> c.kafkaProperties(all));
  }

  private static @Nullable String addresses(Cursor cursor) {
    boolean list = cursor.node() instanceof YamlNode.Sequence;
    String text = list ? String.join(",", cursor.texts()) : cursor.text();
    if (text == null) {
      return null;
    }
    boolean fits = Arrays.stream(text.split(",", -1)).allMatch(PlatformReader::isBroker);
    return fits ? text.replace(" ", "") : cursor.expected("brokers as host:port,host:port");
  }

  private static boolean isBroker(String text) {
    return isAddress(PROTOCOL.matcher(text.strip()).replaceFirst(""));
  }

  private static boolean isAddress(String text) {
    var matcher = ADDRESS.matcher(text);
    return matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
  }

  private static Map<String, String> properties(Cursor cursor) {
    Map<String, String> allowed = new HashMap<>(cursor.textMap());
    cursor
        .entries()
        .forEach(
            (key, value) -> {
              String reason = OwnedProperties.reason(key);
              if (reason != null) {
                value.problem(
                    "expected no %s, which the platform sets (%s), found one"
                        .formatted(key, reason));
                allowed.remove(key);
              }
            });
    return allowed;
  }

  private void registry(MapReader map) {
    map.require("url", at -> at); // says so where it is absent
    map.with("url", PlatformReader::urls, url -> set(c -> c.registryUrl(url)));
    map.with("properties", Cursor::textMap, all -> set(c -> c.registryProperties(all)));
  }

  private static @Nullable String urls(Cursor cursor) {
    String text = cursor.text();
    if (text == null) {
      return null;
    }
    boolean fits =
        Arrays.stream(text.split(",", -1)).map(String::strip).allMatch(PlatformReader::isUrl);
    return fits ? text : cursor.expected("an address such as http://localhost:8081");
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void http(MapReader map) {
    map.with("listen", PlatformReader::listen, address -> http(h -> h.listen(address)));
    map.with("url", PlatformReader::url, url -> http(h -> h.url(url)));
    secret(map, "token", token -> http(h -> h.token(token)));
    map.with("tokens", this::tokens, all -> http(h -> h.tokens(all)));
    secret(map, "read_token", token -> http(h -> h.readToken(token)));
    map.with("tls", at -> at.map(Keys.HTTP_TLS), this::tls);
  }

  private void tls(MapReader map) {
    map.require("keystore", at -> at); // says so where it is absent
    map.with(
        "keystore",
        Cursor::text,
        file -> http(h -> h.keystore(Path.of(file), h.keystorePassword())));
    secret(map, "keystore_password", password -> http(h -> h.keystore(h.keystore(), password)));
  }

  /** A secret that stands in the file, or in the file that its {@code KEY_file} names. */
  private void secret(MapReader map, String key, Consumer<String> use) {
    String file = key + "_file";
    if (map.has(key) && map.has(file)) {
      map.problem(file, "expected " + key + " or " + file + ", found both");
    }
    map.with(key, Cursor::text, use);
    map.with(file, secrets::secret, use);
  }

  private List<HttpToken> tokens(Cursor cursor) {
    return cursor.list(
        item -> {
          MapReader map = item.map(Keys.HTTP_TOKEN);
          String name = map.require("name", Cursor::text);
          HttpRole role = map.require("role", at -> at.constant(HttpRole.class));
          List<String> found = new ArrayList<>();
          secret(map, "token", found::add);
          if (!map.has("token") && !map.has("token_file")) {
            item.problem("expected the key \"token\" or \"token_file\", found none");
          }
          List<HttpToken> made = new ArrayList<>();
          if (name != null && role != null && found.size() == 1) {
            item.check(() -> made.add(new HttpToken(name, role, found.getFirst())));
          }
          return made.isEmpty() ? null : made.getFirst();
        });
  }

  private void http(UnaryOperator<HttpConfig> change) {
    set(c -> c.http(change.apply(c.http())));
  }

  private static @Nullable String url(Cursor cursor) {
    String text = cursor.text();
    return text == null || isUrl(text)
        ? text
        : cursor.expected("an address such as https://tasks.example.com");
  }

  private static @Nullable String listen(Cursor cursor) {
    String text = cursor.text();
    if (text == null || isAddress(text)) {
      return text;
    }
    boolean port = isAddress("127.0.0.1:" + text);
    return cursor.expected("host:port", port ? "; did you mean \"127.0.0.1:" + text + "\"?" : "");
  }
}
