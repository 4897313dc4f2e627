package io.clusterdb.tasks.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DevSchemaRegistryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private DevSchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    HttpServer server = HttpServer.create(loopback(0), 0);
    registry = DevSchemaRegistry.start(server, MemoryLog::new);
  }

  @AfterEach
  void stop() {
    registry.close();
    client.close();
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
    return response;
  }

  private void assertAnswer(String method, String path, String body, String expected)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree(expected));
  }

  private void assertRefused(String method, String path, String body, int status, int code)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(method, path, body);
    JsonNode error = JSON.readTree(response.body());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(error.path("error_code").asInt()).isEqualTo(code);
    assertThat(error.path("message").asText()).isNotBlank();
  }

  private static String schema(String text) {
    return JSON.createObjectNode().put("schema", text).toString();
  }

  @Test
  void answersWhatClientsAsk() throws Exception {
    String text =
        "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Order\\\",\\\"fields\\\":[{\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"string\\\"}]}";
    String version =
        "{\"subject\":\"a\",\"version\":1,\"id\":1,\"schemaType\":\"AVRO\",\"schema\":\""
            + text
            + "\"}";

    assertAnswer("GET", "/", "", "{}");
    assertAnswer("GET", "/subjects", "", "[]");
    assertAnswer(
        "POST",
        "/subjects/a/versions",
        schema(RegistryTest.V1),
        "{\"version\":1,\"id\":1,\"schemaType\":\"AVRO\",\"schema\":\"" + text + "\"}");
    assertAnswer("GET", "/subjects", "", "[\"a\"]");
    assertAnswer("GET", "/subjects?subjectPrefix=b", "", "[]");
    assertAnswer("POST", "/subjects/a?normalize=false", schema(RegistryTest.V1), version);
    assertAnswer("GET", "/subjects/a/versions", "", "[1]");
    assertAnswer("GET", "/subjects/a/versions/1", "", version);
    assertAnswer("GET", "/subjects/a/versions/latest", "", version);
    assertAnswer("GET", "/subjects/a/versions/latest/schema", "", RegistryTest.V1);
    assertAnswer("GET", "/schemas/types", "", "[\"AVRO\"]");
    assertAnswer(
        "GET",
        "/schemas/ids/1?fetchMaxId=false",
        "",
        "{\"schemaType\":\"AVRO\",\"schema\":\"" + text + "\"}");
    assertAnswer("GET", "/schemas/ids/1/schema", "", RegistryTest.V1);
    assertAnswer("GET", "/schemas/ids/1/subjects", "", "[\"a\"]");
    assertAnswer("GET", "/schemas/ids/1/versions", "", "[{\"subject\":\"a\",\"version\":1}]");
    assertAnswer("GET", "/mode", "", "{\"mode\":\"READWRITE\"}");
  }

  @Test
  void keepsLevelsAndChecksAgainstThem() throws Exception {
    send("POST", "/subjects/a/versions", schema(RegistryTest.V1));

    assertAnswer("GET", "/config", "", "{\"compatibilityLevel\":\"BACKWARD\"}");
    assertRefused("GET", "/config/a", "", 404, 40408);
    assertAnswer(
        "GET", "/config/a?defaultToGlobal=true", "", "{\"compatibilityLevel\":\"BACKWARD\"}");
    String check = "/compatibility/subjects/a/versions/latest";
    assertAnswer("POST", check, schema(RegistryTest.V2), "{\"is_compatible\":true}");
    assertAnswer("POST", check, schema(RegistryTest.INCOMPATIBLE), "{\"is_compatible\":false}");
    assertThat(send("POST", check + "?verbose=true", schema(RegistryTest.INCOMPATIBLE)).body())
        .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
    assertRefused("POST", "/subjects/a/versions", schema(RegistryTest.INCOMPATIBLE), 409, 409);
    assertAnswer(
        "PUT", "/config/a", "{\"compatibility\":\"none\"}", "{\"compatibility\":\"NONE\"}");
    assertAnswer(
        "POST",
        "/compatibility/subjects/a/versions",
        schema(RegistryTest.INCOMPATIBLE),
        "{\"is_compatible\":true}");
    assertAnswer("DELETE", "/config/a", "", "{\"compatibilityLevel\":\"NONE\"}");
    assertRefused("PUT", "/config", "{\"compatibility\":\"SOME\"}", 422, 42203);
  }

  @Test
  void deletes() throws Exception {
    send("POST", "/subjects/a/versions", schema(RegistryTest.V1));

    assertAnswer("DELETE", "/subjects/a/versions/1", "", "1");
    assertRefused("GET", "/subjects/a/versions/1", "", 404, 40401);
    assertAnswer("GET", "/subjects?deleted=true", "", "[\"a\"]");
    assertRefused("DELETE", "/subjects/a", "", 404, 40404);
    assertAnswer("DELETE", "/subjects/a?permanent=true", "", "[1]");
    assertAnswer("GET", "/subjects?deleted=true", "", "[]");
  }

  @Test
  void takesSubjectsOfAnyLetters() throws Exception {
    send("POST", "/subjects/a%2Fb%20%C3%A4+c/versions", schema("\"string\""));

    assertAnswer("GET", "/subjects", "", "[\"a/b ä+c\"]");
  }

  @Test
  void refusesBadRequests() throws Exception {
    assertRefused("GET", "/nothing/here", "", 404, 404);
    assertRefused("PATCH", "/subjects", "", 405, 405);
    assertRefused("GET", "/subjects/a/versions", "", 404, 40401);
    assertRefused("GET", "/schemas/ids/7", "", 404, 40403);
    assertRefused("POST", "/subjects/a/versions", "{\"schema\":", 400, 400);
    assertRefused("POST", "/subjects/a/versions", "[]", 400, 400);
    assertRefused("POST", "/subjects/a/versions", "{}", 422, 42201);
    assertRefused("POST", "/subjects/a/versions", schema("{\"type\":\"x\"}"), 422, 42201);
    assertRefused(
        "POST",
        "/subjects/a/versions",
        "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}",
        422,
        42201);
    assertRefused(
        "POST", "/subjects/a/versions", " ".repeat(HttpFrontend.MAX_BODY_BYTES + 1), 413, 413);
  }

  @Test
  void freesItsPortWhenItsLogCannotBeHad() throws IOException {
    HttpServer server = HttpServer.create(loopback(0), 0);

    assertThatThrownBy(
            () ->
                DevSchemaRegistry.start(
                    server,
                    () -> {
                      throw RegistryError.store("no broker at 127.0.0.1:9");
                    }))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("no broker at 127.0.0.1:9");
    HttpServer.create(server.getAddress(), 0).stop(0);
  }

  @Test
  void namesABusyPort() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(loopback(0));
      assertThatThrownBy(
              () -> DevSchemaRegistry.start("127.0.0.1:1", loopback(taken.getLocalPort())))
          .isInstanceOf(TasksException.class)
          .hasMessageContaining("cannot listen")
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
  }
}
