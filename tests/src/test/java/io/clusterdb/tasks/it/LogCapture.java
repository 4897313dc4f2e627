package io.clusterdb.tasks.it;

import java.io.StringWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Everything that is logged at INFO and above while it is open, by Kafka's clients too. */
final class LogCapture implements AutoCloseable {
  private static final String STDERR = "stderr";

  private final StringWriter text = new StringWriter();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final LoggerConfig root;
  private final Level before;
  private final Appender capture;
  private final Appender stderr;

  private LogCapture() {
    Configuration configuration = context.getConfiguration();
    root = configuration.getRootLogger();
    before = root.getLevel();
    stderr = configuration.getAppender(STDERR);
    capture =
        WriterAppender.createAppender(
            PatternLayout.newBuilder().setPattern("%level %logger %msg%n%ex").build(),
            null,
            text,
            "capture",
            false,
            true);
    capture.start();
    root.addAppender(capture, Level.INFO, null);
    root.removeAppender(STDERR);
    root.addAppender(stderr, Level.WARN, null);
    root.setLevel(Level.INFO);
    context.updateLoggers();
  }

  static LogCapture start() {
    return new LogCapture();
  }

  String text() {
    return text.toString();
  }

  @Override
  public void close() {
    root.removeAppender("capture");
    root.removeAppender(STDERR);
    root.addAppender(stderr, null, null);
    root.setLevel(before);
    context.updateLoggers();
    capture.stop();
  }
}
