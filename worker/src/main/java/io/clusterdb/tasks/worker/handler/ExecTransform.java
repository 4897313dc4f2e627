package io.clusterdb.tasks.worker.handler;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Makes the payloads of replayed jobs by a command, without a shell: the dead letter's payload
 * comes on standard input, the new one is the standard output, less its last newline. {@code
 * TASKS_JOB_ID}, {@code _TYPE}, {@code _ATTEMPT}, {@code _QUEUE}, {@code _CONTENT_TYPE} and {@code
 * TASKS_ERROR_TYPE} say more. A dead letter stays where the command ends with another exit code
 * than 0, takes longer than a minute, prints nothing, or prints no JSON where JSON came. Used by
 * one thread.
 */
public final class ExecTransform implements Replay.Transform {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 1 << 20;
  private static final int ERROR_BYTES = 16 * 1024;
  private static final int MAX_SHOWN = 100;
  private static final byte[] NOTHING = {};
  private static final ObjectReader JSON =
      Json.mapper().reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final CommandTemplate command;
  private final Launcher launcher = Launcher.ofThisProcess();

  private ExecTransform(CommandTemplate command) {
    this.command = command;
  }

  /**
   * A transformation by this command line: quoted as in a shell, but nothing is expanded.
   *
   * @throws TasksException INVALID_CONFIG if a quote stays open, it needs a shell, or it has {@code
   *     {}}, for which there is no place here
   */
  public static ExecTransform command(String command) {
    CommandTemplate template = CommandTemplate.direct(command);
    if (template.wantsPayload()) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "the command \"%s\" cannot transform: it expects the payload in {}, and gets it on its standard input. Leave {} out."
              .formatted(command));
    }
    return new ExecTransform(template);
  }

  @Override
  public Payload apply(DeadJob job) throws InterruptedException {
    byte[] before = job.payload().bytes();
    HeadSink output = new HeadSink(MAX_BYTES);
    TailSink errors = new TailSink(ERROR_BYTES);
    Process process = launcher.start(command.words(), variables(job));
    try {
      Pump outputs = Pump.drain(process.getInputStream(), output);
      Pump complaints = Pump.drain(process.getErrorStream(), errors);
      Pump.feed(before == null ? NOTHING : before, process.getOutputStream());
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(job, "it took longer than " + Durations.format(LIMIT));
      }
      outputs.await(GRACE);
      complaints.await(GRACE);
    } finally {
      if (process.isAlive()) {
        new ProcessTree(process).stop(GRACE);
      }
    }
    if (process.exitValue() != 0) {
      throw failed(
          job, "it exited with " + process.exitValue() + ": " + said(errors.text().strip()));
    }
    if (output.total() > MAX_BYTES) {
      throw failed(job, "it printed " + output.total() + " bytes, of at most " + MAX_BYTES);
    }
    return payload(job, lessNewline(output.bytes()));
  }

  private Payload payload(DeadJob job, byte[] bytes) {
    String contentType = job.payload().contentType();
    if (bytes.length == 0) {
      throw failed(job, "it printed nothing");
    }
    if (contentType.equals(Payload.JSON) && !isJson(bytes)) {
      throw failed(job, "it printed no JSON, but " + start(bytes));
    }
    return Payload.of(bytes, contentType);
  }

  private static boolean isJson(byte[] bytes) {
    try {
      return !JSON.readTree(bytes).isMissingNode();
    } catch (IOException e) {
      return false;
    }
  }

  private static String start(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  private static Map<String, String> variables(DeadJob job) {
    Map<String, String> variables = new TreeMap<>();
    variables.put(JobEnvironment.PREFIX + "ID", job.id());
    variables.put(JobEnvironment.PREFIX + "TYPE", job.type());
    variables.put(JobEnvironment.PREFIX + "ATTEMPT", Integer.toString(job.attempt()));
    variables.put(JobEnvironment.PREFIX + "CONTENT_TYPE", job.payload().contentType());
    variables.put("TASKS_ERROR_TYPE", job.error().type());
    if (job.payloadRef() != null) {
      variables.put(JobEnvironment.PREFIX + "PAYLOAD_REF", job.payloadRef());
    }
    if (job.queue() != null) {
      variables.put(JobEnvironment.PREFIX + "QUEUE", job.queue());
    }
    return variables;
  }

  private static byte[] lessNewline(byte[] bytes) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
    }
    if (end > 0 && end < bytes.length && bytes[end - 1] == '\r') {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static String said(String errors) {
    return errors.isEmpty() ? "it wrote nothing to standard error" : errors;
  }

  private TasksException failed(DeadJob job, String why) {
    return new TasksException(
        ErrorCode.INVALID_PAYLOAD,
        "command %s made no payload for job %s: %s. The dead letter stays; correct the command and replay again."
            .formatted(command.name(), job.id(), why));
  }
}
