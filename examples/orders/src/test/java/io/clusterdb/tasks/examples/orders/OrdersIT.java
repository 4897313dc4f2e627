package io.clusterdb.tasks.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.testkit.EventLog;
import io.clusterdb.tasks.testkit.TasksTest;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shop as its customers see it, on a real broker. */
@TasksTest(scheduler = true, orchestrator = true)
class OrdersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Warehouse warehouse = new Warehouse(Map.of("lamp", 10));
  private final Bank bank = new Bank();
  private final Mailbox mailbox = new Mailbox();
  private final HttpClient http = HttpClient.newHttpClient();
  private Processor processor;
  private OrderApi api;

  @BeforeEach
  void open(Tasks tasks) throws Exception {
    Shop.define(tasks);
    Shop.define(tasks); // as a second instance does
    processor = new Shop(warehouse, bank, mailbox).start(tasks);
    api = new OrderApi(tasks, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), 0);
  }

  @AfterEach
  void close() {
    api.close();
    processor.close();
  }

  @Test
  void ordersAreShippedPaidOrUndone(Tasks tasks, EventLog events) throws Exception {
    bank.busyFor(2);
    assertThat(order("o-1", "lamp", 2, "Paris").statusCode()).isEqualTo(202);
    assertThat(order("o-1", "lamp", 2, "Paris").statusCode()).isEqualTo(202); // sent again
    assertThat(result(tasks, "o-1").output()).hasToString("{\"parcel\":\"parcel-1\"}");
    assertThat(mailbox.sent()).containsExactly("Order o-1 is on its way in parcel-1.");
    assertThat(bank.balance()).isEqualTo(1000);
    assertThat(warehouse.left("lamp")).isEqualTo(8);
    assertThat(get("/orders/o-1").body()).contains("\"state\":\"SUCCEEDED\"");

    order("o-2", "lamp", 3, "Atlantis");
    assertThat(result(tasks, "o-2").state()).isEqualTo(RunState.COMPENSATED);
    assertThat(get("/orders/o-2").body()).contains("Undeliverable");
    assertThat(bank.balance()).as("the payment of o-2 was refunded").isEqualTo(1000);
    assertThat(warehouse.left("lamp")).as("its lamps are back").isEqualTo(8);

    order("o-3", "lamp", 99, "Paris");
    JobFailure error = result(tasks, "o-3").error();
    assertThat(error).isNotNull();
    assertThat(error.type()).isEqualTo("OutOfStock");
    assertThat(events.breaches()).isEmpty();
  }

  @Test
  @TasksTest(orchestrator = true)
  void nonsenseIsRefusedAtTheDoor() throws Exception {
    assertThat(post("{\"id\": \"o-4\"}")).extracting(HttpResponse::statusCode).isEqualTo(400);
    assertThat(post("[").body()).contains("expected an order as JSON");
    assertThat(get("/orders/never-ordered").statusCode()).isEqualTo(404);
    assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
  }

  @Test
  @TasksTest(scheduler = true)
  void reportCanBeAskedForBeforeItsTime(Tasks tasks, EventLog events) {
    String job = tasks.schedules().trigger("stock-report").toString();
    events.awaitEndedIds(List.of(job), PATIENCE);
    assertThat(mailbox.sent()).containsExactly("In stock: {lamp=10}");
  }

  private static WorkflowResult result(Tasks tasks, String order) {
    return tasks.workflows().run(order).result(PATIENCE);
  }

  private HttpResponse<String> order(String id, String item, int quantity, String city)
      throws Exception {
    Order order = new Order(id, item, quantity, quantity * 500, city);
    return post(JsonMapper.builder().build().writeValueAsString(order));
  }

  private HttpResponse<String> post(String body) throws Exception {
    return http.send(
        request("/orders").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api.address() + path));
  }
}
