package io.clusterdb.tasks.orchestrator.tracker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TrackerSimulationTest {
  private static final int SEEDS = 300;
  private static final int JOBS = 20;

  private final Map<JobState, Set<JobState>> seen = new EnumMap<>(JobState.class);

  @Test
  void anyInterleavingAndDuplicationEndsInTheSameStateAndTheCountsAreThoseOfTheStates() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Fact> facts = facts(random);
      Map<String, RunState> inOrder = play(facts, new TrackerCounts());
      List<Fact> disordered = new ArrayList<>(facts);
      for (int i = random.nextInt(facts.size()); i > 0; i--) {
        disordered.add(facts.get(random.nextInt(facts.size())));
      }
      Collections.shuffle(disordered, random);
      TrackerCounts counts = new TrackerCounts();
      Map<String, RunState> outOfOrder = play(disordered, counts);
      assertThat(outOfOrder).as("seed %d", seed).isEqualTo(inOrder);
      assertCounts(seed, counts, outOfOrder);
    }
  }

  @Test
  void everyLegalMoveHappensAndNoOther() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Fact> facts = facts(random);
      play(facts, new TrackerCounts());
      Collections.shuffle(facts, random);
      play(facts, new TrackerCounts());
    }
    for (JobState from : JobState.values()) {
      assertThat(seen.getOrDefault(from, Set.of()))
          .as("moves from %s", from)
          .containsExactlyInAnyOrderElementsOf(Transitions.after(from));
    }
  }

  @Test
  void bytesOfStatesAndFactsSayTheSame() {
    List<Fact> facts = facts(new Random(1));
    FactFormat factFormat = new FactFormat();
    RunStateFormat stateFormat = new RunStateFormat();
    for (Fact fact : facts) {
      assertThat(FactFormat.read(fact.jobId(), factFormat.write(fact))).isEqualTo(fact);
    }
    for (RunState state : play(facts, new TrackerCounts()).values()) {
      byte[] bytes = stateFormat.write(state);
      assertThat(RunStateFormat.read(bytes)).isEqualTo(state);
      assertThat(bytes.length).isLessThan(150);
    }
  }

  @Test
  void theIndexFollowsEveryMove() {
    Map<String, RunState> states = new HashMap<>();
    Set<String> index = new TreeSet<>();
    for (Fact fact : facts(new Random(3))) {
      byte[] key = Keys.run(fact.jobId(), fact.run());
      RunState before = states.get(fact.jobId() + fact.run());
      RunState after = Merge.add(before, fact);
      if (before == null || !Keys.sameIndex(before, after)) {
        if (before != null) {
          Keys.index(key, before).forEach(entry -> index.remove(hex(entry)));
        }
        Keys.index(key, after).forEach(entry -> index.add(hex(entry)));
      }
      states.put(fact.jobId() + fact.run(), after);
    }
    Set<String> expected = new TreeSet<>();
    states.forEach(
        (name, state) ->
            Keys.index(
                    Keys.run(
                        name.substring(0, name.indexOf("run")),
                        name.substring(name.indexOf("run"))),
                    state)
                .forEach(entry -> expected.add(hex(entry))));
    assertThat(index).isEqualTo(expected);
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static List<Fact> facts(Random random) {
    JobLives lives = new JobLives(random);
    List<Fact> facts = new ArrayList<>();
    for (int job = 0; job < JOBS; job++) {
      for (int run = random.nextInt(2); run >= 0; run--) {
        facts.addAll(lives.run("job-" + job, "run-" + run, "q" + random.nextInt(2)));
      }
    }
    return facts;
  }

  private Map<String, RunState> play(List<Fact> facts, TrackerCounts counts) {
    Map<String, RunState> states = new HashMap<>();
    for (Fact fact : facts) {
      String key = fact.jobId() + fact.run();
      RunState before = states.get(key);
      RunState after = Merge.add(before, fact);
      note(before, after);
      counts.moved(before, after);
      states.put(key, after);
    }
    return states;
  }

  private void note(@org.jspecify.annotations.Nullable RunState before, RunState after) {
    if (before != null && before.known() && before.state() != after.state()) {
      seen.computeIfAbsent(before.state(), any -> EnumSet.noneOf(JobState.class))
          .add(after.state());
    }
  }

  private static void assertCounts(int seed, TrackerCounts counts, Map<String, RunState> states) {
    for (String queue : List.of("q0", "q1")) {
      for (Priority lane : Priority.values()) {
        for (JobState state : JobState.values()) {
          long expected =
              states.values().stream()
                  .filter(run -> run.counted() && run.queue().equals(queue))
                  .filter(run -> run.lane() == lane && run.state() == state)
                  .count();
          QueueCounts found = counts.queue(queue);
          assertThat(found == null ? 0 : found.count(lane, state))
              .as("seed %d, queue %s, lane %s, state %s", seed, queue, lane, state)
              .isEqualTo(expected);
        }
      }
    }
  }
}
