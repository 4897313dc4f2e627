package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How busy the machine is, sampled each second from what Linux tells; without Linux, unknown. */
final class Cpu implements AutoCloseable {
  private static final Path STAT = Path.of("/proc/stat");

  private record Sample(long at, long busy, long all) {}

  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile boolean open = true;

  Cpu() {
    thread = Thread.ofPlatform().daemon().name("cpu").start(this::run);
  }

  private void run() {
    while (open && Files.exists(STAT)) {
      try {
        String[] part = Files.readAllLines(STAT).getFirst().trim().split(" +", -1);
        long all = 0;
        for (int i = 1; i <= 8; i++) {
          all += Long.parseLong(part[i]);
        }
        long idle = Long.parseLong(part[4]) + Long.parseLong(part[5]);
        synchronized (samples) {
          samples.add(new Sample(System.nanoTime(), all - idle, all));
        }
        TimeUnit.SECONDS.sleep(1);
      } catch (IOException | InterruptedException e) {
        return;
      }
    }
  }

  /** Part of the machine's time that was busy between two moments, in percent; -1 if unknown. */
  int percent(long from, long to) {
    synchronized (samples) {
      List<Sample> within =
          samples.stream()
              .filter(
                  each -> each.at() >= from - 1_000_000_000L && each.at() <= to + 1_000_000_000L)
              .toList();
      if (within.size() < 2) {
        return -1;
      }
      Sample first = within.getFirst();
      Sample last = within.getLast();
      return (int) (100 * (last.busy() - first.busy()) / Math.max(1, last.all() - first.all()));
    }
  }

  @Override
  public void close() {
    open = false;
    thread.interrupt();
  }
}
