package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.it.cluster.FaultPlan.Members;
import io.clusterdb.tasks.it.cluster.FaultPlan.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Members MEMBERS =
      new Members(
          3,
          List.of("orchestrator-1", "orchestrator-2", "scheduler-1", "scheduler-2"),
          List.of("worker-1", "worker-2", "worker-3", "worker-4"));

  /** Kinds that a brief plan leaves out. */
  private static final Set<Class<?>> LONG =
      Set.of(Fault.RollAll.class, Fault.Scale.class, Fault.Upgrade.class);

  @Test
  void aSeedGivesTheSamePlanAgainAndAnotherOneAnother() {
    assertThat(FaultPlan.of(7, MEMBERS, 40)).isEqualTo(FaultPlan.of(7, MEMBERS, 40));
    assertThat(FaultPlan.of(7, MEMBERS, 40).faults())
        .isNotEqualTo(FaultPlan.of(8, MEMBERS, 40).faults());
    assertThat(FaultPlan.brief(7, MEMBERS)).isEqualTo(FaultPlan.brief(7, MEMBERS));
  }

  @Test
  void aLongPlanHasEveryKindOfFault() {
    assertThat(FaultPlan.of(1, MEMBERS, 14).faults())
        .extracting(step -> (Object) step.fault().getClass())
        .contains(
            Arrays.stream(Fault.class.getPermittedSubclasses())
                .filter(kind -> kind != Fault.Upgrade.class)
                .toArray());
  }

  @Test
  void ofEachKindOfProcessSomeAreKilled() {
    List<String> killed =
        FaultPlan.of(1, MEMBERS, 14).faults().stream()
            .map(Step::fault)
            .filter(Fault.Kill.class::isInstance)
            .map(fault -> ((Fault.Kill) fault).process().replaceAll("-\\d", ""))
            .toList();
    assertThat(killed).contains("broker", "worker").containsAnyOf("orchestrator", "scheduler");
  }

  @Test
  void whatIsFrozenOrCutOutlastsItsSession() {
    LongStream.range(0, 200)
        .mapToObj(seed -> FaultPlan.of(seed, MEMBERS, 30))
        .flatMap(plan -> plan.faults().stream())
        .map(Step::fault)
        .forEach(
            fault -> {
              switch (fault) {
                case Fault.Freeze(String process, int forMs) when !process.startsWith("broker") ->
                    assertThat(forMs).isGreaterThan(FaultPlan.SESSION_MS);
                case Fault.Cut(int forMs) -> assertThat(forMs).isGreaterThan(FaultPlan.SESSION_MS);
                case Fault.Skew(String process, int offsetMs, int forMs) ->
                    assertThat(Math.abs(offsetMs)).isLessThanOrEqualTo(FaultPlan.SKEW_MS);
                default -> {}
              }
            });
  }

  @Test
  void eachWorkerCrashesOftenerThanASuspectIsCounted() {
    FaultPlan plan = FaultPlan.crashes(3, MEMBERS);
    assertThat(plan.faults()).hasSize(20).isEqualTo(FaultPlan.crashes(3, MEMBERS).faults());
    for (String worker : MEMBERS.workers()) {
      assertThat(plan.faults())
          .extracting(Step::fault)
          .filteredOn(fault -> fault instanceof Fault.Kill kill && kill.process().equals(worker))
          .hasSize(5);
    }
  }

  @Test
  void anUpgradeReplacesEachProcessOnceAndKillsSomeBetween() {
    List<Fault> faults = FaultPlan.upgrade(3, MEMBERS).faults().stream().map(Step::fault).toList();
    assertThat(faults.stream().filter(Fault.Upgrade.class::isInstance))
        .extracting(fault -> ((Fault.Upgrade) fault).process())
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                "orchestrator-1",
                "orchestrator-2",
                "scheduler-1",
                "scheduler-2",
                "worker-1",
                "worker-2",
                "worker-3",
                "worker-4"));
    assertThat(faults).hasAtLeastOneElementOfType(Fault.Kill.class);
  }

  @Test
  void aBriefPlanHasEveryKindThatEndsSoon() {
    LongStream.range(0, 200)
        .mapToObj(seed -> FaultPlan.brief(seed, MEMBERS))
        .forEach(
            plan ->
                assertThat(plan.faults())
                    .extracting(step -> (Object) step.fault().getClass())
                    .containsOnly(
                        Arrays.stream(Fault.class.getPermittedSubclasses())
                            .filter(kind -> !LONG.contains(kind))
                            .toArray()));
  }
}
