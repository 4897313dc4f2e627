package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.Payload;
import java.nio.charset.StandardCharsets;

/** Runs a command in a process whose locale has ASCII only; ends with 0 if all arrived. */
final class AwkwardLocaleMain {
  private AwkwardLocaleMain() {}

  public static void main(String[] args) throws InterruptedException {
    String charset = System.getProperty("sun.jnu.encoding");
    String name = "é 日本 😀.txt";
    Payload payload = Payload.of(name.getBytes(StandardCharsets.UTF_8), "text/plain");
    Object printed =
        ExecHandler.command("printf '%s' {}", ExecOptions.DEFAULT)
            .handle(payload, FakeContext.of(payload));
    boolean arrived = name.equals(printed);
    System.out.println(charset + ": " + printed);
    System.exit(arrived && !"UTF-8".equals(charset) ? 0 : 1);
  }
}
