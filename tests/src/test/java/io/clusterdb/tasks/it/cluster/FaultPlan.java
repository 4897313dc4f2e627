package io.clusterdb.tasks.it.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Faults in their order, drawn by a seed: each follows when the one before is healed, since a
 * cluster of three stands one broker lost at a time. Pure.
 *
 * @param seed what it was drawn by
 * @param faults each with the rest after it
 */
record FaultPlan(long seed, List<Step> faults) {
  /** Sessions end within this; what is frozen or cut is so for longer. */
  static final int SESSION_MS = 6_000;

  /** Clocks are set off by at most this. */
  static final int SKEW_MS = 1_500;

  /**
   * One fault, and how long nothing happens after it is healed.
   *
   * @param fault what is done
   * @param restMs the rest
   */
  record Step(Fault fault, int restMs) {}

  /**
   * Who there is.
   *
   * @param brokers how many
   * @param services names of orchestrators and schedulers
   * @param workers names of workers, the one behind the proxy first
   */
  record Members(int brokers, List<String> services, List<String> workers) {
    List<String> brokerNames() {
      return IntStream.rangeClosed(1, brokers).mapToObj(n -> "broker-" + n).toList();
    }

    private List<String> all() {
      List<String> all = new ArrayList<>(brokerNames());
      all.addAll(services);
      all.addAll(workers);
      return all;
    }
  }

  private record Draw(Random random, Members members) {
    String any(List<String> names) {
      return names.get(random.nextInt(names.size()));
    }

    int between(int least, int most) {
      return least + random.nextInt(most - least + 1);
    }

    int longerThanASession() {
      return between(SESSION_MS + 1_000, SESSION_MS + 4_000);
    }

    int skew() {
      int size = between(200, SKEW_MS);
      return random.nextBoolean() ? size : -size;
    }
  }

  /** Every kind of fault. */
  private static final List<Function<Draw, Fault>> KINDS =
      List.of(
          draw -> new Fault.Kill(draw.any(draw.members().workers()), draw.between(0, 9_000)),
          draw -> new Fault.Kill(draw.any(draw.members().services()), draw.between(0, 9_000)),
          draw -> new Fault.Kill(draw.any(draw.members().brokerNames()), draw.between(0, 9_000)),
          draw -> new Fault.Freeze(draw.any(draw.members().workers()), draw.longerThanASession()),
          draw -> new Fault.Freeze(draw.any(draw.members().services()), draw.longerThanASession()),
          draw ->
              new Fault.Freeze(draw.any(draw.members().brokerNames()), draw.between(1_000, 9_000)),
          draw -> new Fault.Restart(draw.any(draw.members().all())),
          draw -> new Fault.Wipe(draw.any(draw.members().services())),
          draw ->
              new Fault.Skew(
                  draw.any(draw.members().services()), draw.skew(), draw.between(3_000, 8_000)),
          draw -> new Fault.Slow(draw.between(20, 300), draw.between(3_000, 8_000)),
          draw -> new Fault.Cut(draw.longerThanASession()),
          draw -> new Fault.Remake());

  /** What takes long, so it comes once. */
  private static final List<Function<Draw, Fault>> LONG_KINDS =
      List.of(draw -> new Fault.RollAll(), draw -> new Fault.Scale(8));

  /** For every build: one of each kind that ends soon, as many as fit into a minute. */
  static FaultPlan brief(long seed, Members members) {
    Draw draw = new Draw(new Random(seed), members);
    String victim = members.workers().getLast();
    String service = draw.any(members.services());
    List<Fault> faults =
        new ArrayList<>(
            List.of(
                new Fault.Kill(victim, draw.between(0, 1_000)),
                new Fault.Freeze(victim, draw.between(4_000, 5_000)),
                new Fault.Cut(draw.between(4_000, 5_000)),
                new Fault.Slow(draw.between(20, 200), 2_000),
                new Fault.Kill(service, draw.between(0, 1_000)),
                new Fault.Wipe(service),
                new Fault.Skew(service, draw.skew(), 2_000),
                new Fault.Restart(draw.any(members.workers())),
                new Fault.Kill(draw.any(members.brokerNames()), draw.between(0, 1_000)),
                new Fault.Remake()));
    Collections.shuffle(faults, draw.random());
    return new FaultPlan(seed, faults.stream().map(fault -> new Step(fault, 500)).toList());
  }

  /**
   * For times: each kind of process killed three times while others take over, and three times when
   * it comes back at once.
   */
  static FaultPlan takeovers(Members members) {
    List<Step> steps = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      for (int downMs : new int[] {20_000, 0}) {
        steps.add(new Step(new Fault.Kill(members.workers().getLast(), downMs), 25_000));
        for (String service :
            members.services().stream().filter(name -> name.endsWith("-1")).toList()) {
          steps.add(new Step(new Fault.Kill(service, downMs), 25_000));
        }
      }
    }
    return new FaultPlan(0, List.copyOf(steps));
  }

  /**
   * Workers alone, each killed five times: what runs for long is under way at several crashes, and
   * is found to be no killer.
   */
  static FaultPlan crashes(long seed, Members members) {
    Draw draw = new Draw(new Random(seed), members);
    List<Step> steps = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      List<String> victims = new ArrayList<>(members.workers());
      Collections.shuffle(victims, draw.random());
      victims.forEach(
          victim -> steps.add(new Step(new Fault.Kill(victim, draw.between(0, 2_000)), 10_000)));
    }
    return new FaultPlan(seed, List.copyOf(steps));
  }

  /**
   * From one release to the next: each process in turn, in an order by the seed, and between them
   * one of either release is killed.
   */
  static FaultPlan upgrade(long seed, Members members) {
    Draw draw = new Draw(new Random(seed), members);
    List<String> all = new ArrayList<>(members.services());
    all.addAll(members.workers());
    Collections.shuffle(all, draw.random());
    List<Step> steps = new ArrayList<>();
    for (String each : all) {
      steps.add(new Step(new Fault.Upgrade(each), 5_000));
      steps.add(new Step(new Fault.Kill(draw.any(all), draw.between(0, 9_000)), 5_000));
    }
    return new FaultPlan(seed, List.copyOf(steps));
  }

  /** One of each kind, then at random. */
  static FaultPlan of(long seed, Members members, int count) {
    Draw draw = new Draw(new Random(seed), members);
    List<Function<Draw, Fault>> kinds = new ArrayList<>(KINDS);
    kinds.addAll(LONG_KINDS);
    Collections.shuffle(kinds, draw.random());
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Function<Draw, Fault> kind =
          i < kinds.size() ? kinds.get(i) : KINDS.get(draw.random().nextInt(KINDS.size()));
      steps.add(new Step(kind.apply(draw), draw.between(2_000, 12_000)));
    }
    return new FaultPlan(seed, List.copyOf(steps));
  }
}
