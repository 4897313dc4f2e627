package io.clusterdb.tasks.cli.demo;

import io.clusterdb.tasks.cli.demo.DemoJob.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The files of the demonstration and their digests. */
public final class DemoFiles {
  private static final int MAX_BYTES = 96 * 1024;

  private DemoFiles() {}

  /**
   * Writes the files of all jobs but the broken ones.
   *
   * @return what belongs into the broken ones' files, by job id
   */
  public static Map<String, byte[]> write(DemoPlan plan, RandomGenerator random)
      throws IOException {
    Map<String, byte[]> missing = new HashMap<>();
    for (DemoJob job : plan.jobs()) {
      byte[] content = new byte[random.nextInt(1, MAX_BYTES)];
      random.nextBytes(content);
      if (job.kind() == Kind.BROKEN) {
        missing.put(job.id(), content);
      } else {
        Files.write(job.file(), content);
      }
    }
    return missing;
  }

  /** The SHA-256 of a file, in hexadecimal. */
  public static String digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
