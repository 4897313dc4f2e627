package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles the Java that README and pages show. What begins with imports is a file of its own; the
 * rest is put beside the names that the pages take for granted.
 */
class JavaBlocksTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("^class ", Pattern.MULTILINE);
  private static final Pattern NAME =
      Pattern.compile("^public (?:final )?class (\\w+)", Pattern.MULTILINE);
  private static final String BEFORE =
      """
      import static java.time.Duration.ofSeconds;
      import static org.assertj.core.api.Assertions.assertThat;

      import io.clusterdb.tasks.*;
      import io.clusterdb.tasks.testkit.*;
      import io.micrometer.core.instrument.MeterRegistry;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.List;
      import org.junit.jupiter.api.Test;
      import org.slf4j.event.Level;

      abstract class Block {
        record Email(String to) {}
        record Order(String id) {}
        record Report(String text) {}
        static class ReportException extends Exception {}
        interface Shop {
          Object process(Order order, JobContext context);
          List<String> shipped();
        }
        static Shop shop;
        Tasks tasks;
        Order order;
        Report report;
        List<Job> jobs;
        Path path;
        MeterRegistry registry;
        abstract Object send(Email email);
        abstract Object count(Report report) throws ReportException;
      """;

  @TempDir private static Path folder;

  /** A block of a page. */
  record Shown(String where, String code) {
    @Override
    public String toString() {
      return where;
    }
  }

  static List<Shown> blocks() throws IOException {
    List<Shown> found = new ArrayList<>();
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      List<Path> pages =
          Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
              .filter(page -> page.toString().endsWith(".md"))
              .toList();
      for (Path page : pages) {
        String text = Files.readString(page);
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
          long line = text.substring(0, block.start()).lines().count() + 1;
          found.add(new Shown(page.getFileName() + ":" + line, block.group(1)));
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void compiles(Shown block) throws IOException {
    String source = source(block.code().replace("…", "").strip());
    Matcher name = NAME.matcher(source);
    Path file = folder.resolve((name.find() ? name.group(1) : "Block") + ".java");
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "--release",
            "21");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      compiler.getTask(null, files, problems, options, null, files.getJavaFileObjects(file)).call();
    }

    assertThat(problems.getDiagnostics())
        .as("%s%n%s", block.where(), source)
        .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
  }

  private static String source(String code) {
    if (code.startsWith("import ")) {
      return code;
    }
    if (CLASS.matcher(code).find()) {
      return BEFORE + code.replaceFirst("(?m)^class ", "static class ") + "\n}\n";
    }
    boolean statement = code.contains(";") || code.endsWith("}");
    String body = statement ? code : "Object shown = " + code + ";";
    return BEFORE + "void shown() throws Exception {\n" + body + "\n}\n}\n";
  }
}
