package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A job in the caller's own Kafka transaction: it exists if and only if that commits. */
public final class EnqueueInTransaction {
  private EnqueueInTransaction() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap());
        Producer<byte[], byte[]> producer = producer(playground.bootstrap())) {
      String queue = Playground.unique("invoices");
      String orders = Playground.unique("orders");
      tasks.queues().createQueue(Queue.named(queue).build());
      createTopic(playground.bootstrap(), orders);
      producer.initTransactions();

      producer.beginTransaction();
      placeOrder(tasks, producer, orders, queue, "order-1");
      producer.commitTransaction();

      producer.beginTransaction();
      placeOrder(tasks, producer, orders, queue, "order-2");
      producer.abortTransaction(); // as when the order turns out to be invalid

      producer.beginTransaction();
      placeOrder(tasks, producer, orders, queue, "order-3");
      producer.commitTransaction();

      Set<String> invoiced = ConcurrentHashMap.newKeySet();
      CountDownLatch two = new CountDownLatch(2);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "invoice",
                  String.class,
                  (order, context) -> {
                    invoiced.add(order);
                    two.countDown();
                  })
              .start()) {
        show("Processor %s writes invoices.".formatted(processor.instanceId()));
        await(two, "invoices");
      }
      // All went to one partition by their key, so the aborted one would have come before the last.
      check(
          invoiced.equals(Set.of("order-1", "order-3")),
          "committed orders have their invoice, the aborted one has none: %s".formatted(invoiced));
    }
  }

  private static void placeOrder(
      Tasks tasks, Producer<byte[], byte[]> producer, String topic, String queue, String order)
      throws InterruptedException, ExecutionException {
    byte[] value = order.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, value)).get();
    tasks.queues().enqueue(Job.of("invoice", order).queue(queue).key("shop").build(), producer);
  }

  private static Producer<byte[], byte[]> producer(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            Playground.unique("shop")),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void createTopic(String bootstrap, String name)
      throws InterruptedException, ExecutionException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrap))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
  }
}
