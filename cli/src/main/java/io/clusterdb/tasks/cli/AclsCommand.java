package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.acl.Acls;
import io.clusterdb.tasks.acl.KafkaAclsCommand;
import io.clusterdb.tasks.acl.Role;
import io.clusterdb.tasks.acl.Rule;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks acls}. */
@Command(
    name = "acls",
    description = {
      "Lists the rights on the brokers that each role needs, and no more.",
      "",
      "It asks nobody and changes nothing: what it writes with --format kafka-acls is for an"
          + " administrator's shell. Roles: producer, worker, workflows (starts runs), scheduler,"
          + " orchestrator, leases and commands (an orchestrator that also leases jobs, or changes"
          + " queues and replays dead letters, by HTTP), operator (the command line), viewer. A"
          + " principal may have several."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks acls",
      "  tasks acls --role worker --queue emails --principal User:mailer",
      "  tasks acls --role producer --role worker --config tasks.yaml --format kafka-acls"
    })
final class AclsCommand implements Callable<Integer> {
  private static final Set<String> FORMATS = Set.of("table", "json", "kafka-acls");

  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--role", paramLabel = "ROLE", description = "Only this role (default: all).")
  private List<Role> roles = new ArrayList<>();

  @Option(
      names = "--queue",
      paramLabel = "Q",
      description = "Only this queue, of roles that have to do with queues (default: all).")
  private List<String> queues = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "F",
      description =
          "YAML file that says which queues there are and where their dead letters go, and how the"
              + " platform's topics are called.")
  private @Nullable Path config;

  @Option(
      names = "--principal",
      paramLabel = "P",
      description = "Who gets the rights, such as User:mailer (default: User:<prefix>-<role>).")
  private @Nullable String principal;

  @Option(
      names = "--format",
      paramLabel = "table|json|kafka-acls",
      description = "How they are written (default: as --output says).")
  private @Nullable String format;

  AclsCommand(Context context) {
    this.context = context;
  }

  /** A rule and who gets it, as it is written. */
  private record Line(
      String role,
      String principal,
      String resource,
      String name,
      String pattern,
      List<String> operations,
      String why) {}

  @Override
  public Integer call() {
    TasksConfig settings =
        config == null
            ? context.options().config()
            : context.options().over(ConfigFiles.load(config, context));
    String how = checkedFormat();
    if (principal != null && !principal.matches("[^:\\s]+:.+")) {
      throw Usage.error(
          spec, "--principal expects a kind and a name, such as User:mailer, found " + principal);
    }
    Acls acls = new Acls(new TopicNames(settings.prefix()), chosen(settings));
    if (acls.queues().isEmpty()) {
      context
          .terminal()
          .say(
              "These rights are for every queue, by prefix. Name queues with --queue or --config to"
                  + " give producers, workers and operators no more than theirs.");
    }
    switch (how) {
      case "json" -> context.terminal().json(lines(acls, settings));
      case "kafka-acls" -> commands(acls, settings);
      default -> table(lines(acls, settings)).print(context.terminal());
    }
    return ExitCodes.DONE;
  }

  private String checkedFormat() {
    String how = format == null ? context.options().json() ? "json" : "table" : format;
    if (!FORMATS.contains(how)) {
      throw Usage.error(spec, "--format expects table, json or kafka-acls, found " + how);
    }
    return how;
  }

  /** The file's definitions of the queues that were named, of all of them if none was. */
  private List<Queue> chosen(TasksConfig settings) {
    if (queues.isEmpty()) {
      return settings.queues();
    }
    return new LinkedHashSet<>(queues)
        .stream()
            .map(
                name ->
                    settings.queues().stream()
                        .filter(queue -> queue.name().equals(name))
                        .findFirst()
                        .orElseGet(() -> Usage.checked(spec, () -> Queue.named(name).build())))
            .toList();
  }

  private List<Role> chosenRoles() {
    return roles.isEmpty() ? List.of(Role.values()) : List.copyOf(new LinkedHashSet<>(roles));
  }

  private String principal(Role role, TasksConfig settings) {
    return principal == null ? "User:" + settings.prefix() + "-" + role.text() : principal;
  }

  private List<Line> lines(Acls acls, TasksConfig settings) {
    List<Line> lines = new ArrayList<>();
    for (Role role : chosenRoles()) {
      for (Rule rule : acls.of(role)) {
        lines.add(
            new Line(
                role.text(),
                principal(role, settings),
                rule.resource().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                rule.name(),
                rule.prefixed() ? "prefixed" : "literal",
                rule.operations().stream().map(KafkaAclsCommand::kafkaName).toList(),
                rule.why()));
      }
    }
    return lines;
  }

  private static TextTable table(List<Line> lines) {
    TextTable table = new TextTable("ROLE", "PRINCIPAL", "RESOURCE", "NAME", "MAY", "FOR");
    for (Line line : lines) {
      table.row(
          line.role(),
          line.principal(),
          line.resource(),
          line.name() + (line.pattern().equals("prefixed") ? "*" : ""),
          line.operations().stream().collect(Collectors.joining(" ")),
          line.why());
    }
    return table;
  }

  private void commands(Acls acls, TasksConfig settings) {
    Path file = context.options().kafkaConfig();
    KafkaAclsCommand command =
        new KafkaAclsCommand(settings.bootstrap(), file == null ? null : file.toString());
    for (Role role : chosenRoles()) {
      context.terminal().result("# " + role.text() + ": " + role.meaning());
      for (Rule rule : acls.of(role)) {
        context.terminal().result(command.add(principal(role, settings), rule));
      }
    }
  }
}
