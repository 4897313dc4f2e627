package io.clusterdb.tasks.acl;

import static io.clusterdb.tasks.acl.Rule.Operation.ALTER;
import static io.clusterdb.tasks.acl.Rule.Operation.CREATE;
import static io.clusterdb.tasks.acl.Rule.Operation.DELETE;
import static io.clusterdb.tasks.acl.Rule.Operation.DESCRIBE;
import static io.clusterdb.tasks.acl.Rule.Operation.DESCRIBE_CONFIGS;
import static io.clusterdb.tasks.acl.Rule.Operation.READ;
import static io.clusterdb.tasks.acl.Rule.Operation.WRITE;
import static io.clusterdb.tasks.acl.Rule.Resource.GROUP;
import static io.clusterdb.tasks.acl.Rule.Resource.TOPIC;
import static io.clusterdb.tasks.acl.Rule.Resource.TRANSACTIONAL_ID;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.acl.Rule.Operation;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.topic.TopicSpec;
import io.clusterdb.tasks.topic.TopicSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rights on the brokers that a role needs, and no more, derived from the names of topics,
 * groups and transactional ids. Cluster rights are not among them: idempotent producers need none
 * since Kafka 2.8. Pure.
 *
 * <p>The services serve every queue, also those that are created later, so that their rights are by
 * prefix: Kafka matches a name as a whole or by its beginning, never by its end.
 *
 * @param names names of everything on the broker
 * @param queues the queues that producers, workers, operators and viewers are for; empty for every
 *     queue, by prefix, which takes in the platform's own topics
 */
public record Acls(TopicNames names, List<Queue> queues) {
  private static final String EVERY_QUEUE = "every queue, with all that starts so";

  /** Copies the list. */
  public Acls {
    queues = List.copyOf(queues);
  }

  /** The rules of a role, each resource once. */
  public List<Rule> of(Role role) {
    List<Rule> rules =
        switch (role) {
          case PRODUCER -> producer();
          case WORKER -> worker();
          case WORKFLOWS -> workflows();
          case SCHEDULER -> scheduler();
          case ORCHESTRATOR -> orchestrator();
          case LEASES -> leases();
          case COMMANDS -> commands();
          case OPERATOR -> queues.isEmpty() ? operator() : operatorOfQueues();
          case VIEWER -> queues.isEmpty() ? viewer() : viewerOfQueues();
        };
    return RuleSet.of(rules);
  }

  private List<Rule> producer() {
    List<Rule> rules = new ArrayList<>();
    rules.add(topic(names.catalog(), "definitions", READ));
    if (queues.isEmpty()) {
      rules.add(topics("enqueue; " + EVERY_QUEUE, WRITE));
      rules.add(groups("depth, for max_depth", DESCRIBE));
    }
    for (Queue queue : queues) {
      lanes(queue).forEach(lane -> rules.add(topic(lane, "enqueue", WRITE)));
      rules.add(group(names.group(queue.name()), "depth, for max_depth", DESCRIBE));
    }
    rules.add(topic(names.delayed(), "jobs with a delay", WRITE));
    rules.add(topic(names.unique(), "jobs with a unique key", WRITE));
    rules.add(topic(names.batchCommands(), "batches", WRITE));
    rules.add(topic(names.replies(), "waits for outcomes", READ));
    return rules;
  }

  private List<Rule> worker() {
    List<Rule> rules = new ArrayList<>();
    rules.add(topic(names.catalog(), "definitions", READ));
    rules.add(topic(names.control(), "cancellations", READ));
    if (queues.isEmpty()) {
      rules.add(topics("jobs, retries, dead letters; " + EVERY_QUEUE, READ, WRITE));
      rules.add(groups("its share of the jobs", READ));
      rules.add(
          Rule.startingWith(
              TRANSACTIONAL_ID, names.prefix() + ".worker.", "settles, and ends dead ones", WRITE));
    }
    for (Queue queue : queues) {
      lanes(queue).forEach(lane -> rules.add(topic(lane, "jobs", READ)));
      rules.add(topic(names.retry(queue.name()), "retries", WRITE));
      rules.add(topic(names.deadLetters(queue), "dead letters", WRITE));
      rules.add(group(names.group(queue.name()), "its share of the jobs", READ));
      rules.add(
          Rule.startingWith(
              TRANSACTIONAL_ID,
              names.workerTransactionalIds(queue.name()),
              "settles, and ends dead ones",
              WRITE));
    }
    rules.add(topic(names.events(), "outcomes", WRITE));
    rules.add(topic(names.replies(), "outcomes for callers", WRITE));
    rules.add(topic(names.workflowOutcomes(), "outcomes for workflows", WRITE));
    rules.add(topic(names.scheduleOutcomes(), "outcomes for schedules", WRITE));
    rules.add(topic(names.unique(), "frees unique keys", WRITE));
    rules.add(topic(names.delayed(), "jobs that wait on", WRITE));
    return rules;
  }

  private List<Rule> workflows() {
    return List.of(
        topic(names.catalog(), "definitions", READ),
        topic(names.workflowCommands(), "starts and steers runs", WRITE),
        topic(names.workflowEvents(), "logs of runs", READ),
        topic(names.audit(), "records who cancelled or retried a run", WRITE),
        topic(names.replies(), "waits for outcomes", READ));
  }

  private List<Rule> scheduler() {
    return List.of(
        topics(
            "reads retries, writes jobs, trims what is consumed, makes its stores' topics",
            READ,
            WRITE,
            CREATE,
            DELETE,
            DESCRIBE_CONFIGS),
        groups("its own work, and offsets of idle queues", READ),
        ownTransactions(names.schedulerApplication()),
        ownTransactions(names.retriesApplication()));
  }

  private List<Rule> orchestrator() {
    return List.of(
        topics(
            "reads every job, writes jobs and events, makes its stores' topics",
            READ,
            WRITE,
            CREATE,
            DESCRIBE_CONFIGS),
        Rule.startingWith(
            TOPIC, names.orchestratorApplication() + "-", "trims its own topics", DELETE),
        group(names.orchestratorApplication(), "its share of the work", READ),
        groups("depth and workers of queues", DESCRIBE),
        ownTransactions(names.orchestratorApplication()),
        transaction(names.catalogTransactionalId(), "announces its address", WRITE),
        transaction(names.alertsTransactionalId(), "raises alerts", WRITE),
        transactions("names what holds readers back", DESCRIBE));
  }

  private List<Rule> leases() {
    List<Rule> rules = new ArrayList<>();
    if (queues.isEmpty()) {
      rules.add(groups("takes jobs for callers", READ));
      rules.add(
          Rule.startingWith(
              TRANSACTIONAL_ID, names.prefix() + ".worker.", "settles for callers", WRITE));
    }
    for (Queue queue : queues) {
      rules.add(group(names.group(queue.name()), "takes jobs for callers", READ));
      rules.add(
          Rule.startingWith(
              TRANSACTIONAL_ID,
              names.workerTransactionalIds(queue.name()),
              "settles for callers",
              WRITE));
    }
    return rules;
  }

  private List<Rule> commands() {
    return List.of(
        topics("adds partitions, deletes queues", ALTER, DELETE),
        groups("deletes queues", DELETE),
        transactions("replays of dead letters, changes of the catalog", WRITE));
  }

  private List<Rule> operator() {
    return List.of(
        topics(
            "everything that the command line does",
            READ,
            WRITE,
            CREATE,
            DELETE,
            ALTER,
            DESCRIBE_CONFIGS),
        groups("depth; deletes queues", DESCRIBE, DELETE),
        transactions("replays of dead letters, changes of the catalog", WRITE));
  }

  private List<Rule> operatorOfQueues() {
    List<Rule> rules = new ArrayList<>();
    for (TopicSpec spec : new TopicSpecs(names).platform(1)) {
      rules.add(topic(spec.name(), "makes it if need be", CREATE, DESCRIBE, DESCRIBE_CONFIGS));
    }
    rules.addAll(sharedOfViewer());
    rules.add(topic(names.catalog(), "changes definitions", WRITE));
    for (Queue queue : queues) {
      queueTopics(queue)
          .forEach(
              name ->
                  rules.add(
                      topic(
                          name,
                          "the queue",
                          READ,
                          WRITE,
                          CREATE,
                          DELETE,
                          ALTER,
                          DESCRIBE_CONFIGS)));
      rules.add(group(names.group(queue.name()), "depth; deletes the queue", DESCRIBE, DELETE));
      rules.add(
          transaction(names.replayTransactionalId(names.deadLetters(queue)), "replays", WRITE));
    }
    for (String name : List.of(names.delayed(), names.unique(), names.batchCommands())) {
      rules.add(topic(name, "enqueue", WRITE));
    }
    rules.add(topic(names.delayed(), "finds cancelled jobs", READ));
    rules.add(topic(names.audit(), "records who changed what", WRITE));
    for (String name :
        List.of(names.control(), names.workflowCommands(), names.scheduleCommands())) {
      rules.add(topic(name, "commands", WRITE));
    }
    rules.add(transaction(names.catalogTransactionalId(), "changes definitions", WRITE));
    return rules;
  }

  private List<Rule> viewer() {
    return List.of(
        topics("looks", READ, DESCRIBE_CONFIGS),
        groups("depth and workers of queues", DESCRIBE),
        transactions("names what holds readers back", DESCRIBE));
  }

  private List<Rule> viewerOfQueues() {
    List<Rule> rules = new ArrayList<>(sharedOfViewer());
    for (TopicSpec spec : new TopicSpecs(names).platform(1)) {
      rules.add(topic(spec.name(), "looks", DESCRIBE, DESCRIBE_CONFIGS));
    }
    for (Queue queue : queues) {
      queueTopics(queue).forEach(name -> rules.add(topic(name, "looks", READ, DESCRIBE_CONFIGS)));
      rules.add(group(names.group(queue.name()), "depth and workers", DESCRIBE));
    }
    return rules;
  }

  private List<Rule> sharedOfViewer() {
    List<Rule> rules = new ArrayList<>();
    for (String name :
        List.of(
            names.catalog(),
            names.events(),
            names.replies(),
            names.alerts(),
            names.audit(),
            names.scheduleState(),
            names.workflowEvents())) {
      rules.add(topic(name, "looks", READ));
    }
    for (String name : List.of(names.delayed(), names.unique())) {
      rules.add(topic(name, "looks for jobs that wait", DESCRIBE));
    }
    for (String application :
        List.of(
            names.schedulerApplication(),
            names.retriesApplication(),
            names.orchestratorApplication())) {
      rules.add(group(application, "how the services are getting on", DESCRIBE));
    }
    rules.add(transactions("names what holds readers back", DESCRIBE));
    return rules;
  }

  private List<String> lanes(Queue queue) {
    List<String> lanes = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      lanes.add(names.queue(queue.name(), lane));
    }
    return lanes;
  }

  private Set<String> queueTopics(Queue queue) {
    Set<String> topics = new TreeSet<>(lanes(queue));
    topics.add(names.retry(queue.name()));
    topics.add(names.deadLetters(queue.name()));
    topics.add(names.deadLetters(queue));
    return topics;
  }

  private Rule topic(String name, String why, Operation... operations) {
    return Rule.of(TOPIC, name, why, operations);
  }

  private Rule group(String name, String why, Operation... operations) {
    return Rule.of(GROUP, name, why, operations);
  }

  private Rule transaction(String name, String why, Operation... operations) {
    return Rule.of(TRANSACTIONAL_ID, name, why, operations);
  }

  private Rule topics(String why, Operation... operations) {
    return Rule.startingWith(TOPIC, names.prefix() + ".", why, operations);
  }

  private Rule groups(String why, Operation... operations) {
    return Rule.startingWith(GROUP, names.prefix() + ".", why, operations);
  }

  private Rule transactions(String why, Operation... operations) {
    return Rule.startingWith(TRANSACTIONAL_ID, names.prefix() + ".", why, operations);
  }

  /** Kafka Streams adds the process and the thread. */
  private static Rule ownTransactions(String application) {
    return Rule.startingWith(TRANSACTIONAL_ID, application + "-", "its own work", WRITE);
  }
}
