package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.clusterdb.tasks.testkit.TestBroker;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;

/** What the testkit does with Testcontainers where there is none of it, or no Docker engine. */
class TestcontainersTest {
  private static final String BROKER = "io.clusterdb.tasks.testkit.SharedBroker";

  @Test
  void withoutADockerEngineTestsAreSkippedAndSaySo() {
    assumeFalse(
        DockerClientFactory.instance().isDockerAvailable(),
        "a Docker engine answers, so TestkitIT runs on it");

    assertThatThrownBy(() -> start(getClass().getClassLoader()))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("no Docker engine answers");
  }

  @Test
  void withoutTheLibraryTheErrorNamesIt() throws Exception {
    try (URLClassLoader without = new WithoutTestcontainers()) {
      assertThatThrownBy(() -> start(without))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("org.testcontainers:testcontainers-kafka")
          .hasMessageContaining("Add it at test scope");
    }
  }

  @Test
  void withoutTheLibraryTheTestkitLoads() throws Exception {
    try (URLClassLoader without = new WithoutTestcontainers()) {
      assertThat(
              without.loadClass("io.clusterdb.tasks.testkit.TasksExtension").getDeclaredMethods())
          .isNotEmpty();
    }
  }

  private static void start(ClassLoader loader) throws Throwable {
    Class<?> kinds = loader.loadClass(TestBroker.class.getName());
    Method start = loader.loadClass(BROKER).getDeclaredMethod("start", kinds);
    start.setAccessible(true);
    try {
      start.invoke(
          null,
          Arrays.stream(kinds.getEnumConstants())
              .filter(kind -> kind.toString().equals("TESTCONTAINERS"))
              .findFirst()
              .orElseThrow());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The testkit's own classes once more, and nothing of Testcontainers. */
  private static final class WithoutTestcontainers extends URLClassLoader {
    WithoutTestcontainers() {
      super(classPath(), TestcontainersTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.testcontainers.")) {
        throw new ClassNotFoundException(name);
      }
      if (name.startsWith("io.clusterdb.tasks.testkit.")) {
        synchronized (getClassLoadingLock(name)) {
          Class<?> known = findLoadedClass(name);
          return known == null ? findClass(name) : known;
        }
      }
      return super.loadClass(name, resolve);
    }

    private static URL[] classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .map(WithoutTestcontainers::url)
          .toArray(URL[]::new);
    }

    private static URL url(Path path) {
      try {
        return path.toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
