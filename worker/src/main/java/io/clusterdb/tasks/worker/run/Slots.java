package io.clusterdb.tasks.worker.run;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The virtual threads that run attempts, as many as the concurrency allows. A handler that does not
 * come back from an interrupt loses its slot to a new thread, so that it cannot use the concurrency
 * up. Changed by the owner thread only.
 */
public final class Slots {
  private final String name;
  private final Dispatcher dispatcher;
  private final Consumer<Attempt> runner;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();
  private int started;

  /**
   * Creates no slot yet.
   *
   * @param name what threads are called
   * @param runner runs an attempt to its end and tells the owner; never throws
   */
  public Slots(String name, Dispatcher dispatcher, Consumer<Attempt> runner) {
    this.name = name;
    this.dispatcher = dispatcher;
    this.runner = runner;
  }

  /** Starts or retires slots until there are this many. */
  public void resize(int count) {
    List<Slot> fresh = new java.util.ArrayList<>();
    for (int i = slots.size(); i < count; i++) {
      Slot slot = new Slot();
      fresh.add(slot);
    }
    slots.addAll(fresh);
    for (Slot slot : fresh) {
      Thread.ofVirtual().name(name + "-" + started++).start(slot);
    }
    if (slots.size() > count) {
      List<Slot> spare = List.copyOf(slots.subList(count, slots.size()));
      spare.forEach(slot -> slot.retired = true);
      slots.removeAll(spare);
      dispatcher.recheck();
    }
  }

  /** Slots that there are. */
  public int count() {
    return slots.size();
  }

  /** Looks at every attempt that runs now. */
  public void forEachRunning(Consumer<Attempt> look) {
    for (Slot slot : slots) {
      Attempt attempt = slot.current;
      if (attempt != null) {
        look.accept(attempt);
      }
    }
  }

  /** Gives the slot of a handler that does not come back to a new thread. */
  public void replace(Attempt stuck) {
    for (Slot slot : slots) {
      if (slot.writeOff(stuck)) {
        dispatcher.returned();
        stuck.writeOff();
        dispatcher.releaseKey(stuck);
        slots.remove(slot);
        resize(slots.size() + 1);
        return;
      }
    }
  }

  private final class Slot implements Runnable, Taker {
    private volatile @Nullable Attempt current;
    private volatile boolean retired;
    private boolean writtenOff;

    @Override
    public boolean stays() {
      return !retired;
    }

    @Override
    public void took(Attempt attempt) {
      attempt.taken(Thread.currentThread());
      current = attempt;
    }

    private synchronized boolean comesBack() {
      current = null;
      return !writtenOff;
    }

    /** Gives it up, unless it has come back from this attempt meanwhile. */
    private synchronized boolean writeOff(Attempt stuck) {
      if (current != stuck) {
        return false;
      }
      retired = true;
      writtenOff = true;
      return true;
    }

    @Override
    public void run() {
      try {
        Attempt next = dispatcher.take(this);
        while (next != null) {
          runner.accept(next);
          if (!comesBack()) {
            return;
          }
          Thread.interrupted(); // what was meant for the attempt that ended
          next = dispatcher.returnedAndTake(this);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
