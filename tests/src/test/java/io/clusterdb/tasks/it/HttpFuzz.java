package io.clusterdb.tasks.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes hostile requests out of a description of an API: each of its operations with values that
 * are wrong, odd or right in each place. The seed decides all. Of one thread.
 */
final class HttpFuzz {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
  private static final int ANSWER_MILLIS = 20_000;
  private static final Pattern LENGTH =
      Pattern.compile("^content-length: *(\\d+)", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /** As they are sent in a path or query, so already encoded where that is meant. */
  private static final List<String> TEXTS =
      List.of(
          "fuzz",
          "x",
          "..",
          "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
          "a%2Fb",
          "a%00b",
          "%0d%0aX-Evil:%201",
          "%F0%9F%98%80",
          "%ff%fe",
          "%",
          "%zz",
          "%25",
          "-1",
          "0",
          "99999999999999999999",
          "1e999",
          "NaN",
          "'--",
          "%22",
          "null",
          "true",
          "{}",
          "[]",
          "$%7Bjndi:ldap://x%7D",
          "con",
          ".",
          "~",
          "a+b",
          "%20",
          "1s",
          "-1s",
          "P1D",
          "2026-13-45T00:00:00Z",
          "2026-01-01T00:00:00Z",
          "x".repeat(300),
          "y".repeat(5_000),
          "AAAA",
          "MSAxMjcuMC4wLjE");

  private static final List<String> ODD_METHODS =
      List.of("BREW", "get", "TRACE", "OPTIONS", "PATCH", "HEAD", "PROPFIND", "X".repeat(200), "-");

  private static final List<String> MEDIA =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json; charset=utf-16",
          "text/plain",
          "application/xml",
          "garbage",
          "a/b/c;;;",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "/",
          ";",
          "application/" + "z".repeat(3_000));

  private final JsonNode document;
  private final Random random;
  private final List<Operation> operations = new ArrayList<>();

  private record Operation(String method, String path, List<String> query, JsonNode body) {}

  /** A request, and how to say what it was. */
  static final class Request {
    private final String head;
    private final byte[] body;

    Request(String head, byte[] body) {
      this.head = head;
      this.body = body;
    }

    @Override
    public String toString() {
      String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.ISO_8859_1);
      return head.substring(0, Math.min(head.length(), 600)) + text + " (" + body.length + ")";
    }
  }

  /** What came back. */
  record Answer(int status, Map<String, String> headers, String body) {}

  HttpFuzz(JsonNode document, long seed) {
    this.document = document;
    this.random = new Random(seed);
    document.path("paths").properties().stream()
        .filter(path -> path.getKey().startsWith("/v1/") && !path.getKey().equals("/v1/live"))
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(each -> METHODS.contains(each.getKey()))
                    .forEach(each -> operations.add(operation(path.getKey(), each))));
  }

  private Operation operation(String path, Map.Entry<String, JsonNode> each) {
    List<String> query = new ArrayList<>();
    for (JsonNode parameter : each.getValue().path("parameters")) {
      JsonNode known = resolve(parameter);
      if (known.path("in").asText().equals("query")) {
        query.add(known.path("name").asText());
      }
    }
    return new Operation(
        each.getKey().toUpperCase(Locale.ROOT),
        path,
        query,
        each.getValue().at("/requestBody/content/application~1json/schema"));
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : document.at(reference.asText().substring(1));
  }

  /** How many operations there are. */
  int operations() {
    return operations.size();
  }

  /** A request of the operation of this number, counted round and round. */
  Request next(int number) {
    Operation operation = operations.get(number % operations.size());
    String method = random.nextInt(8) == 0 ? any(ODD_METHODS) : operation.method();
    byte[] body =
        operation.body().isMissingNode() && random.nextInt(4) > 0
            ? new byte[0]
            : body(operation.body());
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target(operation)).append(" HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1\r\nConnection: close\r\n");
    if (random.nextInt(10) > 0) {
      head.append("Content-Type: ").append(any(MEDIA)).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    return new Request(head.toString(), body);
  }

  private String target(Operation operation) {
    String path = operation.path();
    while (path.contains("{")) {
      String value = random.nextInt(3) == 0 ? "fuzz" : any(TEXTS);
      path = path.substring(0, path.indexOf('{')) + value + path.substring(path.indexOf('}') + 1);
    }
    if (random.nextInt(20) == 0) {
      path += any(List.of("/", "//", "/..", "/%2e%2e", ";x=1", "/x"));
    }
    StringBuilder query = new StringBuilder();
    for (String name : operation.query()) {
      // Whatever else is asked, nobody wants to wait for it.
      boolean wait = name.equals("wait");
      if (wait || random.nextBoolean()) {
        String value = wait && random.nextBoolean() ? "1ms" : any(TEXTS);
        query.append(query.isEmpty() ? '?' : '&').append(name.equals("meta.") ? "meta.a" : name);
        query.append('=').append(wait && value.isEmpty() ? "1ms" : value);
      }
    }
    if (random.nextInt(10) == 0) {
      query.append(query.isEmpty() ? '?' : '&').append(any(TEXTS)).append("=1");
    }
    return path + query;
  }

  private byte[] body(JsonNode schema) {
    return switch (random.nextInt(12)) {
      case 0 -> new byte[0];
      case 1 -> noise();
      case 2 ->
          bytes(
              any(List.of("null", "3", "\"x\"", "[]", "{", "{}", "[[[]]]", "{\"a\":1}", "\u0000")));
      case 3 -> bytes(any(List.of("[", "{\"a\":")).repeat(20_000));
      case 4 -> bytes("{\"type\": \"" + "x".repeat(200_000) + "\"}");
      case 5 -> new byte[] {'{', '"', (byte) 0xff, (byte) 0xc0, '"', ':', '1', '}'};
      default -> bytes(value(schema, 0).toString());
    };
  }

  private byte[] noise() {
    byte[] noise = new byte[random.nextInt(200)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Mostly what the schema wants, so that what is wrong is found behind what is right. */
  private JsonNode value(JsonNode given, int depth) {
    JsonNode schema = resolve(given);
    if (depth > 6 || random.nextInt(5) == 0) {
      return wrong();
    }
    if (schema.has("oneOf") || schema.has("anyOf")) {
      JsonNode choices = schema.has("oneOf") ? schema.path("oneOf") : schema.path("anyOf");
      return value(choices.get(random.nextInt(choices.size())), depth);
    }
    if (schema.has("allOf")) {
      ObjectNode all = JSON.createObjectNode();
      for (JsonNode each : schema.path("allOf")) {
        if (value(each, depth) instanceof ObjectNode part) {
          all.setAll(part);
        }
      }
      return all;
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    JsonNode type = schema.path("type");
    return typed(type.isArray() ? type.get(0).asText() : type.asText("object"), schema, depth);
  }

  private JsonNode typed(String type, JsonNode schema, int depth) {
    return switch (type) {
      case "string" -> JSON.getNodeFactory().textNode(any(TEXTS));
      case "integer", "number" -> JSON.getNodeFactory().numberNode(random.nextInt(20) - 2);
      case "boolean" -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case "array" -> {
        ArrayNode array = JSON.createArrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
          array.add(value(schema.path("items"), depth + 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
          if (random.nextInt(3) > 0) {
            object.set(each.getKey(), value(each.getValue(), depth + 1));
          }
        }
        if (random.nextInt(10) == 0) {
          object.set(any(TEXTS), wrong());
        }
        yield object;
      }
    };
  }

  private JsonNode wrong() {
    try {
      return JSON.readTree(
          any(
              List.of(
                  "null",
                  "true",
                  "-7",
                  "2147483648",
                  "1e400",
                  "0.1",
                  "\"\"",
                  "\"a\\u0000b\"",
                  "{}",
                  "[]",
                  "[null]",
                  "{\"a\": {\"b\": []}}",
                  "\"{{input.x}}\"",
                  "\"🙂\"")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Sends it as it is, on a connection of its own. */
  static Answer send(URI api, Request request) throws IOException {
    try (Socket socket = new Socket(api.getHost(), api.getPort())) {
      socket.setSoTimeout(ANSWER_MILLIS);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(request.head.getBytes(StandardCharsets.UTF_8));
        out.write(request.body);
        out.flush();
      } catch (IOException e) {
        // Refused before all was sent: its reason may be there to read.
      }
      return parse(all(socket.getInputStream(), request.head.startsWith("HEAD ")));
    }
  }

  /** Reads to the end of the answer, for which nobody has to close the connection. */
  private static byte[] all(InputStream in, boolean bare) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        all.write(buffer, 0, n);
        if (complete(all.toString(StandardCharsets.ISO_8859_1), bare)) {
          break;
        }
      }
    } catch (SocketException e) {
      if (all.size() == 0) {
        throw e;
      }
    }
    return all.toByteArray();
  }

  private static boolean complete(String text, boolean bare) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || bare) {
      return end >= 0;
    }
    Matcher length = LENGTH.matcher(text.substring(0, end));
    return length.find()
        ? text.length() >= end + 4 + Integer.parseInt(length.group(1))
        : text.endsWith("\r\n0\r\n\r\n") || text.startsWith("HTTP/1.1 204");
  }

  private static Answer parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError("expected an answer of HTTP, found \"" + text + "\"");
    }
    String[] lines = text.substring(0, end).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      headers.put(
          lines[i].substring(0, lines[i].indexOf(':')),
          lines[i].substring(lines[i].indexOf(':') + 1).strip());
    }
    return new Answer(
        Integer.parseInt(lines[0].split(" ", -1)[1]), headers, text.substring(end + 4));
  }
}
