package io.clusterdb.tasks.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.acl.Rule.Operation;
import io.clusterdb.tasks.acl.Rule.Resource;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AclsTest {
  private static final TopicNames NAMES = new TopicNames("acme.jobs");
  private static final Acls EVERYTHING = new Acls(NAMES, List.of());
  private static final Acls MAILS =
      new Acls(
          NAMES,
          List.of(
              Queue.named("mails")
                  .deadLetter(DeadLetter.to("graveyard").afterAttempts(2))
                  .build()));

  @ParameterizedTest
  @EnumSource
  void nothingIsOutsideOfThePrefixAndEachResourceStandsOnce(Role role) {
    for (Acls acls : List.of(EVERYTHING, MAILS)) {
      List<Rule> rules = acls.of(role);
      assertThat(rules).isNotEmpty().allMatch(rule -> rule.name().startsWith("acme.jobs."));
      assertThat(rules.stream().map(rule -> rule.resource() + rule.name() + rule.prefixed()))
          .doesNotHaveDuplicates();
      assertThat(rules).allMatch(rule -> !rule.operations().isEmpty());
    }
  }

  @Test
  void aProducerOfAQueueWritesItsLanesAndNoOtherQueue() {
    assertThat(topics(MAILS, Role.PRODUCER, Operation.WRITE))
        .containsExactlyInAnyOrder(
            "acme.jobs.mails",
            "acme.jobs.mails.high",
            "acme.jobs.mails.low",
            "acme.jobs.delayed",
            "acme.jobs.unique",
            "acme.jobs.batches.commands");
    assertThat(MAILS.of(Role.PRODUCER)).noneMatch(Rule::prefixed);
    assertThat(MAILS.of(Role.PRODUCER))
        .noneMatch(rule -> rule.resource() == Resource.TRANSACTIONAL_ID);
  }

  @Test
  void aWorkerOfAQueueReadsItAndWritesNoJobsIntoIt() {
    assertThat(topics(MAILS, Role.WORKER, Operation.READ))
        .contains("acme.jobs.mails", "acme.jobs.mails.high", "acme.jobs.catalog");
    assertThat(topics(MAILS, Role.WORKER, Operation.WRITE))
        .contains("acme.jobs.graveyard", "acme.jobs.mails.retry", "acme.jobs.events")
        .doesNotContain("acme.jobs.mails", "acme.jobs.catalog");
    assertThat(MAILS.of(Role.WORKER).stream().filter(Rule::prefixed))
        .singleElement()
        .returns("acme.jobs.worker.mails.", Rule::name);
  }

  @Test
  void whoSteersRunsRecordsIt() {
    assertThat(topics(MAILS, Role.WORKFLOWS, Operation.WRITE))
        .containsExactlyInAnyOrder("acme.jobs.workflows.commands", "acme.jobs.audit");
  }

  @Test
  void anOperatorOfAQueueFindsCancelledJobsWhereTheyWaited() {
    assertThat(topics(MAILS, Role.OPERATOR, Operation.READ)).contains("acme.jobs.delayed");
  }

  @Test
  void aViewerChangesNothing() {
    for (Acls acls : List.of(EVERYTHING, MAILS)) {
      assertThat(acls.of(Role.VIEWER))
          .allMatch(
              rule ->
                  Set.of(Operation.READ, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)
                      .containsAll(rule.operations()))
          .noneMatch(
              rule ->
                  rule.resource() != Resource.TOPIC && rule.operations().contains(Operation.READ));
    }
  }

  @Test
  void whatFollowsFromAnotherRuleIsLeftOut() {
    assertThat(EVERYTHING.of(Role.OPERATOR)).hasSize(3);
    assertThat(EVERYTHING.of(Role.PRODUCER).stream().map(Rule::name))
        .doesNotContain("acme.jobs.delayed");
    assertThat(MAILS.of(Role.OPERATOR))
        .noneMatch(
            rule ->
                rule.operations().contains(Operation.WRITE)
                    && rule.operations().contains(Operation.DESCRIBE));
  }

  @Test
  void kafkasToolIsToldInOneLine() {
    Rule rule = MAILS.of(Role.WORKER).getLast();
    assertThat(new KafkaAclsCommand("b:1", "it's.properties").add("User:m o", rule))
        .isEqualTo(
            "kafka-acls.sh --bootstrap-server 'b:1' --command-config 'it'\\''s.properties' --add"
                + " --allow-principal 'User:m o' --operation Write --transactional-id"
                + " 'acme.jobs.worker.mails.' --resource-pattern-type prefixed");
    assertThat(KafkaAclsCommand.kafkaName(Operation.DESCRIBE_CONFIGS)).isEqualTo("DescribeConfigs");
  }

  @Test
  void anUnknownRoleIsRefusedWithTheKnownOnes() {
    assertThat(Role.parse("Worker")).isEqualTo(Role.WORKER);
    assertThatThrownBy(() -> Role.parse("root"))
        .hasMessageContaining("producer, worker")
        .hasMessageContaining("\"root\"");
  }

  private static List<String> topics(Acls acls, Role role, Operation operation) {
    return acls.of(role).stream()
        .filter(rule -> rule.resource() == Resource.TOPIC && rule.operations().contains(operation))
        .map(Rule::name)
        .toList();
  }
}
