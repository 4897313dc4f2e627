package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.ClassArchive;
import io.clusterdb.tasks.it.cluster.BrokerFile.Ports;
import io.clusterdb.tasks.it.cluster.FaultPlan.Members;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

/**
 * Brokers, services and workers as processes of their own on loopback, each with a folder of its
 * own. The first worker reaches the brokers through a proxy. Not thread-safe but for its processes.
 */
final class Cluster implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000; // below the ports that clients get

  /**
   * What it has.
   *
   * @param brokers how many, of which each has a copy of everything
   * @param services roles by name, such as {@code orchestrator,scheduler}
   * @param workers how many
   * @param spares how many workers more there can be
   * @param sessionMs how long a member of a group may be silent; 0 for what ships
   * @param brokerSessionMs how long a broker may be silent
   */
  record Shape(
      int brokers,
      Map<String, String> services,
      int workers,
      int spares,
      int sessionMs,
      int brokerSessionMs) {
    /** What the issue of many machines asks for, with the sessions that ship. */
    static Shape full() {
      Map<String, String> services = new LinkedHashMap<>();
      for (String role : List.of("orchestrator", "scheduler")) {
        services.put(role + "-1", role);
        services.put(role + "-2", role);
      }
      return new Shape(3, services, 4, 4, 0, 9_000);
    }

    /** Seven, of which one is a broker: what two cores have left is for those that take over. */
    static Shape takeovers() {
      return new Shape(1, full().services(), 2, 0, 0, 9_000);
    }

    /** How many processes there are at first. */
    int processes() {
      return brokers + services.size() + workers;
    }

    /** Workers alone, that are spare until somebody starts them. */
    static Shape workers(int brokers) {
      return new Shape(brokers, Map.of(), 0, 4, 0, 9_000);
    }

    /** Six processes with short sessions. */
    static Shape brief() {
      return new Shape(3, Map.of("services-1", "orchestrator,scheduler"), 2, 0, 3_000, 3_000);
    }
  }

  private final Path directory;
  private final Shape shape;
  private final BrokerFile file;
  private final Map<String, ClusterProcess> processes = new LinkedHashMap<>();
  private final List<TcpProxy> proxies = new ArrayList<>();
  private final List<String> properties = new ArrayList<>();

  private Cluster(Path directory, Shape shape, BrokerFile file) {
    this.directory = directory;
    this.shape = shape;
    this.file = file;
  }

  /**
   * Lays everything out and starts the brokers.
   *
   * @param properties further options of Java for services and workers, such as {@code
   *     -Dcluster.concurrency=50}
   */
  static Cluster start(Path directory, Shape shape, String... properties) throws Exception {
    BrokerFile file = new BrokerFile(ports(shape.brokers()), shape.brokerSessionMs());
    Cluster cluster = new Cluster(directory, shape, file);
    cluster.properties.addAll(List.of(properties));
    try {
      cluster.brokers();
      cluster.services();
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void brokers() throws Exception {
    String clusterId = Uuid.randomUuid().toString();
    for (int broker = 1; broker <= file.ports().size(); broker++) {
      Path own = directory.resolve("broker-" + broker);
      file.write(broker, own);
      add("broker-" + broker, "256m", BrokerNode.class, List.of(own.toString(), clusterId)).start();
      Ports ports = file.ports().get(broker - 1);
      proxies.add(new TcpProxy(ports.proxy(), ports.far()));
    }
    for (ClusterProcess broker : processes.values()) {
      awaitReady(broker);
    }
  }

  private void services() {
    shape.services().forEach((name, roles) -> service(name, roles, file.bootstrap(), "224m"));
    for (int worker = 1; worker <= shape.workers() + shape.spares(); worker++) {
      String bootstrap = worker == 1 ? file.farBootstrap() : file.bootstrap();
      service("worker-" + worker, "worker", bootstrap, "160m");
    }
  }

  private void service(String name, String roles, String bootstrap, String heap) {
    add(
        name,
        heap,
        ServiceNode.class,
        List.of(roles, name, bootstrap, directory.resolve(name).toString()));
  }

  private ClusterProcess add(String name, String heap, Class<?> main, List<String> arguments) {
    List<String> jvm =
        new ArrayList<>(
            List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.net.preferIPv4Stack=true",
                "-Dcluster.replication=" + shape.brokers(),
                "-Dcluster.session.ms=" + shape.sessionMs()));
    if (shape.sessionMs() > 0 || (!shape.services().isEmpty() && main != BrokerNode.class)) {
      // So many on two cores, which begin anew so often: the second compiler takes more than it
      // gives, but for brokers, which do most of the work.
      jvm.add("-XX:TieredStopAtLevel=1");
    }
    jvm.addAll(properties);
    ClusterProcess process =
        new ClusterProcess(name, directory.resolve(name), jvm, main, arguments);
    processes.put(name, process);
    return process;
  }

  /** Has services and workers begin with what is in this folder of jars of an earlier release. */
  void startWith(Path jars) throws Exception {
    Path own =
        Path.of(ServiceNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    for (ClusterProcess process : processes.values()) {
      if (!process.name().startsWith("broker")) {
        process.classPath(own + java.io.File.pathSeparator + jars.resolve("*"));
      }
    }
  }

  /**
   * Has services and workers start with an archive of their classes, as the command does. One of
   * each is run for it first.
   */
  void shareClasses() throws Exception {
    Path own = directory.resolve("trainer");
    ClassArchive archive = ClassArchive.in(own);
    service("trainer", "orchestrator,scheduler,worker", file.bootstrap(), "320m");
    ClusterProcess trainer = process("trainer");
    trainer.runWith(archive.classPath(), archive.write());
    trainer.start();
    awaitReady(trainer);
    trainer.terminate(START);
    processes.remove("trainer");
    if (!archive.exists()) {
      throw new AssertionError("no archive of classes was written; see " + trainer.log());
    }
    for (ClusterProcess process : processes.values()) {
      if (!process.name().startsWith("broker")) {
        process.runWith(archive.classPath(), archive.read());
      }
    }
  }

  /**
   * Starts the services and workers, but for the spare ones, and waits until they work. One after
   * the other: eight that compile their code at once on two cores come too late for their own
   * limits.
   */
  void startServices() throws Exception {
    List<String> names = new ArrayList<>(members().services());
    names.addAll(members().workers());
    for (String name : names) {
      process(name).start();
      awaitReady(process(name));
    }
  }

  static void awaitReady(ClusterProcess process) throws InterruptedException {
    if (!process.awaitReady(START)) {
      throw new AssertionError(process.name() + " does not start; see " + process.log());
    }
  }

  /** Waits until every copy of every partition has caught up; says whether they have. */
  boolean awaitInSync(Duration limit) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      do {
        if (inSync(admin)) {
          return true;
        }
        TimeUnit.MILLISECONDS.sleep(500);
      } while (System.nanoTime() < until);
      return false;
    }
  }

  private static boolean inSync(Admin admin) throws InterruptedException {
    try {
      Set<String> names =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      return admin.describeTopics(names).allTopicNames().get().values().stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.isr().size() == partition.replicas().size());
    } catch (ExecutionException e) {
      return false; // A topic came or went, or a broker does not answer yet.
    }
  }

  Members members() {
    List<String> workers = new ArrayList<>();
    for (int worker = 1; worker <= shape.workers(); worker++) {
      workers.add("worker-" + worker);
    }
    return new Members(
        file.ports().size(), shape.services().keySet().stream().sorted().toList(), workers);
  }

  ClusterProcess process(String name) {
    ClusterProcess process = processes.get(name);
    if (process == null) {
      throw new IllegalArgumentException("there is no " + name + ", but " + processes.keySet());
    }
    return process;
  }

  Collection<ClusterProcess> processes() {
    return processes.values();
  }

  List<Path> workerDirectories() {
    return processes.values().stream()
        .filter(process -> process.name().startsWith("worker") && process.pid() > 0)
        .map(ClusterProcess::directory)
        .toList();
  }

  String bootstrap() {
    return file.bootstrap();
  }

  /** A connection of a client. */
  TasksRuntime connect() {
    return TasksRuntime.of(Tasks.connect(ServiceNode.config(bootstrap(), shape.brokers())));
  }

  /** Makes the network of the first worker this much slower. */
  void delay(int millis) {
    proxies.forEach(proxy -> proxy.delay(millis));
  }

  /** Cuts the first worker off, or not. */
  void cut(boolean value) {
    proxies.forEach(proxy -> proxy.cut(value));
  }

  private static List<Ports> ports(int brokers) throws IOException {
    Set<Integer> free = new TreeSet<>();
    Random random = new Random();
    while (free.size() < 4 * brokers) {
      int port = LOWEST_PORT + random.nextInt(HIGHEST_PORT - LOWEST_PORT);
      if (isFree(port)) {
        free.add(port);
      }
    }
    List<Integer> all = List.copyOf(free);
    List<Ports> ports = new ArrayList<>();
    for (int i = 0; i < 4 * brokers; i += 4) {
      ports.add(new Ports(all.get(i), all.get(i + 1), all.get(i + 2), all.get(i + 3)));
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends every process at once. */
  @Override
  public void close() throws Exception {
    for (ClusterProcess process : processes.values().stream().toList().reversed()) {
      process.close();
    }
    for (TcpProxy proxy : proxies) {
      proxy.close();
    }
  }
}
