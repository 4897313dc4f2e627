package io.clusterdb.tasks.testkit;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Carries out {@link TasksTest}. JUnit's stores close what is put into them. */
final class TasksExtension implements BeforeEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(TasksExtension.class);
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final int LONGEST_NAME = 40;

  @Override
  public void beforeEach(ExtensionContext context) {
    platform(context); // so that queues exist, though the test takes no parameter
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return context.getTestMethod().isPresent()
        && (type == Tasks.class || type == TasksConfig.class || type == EventLog.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestPlatform platform = platform(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == Tasks.class) {
      return platform.tasks();
    }
    return type == TasksConfig.class ? platform.tasks().config() : platform.events();
  }

  private static TestPlatform platform(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            TestPlatform.class,
            any -> {
              TasksTest wanted = wanted(context);
              return TestPlatform.open(
                  broker(context, wanted.broker()).bootstrap(), prefix(context), wanted);
            },
            TestPlatform.class);
  }

  private static SharedBroker broker(ExtensionContext context, TestBroker kind) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(kind, SharedBroker::start, SharedBroker.class);
  }

  /** The annotation of the method, else of its class, else of the class around that. */
  private static TasksTest wanted(ExtensionContext context) {
    Optional<ExtensionContext> place = Optional.of(context);
    while (place.isPresent()) {
      Optional<TasksTest> found =
          AnnotationSupport.findAnnotation(place.get().getElement(), TasksTest.class);
      if (found.isPresent()) {
        return found.get();
      }
      place = place.get().getParent();
    }
    throw new IllegalStateException(
        "expected @TasksTest on the test's class or method, found none on "
            + context.getUniqueId()
            + ". Annotate it; the extension does not work by itself.");
  }

  /** Tells people which test topics belong to. */
  private static String prefix(ExtensionContext context) {
    String method = context.getRequiredTestMethod().getName().replaceAll("[^a-zA-Z0-9_-]", "-");
    String name = method.substring(0, Math.min(method.length(), LONGEST_NAME));
    return "t" + TESTS.incrementAndGet() + "-" + name;
  }
}
