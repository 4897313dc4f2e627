package io.clusterdb.tasks.orchestrator.alerts.engine;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.Alert.Delivery;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertEngineTest {
  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

  private final SplittableRandom random = new SplittableRandom(7);
  private final List<String> story = new ArrayList<>();
  private AlertConfig config =
      AlertConfig.queueThreshold(1_000).after(ofMinutes(1)).resolveAfter(ofMinutes(2));
  private Set<String> queues = Set.of("mails");
  private Book book = new Book(Map.of());
  private Duration time = Duration.ZERO;

  /** Time goes on, and then this is read of the queue. */
  private List<Change> look(Duration later, @Nullable Reading reading) {
    time = time.plus(later);
    List<Change> changes =
        AlertEngine.decide(
            book,
            config,
            queues,
            reading == null ? Map.of() : Map.of("mails", reading),
            new Now(START.plus(time), time.toNanos() - 5_000_000_000L), // its zero says nothing
            random);
    book = book.with(changes);
    changes.forEach(change -> story.add(time.toSeconds() + " " + name(change)));
    return changes;
  }

  private static String name(Change change) {
    return change.getClass().getSimpleName() + " " + change.key();
  }

  private static Reading depth(long jobs) {
    return new Reading(false, jobs, 0.0, 0.0, 1);
  }

  private Alert only() {
    assertThat(book.alerts()).hasSize(1);
    return book.alerts().iterator().next();
  }

  @Test
  void firesWhenALimitWasPassedForLongAndIsOverWhenItWasKeptForLong() {
    look(ofSeconds(10), depth(1_001));
    look(ofSeconds(59), depth(1_500));
    look(ofSeconds(1), depth(1_200));
    assertThat(only())
        .isEqualTo(
            new Alert(
                only().id(),
                "queue_depth",
                "mails",
                Alert.State.FIRING,
                "warning",
                1_200,
                1_000,
                START.plusSeconds(70),
                null,
                "Queue mails holds 1200 jobs that are not done",
                "See whether its workers keep up: tasks queue stats mails. Start more, or mend what"
                    + " fails.",
                Delivery.NONE));
    String id = only().id();
    look(ofSeconds(30), depth(2_000));
    look(ofSeconds(30), depth(1_000));
    look(ofSeconds(119), depth(3));
    look(ofSeconds(1), depth(3));
    assertThat(only().state()).isEqualTo(Alert.State.RESOLVED);
    assertThat(only().id()).isEqualTo(id);
    assertThat(only().resolvedAt()).isEqualTo(START.plusSeconds(250));
    assertThat(story)
        .containsExactly(
            "10 Began queue_depth/mails",
            "70 Fired queue_depth/mails",
            "130 Calmed queue_depth/mails",
            "250 Resolved queue_depth/mails");
  }

  @Test
  void aValueAtTheLimitIsAllowed() {
    config = config.after(Duration.ZERO);
    assertThat(look(ofSeconds(1), depth(1_000))).isEmpty();
    assertThat(look(ofSeconds(1), depth(1_001))).hasSize(1);
  }

  @Test
  void whatGoesUpAndDownNeitherFiresNorEnds() {
    look(ofSeconds(10), depth(5_000));
    look(ofSeconds(50), depth(10));
    look(ofSeconds(20), depth(5_000));
    look(ofSeconds(50), depth(5_000));
    assertThat(book.alerts()).isEmpty();
    look(ofSeconds(10), depth(5_000));
    look(ofSeconds(10), depth(10));
    look(ofSeconds(110), depth(1_001));
    look(ofSeconds(10), depth(10));
    look(ofSeconds(110), depth(10));
    assertThat(only().state()).isEqualTo(Alert.State.FIRING);
    assertThat(story)
        .containsExactly(
            "10 Began queue_depth/mails",
            "60 Ended queue_depth/mails",
            "80 Began queue_depth/mails",
            "140 Fired queue_depth/mails",
            "150 Calmed queue_depth/mails",
            "260 Roused queue_depth/mails",
            "270 Calmed queue_depth/mails");
  }

  @Test
  void whatCannotBeReadChangesNothing() {
    look(ofSeconds(10), depth(5_000));
    look(ofMinutes(5), null);
    assertThat(book.alerts()).isEmpty();
    look(ofSeconds(1), depth(5_000));
    look(ofMinutes(60), null);
    look(ofMinutes(60), new Reading(false, null, null, null, null));
    assertThat(only().state()).isEqualTo(Alert.State.FIRING);
  }

  @Test
  void aQueueThatIsGoneOrNoLongerWatchedHasNoAlert() {
    look(ofSeconds(10), depth(5_000));
    look(ofSeconds(60), depth(5_000));
    queues = Set.of();
    look(ofSeconds(2), null);
    assertThat(only().state()).isEqualTo(Alert.State.RESOLVED);
    queues = Set.of("mails");
    look(ofSeconds(2), depth(5_000));
    look(ofSeconds(60), depth(5_000));
    assertThat(only().state()).isEqualTo(Alert.State.FIRING);
    config = AlertConfig.none();
    look(ofSeconds(2), depth(5_000));
    assertThat(only().state()).isEqualTo(Alert.State.RESOLVED);
  }

  @Test
  void whatFiredBeforeARestartNeitherFiresAgainNorIsForgotten() {
    look(ofSeconds(10), depth(5_000));
    look(ofSeconds(60), depth(5_000));
    String id = only().id();
    book = Book.of(book.alerts());
    look(ofSeconds(1), depth(5_000));
    assertThat(only().id()).isEqualTo(id);
    book = Book.of(book.alerts());
    look(ofSeconds(1), depth(1));
    look(ofMinutes(2), depth(1));
    assertThat(only().state()).isEqualTo(Alert.State.RESOLVED);
    book = Book.of(book.alerts());
    assertThat(look(ofSeconds(1), depth(1))).isEmpty();
  }

  @Test
  void theNextAlertIsAnotherOne() {
    config = config.after(Duration.ZERO).resolveAfter(Duration.ZERO);
    look(ofSeconds(1), depth(5_000));
    String first = only().id();
    look(ofSeconds(1), depth(1));
    look(ofSeconds(1), depth(5_000));
    assertThat(only().id()).isNotEqualTo(first);
  }

  @Test
  void anAlertThatIsOverIsKeptForAWeek() {
    config = config.after(Duration.ZERO).resolveAfter(Duration.ZERO);
    look(ofSeconds(1), depth(5_000));
    look(ofSeconds(1), depth(1));
    look(AlertEngine.KEEP, depth(1));
    assertThat(book.alerts()).hasSize(1);
    assertThat(look(ofSeconds(1), depth(1)))
        .containsExactly(new Change.Forgotten("queue_depth/mails"));
    assertThat(book.standings()).isEmpty();
  }

  @Test
  void whatWasOverIsRememberedWhileTheLimitIsPassedForAMoment() {
    config = config.resolveAfter(Duration.ZERO);
    look(ofSeconds(1), depth(5_000));
    look(ofSeconds(60), depth(5_000));
    look(ofSeconds(1), depth(1));
    Alert over = only();
    look(ofSeconds(1), depth(5_000));
    assertThat(only()).isEqualTo(over);
    look(ofSeconds(1), depth(1));
    assertThat(only()).isEqualTo(over);
  }

  @Test
  void limitsOfAQueuesOwnComeFirst() {
    config = config.after(Duration.ZERO).queue("mails", AlertLimits.NONE.queueThreshold(10_000));
    assertThat(look(ofSeconds(1), depth(9_000))).isEmpty();
    assertThat(look(ofSeconds(1), depth(10_001))).hasSize(1);
  }

  @Test
  void everyRuleFiresOnWhatItIsFor() {
    config = AlertConfig.defaults().after(Duration.ZERO);
    assertThat(look(ofSeconds(1), new Reading(false, 1_000L, 0.01, 900.0, 1))).isEmpty();
    look(ofSeconds(1), new Reading(false, 1_001L, 0.0213, 1_920.0, 0));
    assertThat(book.alerts())
        .extracting(Alert::summary)
        .containsExactlyInAnyOrder(
            "Queue mails holds 1001 jobs that are not done",
            "Of the attempts of queue mails 2.13% fail",
            "The oldest job of queue mails has waited for 32m",
            "Jobs of queue mails wait, and no worker runs");
  }

  @Test
  void jobsOfAPausedQueueMayWait() {
    config = AlertConfig.defaults().after(Duration.ZERO);
    assertThat(look(ofSeconds(1), new Reading(true, 10L, 0.0, 90_000.0, 0))).isEmpty();
    assertThat(look(ofSeconds(1), new Reading(false, 0L, 0.0, 0.0, 0))).isEmpty();
  }

  @Test
  void theWebhookIsToBeToldWhereThereIsOne() {
    config = config.after(Duration.ZERO).resolveAfter(Duration.ZERO);
    look(ofSeconds(1), depth(5_000));
    assertThat(only().webhook()).isEqualTo(Delivery.NONE);
    config = config.webhook("http://localhost:9/hook");
    look(ofSeconds(1), depth(1));
    assertThat(only().webhook()).as("it was not told that it fires").isEqualTo(Delivery.NONE);
    look(ofSeconds(1), depth(5_000));
    assertThat(only().webhook()).isEqualTo(Delivery.PENDING);
    book = book.with(List.of(new Change.Told(only().webhook(Delivery.DELIVERED))));
    assertThat(only().webhook()).isEqualTo(Delivery.DELIVERED);
    look(ofSeconds(1), depth(1));
    assertThat(only().webhook()).isEqualTo(Delivery.PENDING);
  }

  @Test
  void rulesOfLaterVersionsAreLeftAlone() {
    look(ofSeconds(1), depth(1));
    Alert later =
        new Alert(
            "1",
            "cold",
            "mails",
            Alert.State.FIRING,
            "info",
            1,
            2,
            START,
            null,
            "s",
            "n",
            Delivery.NONE);
    book = Book.of(List.of(later));
    look(ofSeconds(1), depth(1));
    assertThat(only()).isEqualTo(later);
  }
}
