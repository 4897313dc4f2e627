package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One execution of a handler, as the process itself wrote it down.
 *
 * @param process the life of a worker that it was in
 * @param queue the job's queue
 * @param id the job's id
 * @param attempt the attempt, from 1
 * @param token the fencing token
 * @param key ordering key; empty for none
 * @param seq place among the key's jobs
 * @param start monotonic nanoseconds
 * @param end likewise; {@link #NEVER} if the process was gone before
 */
record Attempted(
    String process,
    String queue,
    String id,
    int attempt,
    long token,
    String key,
    long seq,
    long start,
    long end) {
  static final long NEVER = Long.MAX_VALUE;

  /** Everything that the workers with these folders wrote down. */
  static List<Attempted> read(List<Path> directories) throws IOException {
    List<Attempted> all = new ArrayList<>();
    for (Path directory : directories) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file :
            files
                .filter(each -> each.getFileName().toString().startsWith(Observer.FILES))
                .toList()) {
          all.addAll(parse(directory.getFileName() + "/" + file.getFileName(), lines(file)));
        }
      }
    }
    return all;
  }

  /** Whole lines: the last one may have been cut off with the process. */
  private static List<String> lines(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  static List<Attempted> parse(String process, List<String> lines) {
    Map<String, Attempted> open = new HashMap<>();
    List<Attempted> all = new ArrayList<>();
    for (String line : lines) {
      String[] part = line.split("\t", -1);
      long at = Long.parseLong(part[1]);
      String name = part[2] + "/" + part[3] + "/" + part[4];
      if (part[0].equals("S")) {
        Attempted before = open.put(name, started(process, part, at));
        if (before != null) {
          all.add(before); // once more in the same life: it came back with another assignment
        }
      } else {
        Attempted started = open.remove(name);
        if (started != null) {
          all.add(started.ended(at));
        }
      }
    }
    all.addAll(open.values());
    return all;
  }

  private static Attempted started(String process, String[] part, long at) {
    return new Attempted(
        process,
        part[2],
        part[3],
        Integer.parseInt(part[4]),
        Long.parseLong(part[5]),
        part[6],
        Long.parseLong(part[7]),
        at,
        NEVER);
  }

  private Attempted ended(long at) {
    return new Attempted(process, queue, id, attempt, token, key, seq, start, at);
  }
}
