package io.clusterdb.tasks.config;

import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.PayloadCipher;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the YAML file, with every problem of it at once. Stateless. */
public final class ConfigFile {
  /** Where the brokers are if neither the file nor {@code TASKS_BOOTSTRAP} says so. */
  public static final String DEFAULT_BOOTSTRAP = "localhost:9092";

  private ConfigFile() {}

  /**
   * Reads a file; the files that it names are taken relative to it.
   *
   * @param environment what {@code ${NAME}} stands for; its {@code TASKS_BOOTSTRAP} stands in for
   *     an absent {@code kafka.bootstrap}
   * @throws ConfigException with every problem of the file
   */
  public static TasksConfig load(Path file, Map<String, String> environment) {
    String name = file.toString();
    Problems problems = new Problems();
    String text = text(file, problems);
    if (text == null) {
      throw new ConfigException(name, problems.sorted());
    }
    Path folder = file.toAbsolutePath().getParent();
    return parse(name, text, environment, folder == null ? Path.of("") : folder);
  }

  /**
   * Reads text; the files that it names are taken relative to the working directory.
   *
   * @param name what messages call the text
   * @throws ConfigException with every problem of the text
   */
  public static TasksConfig parse(String name, String text, Map<String, String> environment) {
    return parse(name, text, environment, Path.of(""));
  }

  private static TasksConfig parse(
      String name, String text, Map<String, String> environment, Path folder) {
    Problems problems = new Problems();
    TasksConfig config =
        TasksConfig.of(environment.getOrDefault("TASKS_BOOTSTRAP", DEFAULT_BOOTSTRAP));
    try {
      YamlNode tree = YamlParser.parse(text, problems);
      if (tree != null) {
        YamlNode filled = new Variables(environment, problems).fill(tree, "");
        config = root(Cursor.of(filled, "", problems), config, folder);
      }
    } catch (Problems.TooMany e) {
      // Those that were found are enough to begin with.
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(name, problems.sorted());
    }
    return config;
  }

  private static TasksConfig root(Cursor cursor, TasksConfig start, Path folder) {
    if (cursor.isNull()) {
      cursor.expected("a mapping of settings");
      return start;
    }
    MapReader root = cursor.map(Keys.ROOT);
    TasksConfig config = PlatformReader.read(root, start, folder);
    TasksReader tasks = root.read("tasks", at -> TasksReader.read(at, folder));
    if (tasks != null && cursor.problems().isEmpty()) {
      config = config.queues(tasks.queues(), tasks.openPartitions()).types(tasks.types());
    }
    Scheduler scheduler = root.read("scheduler", SchedulerReader::read);
    if (scheduler != null && cursor.problems().isEmpty()) {
      config = config.scheduler(scheduler);
    }
    List<Workflow> workflows = root.read("workflows", WorkflowReader::read);
    if (workflows != null && cursor.problems().isEmpty()) {
      config = config.workflows(workflows);
    }
    PayloadCipher cipher = root.read("encryption", at -> EncryptionReader.read(at, folder));
    if (cipher != null && cursor.problems().isEmpty()) {
      config = config.encryption(cipher);
    }
    TracingConfig telemetry = root.read("telemetry", TelemetryReader::read);
    if (telemetry != null && cursor.problems().isEmpty()) {
      config = config.telemetry(telemetry);
    }
    MetricsConfig monitoring = root.read("monitoring", MonitoringReader::read);
    if (monitoring != null && cursor.problems().isEmpty()) {
      config = config.monitoring(monitoring);
    }
    return config;
  }

  private static @Nullable String text(Path file, Problems problems) {
    try {
      if (!Files.isRegularFile(file)) {
        String found = Files.isDirectory(file) ? "a directory" : "no such file";
        problems.add(Place.FILE, "", "expected a YAML file, found " + found);
        return null;
      }
      if (Files.size(file) > YamlParser.MAX_LENGTH) {
        String most = "expected at most " + YamlParser.MAX_LENGTH + " bytes, found ";
        problems.add(Place.FILE, "", most + Files.size(file));
        return null;
      }
      return Utf8.decode(Files.readAllBytes(file), problems);
    } catch (IOException e) {
      problems.add(Place.FILE, "", "expected a readable file, found: " + e);
      return null;
    }
  }
}
