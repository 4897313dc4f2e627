package io.clusterdb.tasks.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help texts with a command's own options first and those of every command apart. */
final class HelpLayout {
  private static final String COMMON_HEADING = "%nOptions of every command:%n";

  private HelpLayout() {}

  /** Lays out the help of this command and all below it. */
  static void apply(CommandLine root) {
    apply(root, true);
  }

  private static void apply(CommandLine command, boolean root) {
    Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(command.getHelpSectionMap());
    sections.put(
        UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING,
        help -> options(help, false).isEmpty() ? "" : help.optionListHeading());
    sections.put(
        UsageMessageSpec.SECTION_KEY_OPTION_LIST,
        help -> {
          List<OptionSpec> common = options(help, true);
          return help.optionListExcludingGroups(options(help, false))
              + (common.isEmpty() ? "" : help.createHeading(COMMON_HEADING))
              + help.optionListExcludingGroups(common);
        });
    if (root) { // the commands are what one looks for there, so they come first
      UsageMessageSpec usage = command.getCommandSpec().usageMessage();
      List<String> keys = new ArrayList<>(usage.sectionKeys());
      List<String> commands =
          List.of(
              UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
              UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
      keys.removeAll(commands);
      keys.addAll(keys.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING), commands);
      usage.sectionKeys(keys);
      usage.header("Tasks: background jobs, retries and dead letters on Kafka.", "");
      usage.footerHeading("%nExit codes:%n");
      usage.footer(
          "  0 done   1 failed   2 wrong usage   3 not found   4 cannot reach the platform",
          "",
          "'tasks COMMAND --help' says more about a command.");
    }
    command.getCommandSpec().usageMessage().sectionMap(sections);
    command.getCommandSpec().usageMessage().sortOptions(false);
    command.getSubcommands().values().forEach(sub -> apply(sub, false));
  }

  private static List<OptionSpec> options(Help help, boolean common) {
    return help.commandSpec().options().stream()
        .filter(option -> !option.hidden() && isCommon(help, option) == common)
        .toList();
  }

  private static boolean isCommon(Help help, OptionSpec option) {
    return option.inherited()
        || option.usageHelp()
        || option.versionHelp()
        || help.commandSpec().parent() == null;
  }
}
