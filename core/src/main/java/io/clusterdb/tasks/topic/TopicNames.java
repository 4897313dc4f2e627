package io.clusterdb.tasks.topic;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of everything on the broker, under one prefix.
 *
 * @param prefix what all of them start with; matches {@code [a-zA-Z0-9][a-zA-Z0-9._-]*}
 */
public record TopicNames(String prefix) {
  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*");
  private static final String RETRY = ".retry";
  private static final String DLQ = ".dlq";

  /** Checks the prefix. */
  public TopicNames {
    if (!PREFIX.matcher(prefix).matches() || prefix.length() > 80) {
      throw new IllegalArgumentException(
          "expected a prefix of letters, digits, ., _ and -, at most 80 characters, found \""
              + prefix
              + "\"");
    }
  }

  /** The topic of a queue's lane; NORMAL is the queue's own. */
  public String queue(String queue, Priority lane) {
    String base = prefix + "." + queue;
    return lane == Priority.NORMAL ? base : base + "." + lane.lane();
  }

  /** The topic of a queue's normal lane. */
  public String queue(String queue) {
    return queue(queue, Priority.NORMAL);
  }

  /** Jobs of a queue that wait for another attempt. */
  public String retry(String queue) {
    return prefix + "." + queue + RETRY;
  }

  /** Where a queue's dead letters go. */
  public String deadLetters(Queue queue) {
    return queue.deadLetter() == null || queue.deadLetter().queue() == null
        ? deadLetters(queue.name())
        : prefix + "." + queue.deadLetter().queue();
  }

  /** A queue's own dead letter topic. */
  public String deadLetters(String queue) {
    return prefix + "." + queue + DLQ;
  }

  /** All topics that a queue of this definition has, its dead letters' among them. */
  public List<String> allOf(Queue queue) {
    List<String> topics = new ArrayList<>();
    for (Priority lane : queue.priorities()) {
      topics.add(queue(queue.name(), lane));
    }
    topics.add(retry(queue.name()));
    topics.add(deadLetters(queue));
    return topics;
  }

  /** Jobs that wait for their time, of every queue. */
  public String delayed() {
    return prefix + ".delayed";
  }

  /** Jobs that ask for admission under their unique key, and keys that are free again. */
  public String unique() {
    return prefix + ".unique";
  }

  /** Definitions. */
  public String catalog() {
    return prefix + ".catalog";
  }

  /** Job events. */
  public String events() {
    return prefix + ".events";
  }

  /** Commands to jobs. */
  public String control() {
    return prefix + ".control";
  }

  /** Who changed what. */
  public String audit() {
    return prefix + ".audit";
  }

  /** Outcomes for waiting callers. */
  public String replies() {
    return prefix + ".replies";
  }

  /** Outcomes for workflows. */
  public String workflowOutcomes() {
    return prefix + ".workflows.outcomes";
  }

  /** Commands to runs of workflows. */
  public String workflowCommands() {
    return prefix + ".workflows.commands";
  }

  /** What happened to runs of workflows. */
  public String workflowEvents() {
    return prefix + ".workflows.events";
  }

  /** How many jobs batches have, with the jobs that wait for them. */
  public String batchCommands() {
    return prefix + ".batches.commands";
  }

  /** Outcomes for schedules. */
  public String scheduleOutcomes() {
    return prefix + ".schedules.outcomes";
  }

  /** Commands to schedules. */
  public String scheduleCommands() {
    return prefix + ".schedules.commands";
  }

  /** How schedules are getting on. */
  public String scheduleState() {
    return prefix + ".schedules.state";
  }

  /** Alerts that fire, and those that were over lately. */
  public String alerts() {
    return prefix + ".alerts";
  }

  /** Matches every queue's retry topic. */
  public Pattern retryPattern() {
    return Pattern.compile(
        Pattern.quote(prefix + ".") + "[a-z0-9][a-z0-9_-]*" + Pattern.quote(RETRY));
  }

  /** The queue that a retry topic belongs to; empty if the topic is not one. */
  public Optional<String> queueOfRetry(String topic) {
    return retryPattern().matcher(topic).matches()
        ? Optional.of(topic.substring(prefix.length() + 1, topic.length() - RETRY.length()))
        : Optional.empty();
  }

  /** The consumer group of a queue's workers. */
  public String group(String queue) {
    return prefix + "." + queue;
  }

  /** Application id of the scheduler service; a group too, so no queue's may be the same. */
  public String schedulerApplication() {
    return prefix + ".service.scheduler";
  }

  /** Application id of the orchestrator service; a group too, so no queue's may be the same. */
  public String orchestratorApplication() {
    return prefix + ".service.orchestrator";
  }

  /**
   * Application id of the scheduler's part that takes retries to the jobs that wait; a group too,
   * so no queue's may be the same.
   */
  public String retriesApplication() {
    return prefix + ".service.retries";
  }

  /** Jobs that the scheduler cannot send anywhere, such as those of a queue that was deleted. */
  public String schedulerDeadLetters() {
    return deadLetters("scheduler");
  }

  /** What the orchestrator can neither read nor decide. */
  public String orchestratorDeadLetters() {
    return deadLetters("orchestrator");
  }

  /** Transactional id of a worker's producer for one queue. */
  public String workerTransactionalId(String queue, String instance) {
    return prefix + ".worker." + queue + "." + instance;
  }

  /** What the transactional ids of a queue's workers start with. */
  public String workerTransactionalIds(String queue) {
    return prefix + ".worker." + queue + ".";
  }

  /** Transactional id of whoever replays the dead letters of this topic. */
  public String replayTransactionalId(String deadLetters) {
    return deadLetters + ".replay";
  }

  /** Transactional id that the one instance takes that raises alerts. */
  public String alertsTransactionalId() {
    return prefix + ".alerts";
  }

  /** Transactional id that every writer of the catalog takes. */
  public String catalogTransactionalId() {
    return prefix + ".catalog";
  }
}
