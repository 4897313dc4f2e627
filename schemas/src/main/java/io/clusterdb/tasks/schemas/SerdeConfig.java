package io.clusterdb.tasks.schemas;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of the serde, under the keys of Confluent's serializer. Unknown keys are left alone: the
 * map is usually that of a whole Kafka client.
 *
 * @param urls registries to ask, one after the other until one answers; empty for no registry
 * @param authorization value of the HTTP header of that name
 * @param autoRegister whether writing registers a schema that its subject lacks
 * @param useLatest whether to write with the subject's newest schema instead of the record's own
 * @param specificReader whether reading gives generated classes instead of GenericRecord
 * @param specificType the generated class that reading gives, where one was named
 * @param subjectNames where schemas are registered
 */
record SerdeConfig(
    List<URI> urls,
    Optional<String> authorization,
    Duration connectTimeout,
    Duration requestTimeout,
    int maxRetries,
    Duration retryWait,
    boolean autoRegister,
    boolean useLatest,
    boolean specificReader,
    Optional<Class<? extends SpecificRecord>> specificType,
    SubjectNames subjectNames,
    boolean key) {

  static final String URL = "schema.registry.url";
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String USE_LATEST = "use.latest.version";
  static final String SPECIFIC_READER = "specific.avro.reader";
  static final String SPECIFIC_VALUE_TYPE = "specific.avro.value.type";
  static final String SPECIFIC_KEY_TYPE = "specific.avro.key.type";
  static final String VALUE_SUBJECT_NAMES = "value.subject.name.strategy";
  static final String KEY_SUBJECT_NAMES = "key.subject.name.strategy";
  static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  static final String USER_INFO = "basic.auth.user.info";
  static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  static final String READ_TIMEOUT = "http.read.timeout.ms";
  static final String MAX_RETRIES = "max.retries";
  static final String RETRY_WAIT = "retries.wait.ms";

  static SerdeConfig parse(Map<String, ?> configs, boolean key) {
    Settings settings = new Settings(configs);
    List<URI> urls = urls(settings);
    String namesKey = key ? KEY_SUBJECT_NAMES : VALUE_SUBJECT_NAMES;
    return new SerdeConfig(
        urls.stream().map(SerdeConfig::withoutUserInfo).toList(),
        authorization(settings, urls),
        settings.millis(CONNECT_TIMEOUT, Duration.ofSeconds(2)),
        settings.millis(READ_TIMEOUT, Duration.ofSeconds(5)),
        settings.number(MAX_RETRIES, 3),
        settings.millis(RETRY_WAIT, Duration.ofMillis(100)),
        settings.flag(AUTO_REGISTER, true),
        settings.flag(USE_LATEST, false),
        settings.flag(SPECIFIC_READER, false),
        settings.get(key ? SPECIFIC_KEY_TYPE : SPECIFIC_VALUE_TYPE).map(SerdeConfig::recordClass),
        settings
            .get(namesKey)
            .map(value -> SubjectNames.parse(namesKey, value))
            .orElse(SubjectNames.TOPIC_NAME),
        key);
  }

  boolean hasRegistry() {
    return !urls.isEmpty();
  }

  static ConfigException invalid(String key, String expected, Object found) {
    return new ConfigException(
        "Invalid configuration: " + key + " expects " + expected + ", found " + found + ".");
  }

  private static List<URI> urls(Settings settings) {
    Object value = settings.get(URL).orElse("");
    List<?> parts = value instanceof List<?> list ? list : List.of(value.toString().split(","));
    return parts.stream()
        .map(part -> part.toString().strip())
        .filter(part -> !part.isEmpty())
        .map(SerdeConfig::url)
        .toList();
  }

  private static URI url(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (uri.getHost() != null && Arrays.asList("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw invalid(URL, "addresses such as http://localhost:8081, separated by commas", text);
  }

  private static URI withoutUserInfo(URI uri) {
    String userInfo = uri.getRawUserInfo();
    return userInfo == null ? uri : URI.create(uri.toString().replace(userInfo + "@", ""));
  }

  private static Optional<String> authorization(Settings settings, List<URI> urls) {
    String source = settings.get(CREDENTIALS_SOURCE).map(Object::toString).orElse("URL");
    return switch (source.toUpperCase(Locale.ROOT)) {
      case "USER_INFO" -> Optional.of(basic(userInfo(settings)));
      case "URL" ->
          urls.stream()
              .flatMap(uri -> Optional.ofNullable(uri.getUserInfo()).stream())
              .findFirst()
              .map(SerdeConfig::basic);
      default -> throw invalid(CREDENTIALS_SOURCE, "USER_INFO or URL", source);
    };
  }

  private static String userInfo(Settings settings) {
    return settings
        .get(USER_INFO)
        .or(() -> settings.get("schema.registry." + USER_INFO))
        .map(Object::toString)
        .orElseThrow(
            () ->
                invalid(
                    USER_INFO, "user:password, as the credentials source USER_INFO", "nothing"));
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  private static Class<? extends SpecificRecord> recordClass(Object value) {
    try {
      Class<?> type =
          value instanceof Class<?> given
              ? given
              : Class.forName(
                  value.toString(), false, Thread.currentThread().getContextClassLoader());
      return type.asSubclass(SpecificRecord.class);
    } catch (ClassNotFoundException | ClassCastException e) {
      throw invalid(SPECIFIC_VALUE_TYPE, "a generated Avro class on the class path", value);
    }
  }

  private record Settings(Map<String, ?> configs) {
    Optional<Object> get(String key) {
      return Optional.ofNullable(configs.get(key));
    }

    boolean flag(String key, boolean otherwise) {
      String text = get(key).map(Object::toString).orElse(Boolean.toString(otherwise));
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw invalid(key, "true or false", text);
      };
    }

    int number(String key, int otherwise) {
      String text = get(key).map(Object::toString).orElse(Integer.toString(otherwise));
      try {
        int number = Integer.parseInt(text);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw invalid(key, "a number from 0", text);
    }

    Duration millis(String key, Duration otherwise) {
      return Duration.ofMillis(Math.max(1, number(key, (int) otherwise.toMillis())));
    }
  }
}
