package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A browser that looks at the console of a platform on which something goes on. */
abstract class ConsoleSession {
  static final Path PICTURES = Path.of("target", "console");

  static ConsoleShop shop;
  static Browser browser;
  static PrefixProxy proxy;

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> program = Browser.find();
    Assumptions.assumeTrue(
        program.isPresent(),
        "no Chromium was found: the console is NOT tested. `apt-get install chromium` brings it");
    shop = new ConsoleShop();
    proxy = new PrefixProxy(shop.platform.api());
    browser = Browser.start(program.get());
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
      proxy.close();
      shop.close();
    }
  }

  @BeforeEach
  void begin() {
    browser.size(1440, 900);
    browser.dark(false);
    browser.complaints();
  }

  @AfterEach
  void nothingIsComplainedOf() {
    // Of a run that has just started there may be no log yet.
    assertThat(browser.complaints()).allMatch(each -> each.matches(".*404.*/logs"));
  }

  static void show(String hash) {
    browser.fresh(shop.platform.api() + "/console/" + hash);
    browser.awaitElement("main h1");
  }

  static JobState state(String id) {
    return shop.tasks.tasks().getTaskStatus(id).state();
  }

  static void awaitState(String id, JobState wanted) {
    Awaitility.await()
        .atMost(Browser.PATIENCE)
        .ignoreExceptionsInstanceOf(TasksException.class)
        .until(() -> state(id) == wanted);
  }
}
