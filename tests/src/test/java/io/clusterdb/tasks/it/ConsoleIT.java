package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.WorkflowExecution;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The console in a real browser: what it shows, and what its buttons bring about. Pictures of it
 * are left in {@code target/console}.
 */
class ConsoleIT extends ConsoleSession implements ReadablePages {
  @Test
  void theOverviewIsLive() throws IOException {
    show("");
    browser.awaitText("#connection", "Live");
    browser.awaitText("table", "emails");
    browser.await("document.querySelectorAll('#tail li').length > 5");
    String first = browser.text("#tail li time");
    browser.await("document.querySelector('#tail li time').innerText !== " + Browser.js(first));
    browser.awaitText(".services", "Orchestrator");
    browser.picture(PICTURES.resolve("overview.png"));
    browser.dark(true);
    browser.picture(PICTURES.resolve("overview-dark.png"));
    browser.size(390, 844);
    browser.await("document.documentElement.scrollWidth <= innerWidth");
    browser.picture(PICTURES.resolve("overview-phone.png"));
  }

  /** Without the documentation: find a failed order, see why, replay it, watch it succeed. */
  @Test
  void aFailedOrderIsFoundReplayedAndSucceeds() throws IOException {
    shop.breakBank();
    shop.order("order-4711");
    awaitState("order-4711", JobState.DEAD);
    show("");
    browser.click("nav a", "Dead letters");
    browser.click("main table a", ConsoleShop.ORDERS);
    browser.click(".linkish", "CardDeclined");
    browser.click("main table a", "order-4711");
    browser.awaitText("#error", "the bank declined order order-4711");
    browser.awaitText("#timeline", "Attempt 1 failed");
    browser.awaitElement("#timeline details");
    assertThat(browser.eval("document.querySelector('#timeline details').open").asBoolean())
        .isFalse();
    browser.click("#timeline summary", "Stack trace");
    browser.awaitText("#timeline details[open] pre", "ConsoleShop.charge(ConsoleShop.java:");
    assertThat(browser.eval("document.querySelectorAll('#timeline details').length").asInt())
        .as("of both attempts")
        .isEqualTo(2);
    browser.awaitText("main", "\"currency\"");
    browser.awaitText("main", "tasks.orders.dlq");
    browser.picture(PICTURES.resolve("job.png"));
    shop.healBank();
    browser.click("#retry");
    browser.awaitText(".head .badge", "succeeded");
    browser.awaitText("main", "R-order-4711");
    assertThat(state("order-4711")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aQueueIsPausedAndResumed() throws IOException {
    show("#/queues/" + ConsoleShop.EMAILS);
    browser.awaitText(".tiles", "per second");
    browser.awaitText("main", "Concurrency");
    browser.await("document.querySelectorAll('#tail li').length > 3");
    browser.picture(PICTURES.resolve("queue.png"));
    browser.click("#pause");
    browser.awaitText(".head", "paused");
    assertThat(shop.tasks.queues().paused()).contains(ConsoleShop.EMAILS);
    browser.click("#resume");
    browser.awaitText(".head", "taking jobs");
    assertThat(shop.tasks.queues().paused()).doesNotContain(ConsoleShop.EMAILS);
  }

  @Test
  void settingsOfAQueueAreChangedAndARefusalLosesNothing() {
    show("#/queues/" + ConsoleShop.REPORTS);
    browser.click("#change-settings");
    browser.awaitText(".changes", "Nothing is changed yet");
    browser.await("document.querySelector('#confirm').disabled");
    browser.type("dialog input[name=concurrency]", "7");
    browser.type("dialog input[name=rate]", "0.5");
    browser.type("dialog input[name=attempts]", "many");
    browser.awaitText(".changes", "10 → 7");
    browser.click("#confirm");
    browser.awaitText("#refused", "max_attempts");
    browser.type("dialog input[name=attempts]", "4");
    browser.type("dialog input[name=initial]", "2s");
    browser.click("#confirm");
    browser.awaitText("main", "7 at a time");
    browser.awaitText("main", "0.5 a second");
    Queue changed = shop.tasks.queues().getQueue(ConsoleShop.REPORTS).orElseThrow();
    assertThat(changed)
        .isEqualTo(
            Queue.named(ConsoleShop.REPORTS)
                .concurrency(7)
                .rateLimit(RateLimit.perSecond(0.5))
                .retry(
                    RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofSeconds(60), 2)
                        .maxAttempts(4))
                .build());
    assertThat(browser.complaints()).hasSize(1).allMatch(each -> each.contains("400"));
  }

  @Test
  void jobsAreFilteredChosenAndCancelled() throws IOException {
    for (int i = 0; i < 5; i++) {
      shop.tasks
          .queues()
          .enqueue(
              Job.of("to-cancel", Map.of())
                  .id("cancel-me-" + i)
                  .queue(ConsoleShop.REPORTS)
                  .schedule(Schedule.after(Duration.ofHours(1)))
                  .build());
    }
    show("#/jobs?queue=reports&type=to-cancel");
    browser.await("document.querySelectorAll('tbody tr').length === 5");
    browser.click(".chip", "running");
    browser.awaitText("main", "No job fits");
    assertThat(browser.eval("location.hash").asText()).contains("state=RUNNING", "queue=reports");
    browser.click(".chip", "running");
    browser.await("document.querySelectorAll('tbody tr').length === 5");
    browser.picture(PICTURES.resolve("jobs.png"));
    browser.click("th input");
    browser.click("#cancel-many");
    browser.click("#confirm");
    browser.await(
        "[...document.querySelectorAll('tbody .badge')].filter(e => e.dataset.state ==="
            + " 'CANCELLED').length === 5");
    assertThat(state("cancel-me-3")).isEqualTo(JobState.CANCELLED);
    browser.click("th input");
    browser.click("#retry-many");
    browser.await(
        "[...document.querySelectorAll('tbody .badge')].filter(e => e.dataset.state ==="
            + " 'QUEUED').length >= 5");
  }

  @Test
  void aWaitingJobIsRescheduledAndCancelled() {
    JobId job =
        shop.tasks
            .queues()
            .enqueue(
                Job.of("send-email", Map.of())
                    .id("later")
                    .queue(ConsoleShop.EMAILS)
                    .schedule(Schedule.after(Duration.ofHours(3)))
                    .build());
    awaitState("later", JobState.SCHEDULED);
    show("#/jobs/later");
    browser.awaitText(".head", "scheduled");
    browser.click("#reschedule");
    Instant at = Instant.parse("2040-01-01T12:00:00Z");
    browser.type("dialog input[name=at]", at.toString());
    browser.click("#confirm");
    browser.await("document.querySelector('.head time[datetime^=\"2040-01-01T12:00\"]')");
    assertThat(shop.tasks.tasks().getTaskStatus("later").scheduledFor())
        .isCloseTo(at, within(1, ChronoUnit.SECONDS));
    browser.click("#cancel");
    browser.type("dialog input[name=reason]", "not wanted");
    browser.click("#confirm");
    browser.awaitText(".head .badge", "cancelled");
    assertThat(state(job.value())).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void deadLettersAreReplayedByTheirError() throws IOException {
    shop.breakBank();
    for (int i = 0; i < 6; i++) {
      shop.order("batch-" + i);
    }
    for (int i = 0; i < 6; i++) {
      awaitState("batch-" + i, JobState.DEAD);
    }
    show("#/dead/orders");
    browser.click(".linkish", "CardDeclined");
    browser.awaitText("#replay", "letters get");
    browser.click("#dry-run");
    browser.awaitText("#dry-result", "would replay");
    assertThat(state("batch-1")).isEqualTo(JobState.DEAD);
    browser.picture(PICTURES.resolve("dead-letters.png"));
    shop.healBank();
    browser.type("#replay input[name=rate]", "50");
    browser.click("#replay-now");
    browser.awaitText("main", "replayed 6");
    for (int i = 0; i < 6; i++) {
      awaitState("batch-" + i, JobState.SUCCEEDED);
    }
  }

  @Test
  void schedulesArePausedAndTriggered() throws IOException {
    show("#/schedules");
    browser.awaitText("main", "nightly-report");
    browser.awaitElement(".fires circle");
    browser.picture(PICTURES.resolve("schedules.png"));
    browser.click("#pause-nightly-report");
    browser.awaitText("main table", "paused");
    assertThat(shop.tasks.schedules().get("nightly-report").orElseThrow().paused()).isTrue();
    browser.click("#pause-nightly-report");
    browser.await("!document.querySelector('main table').innerText.includes('paused')");
    browser.click("#trigger-refresh-prices");
    browser.click(".head a", "see what came of it");
    browser.awaitText(".head .badge", "succeeded");
  }

  @Test
  void aRunIsWatchedSignalledAndRetried() throws IOException {
    shop.breakBank();
    show("#/workflows?workflow=order-processing");
    browser.awaitElement(".graph");
    browser.click("#start");
    browser.type("dialog input[name=id]", "run-77");
    browser.type("dialog textarea[name=input]", "{\"order\": \"lost-77\"}");
    browser.click("#confirm");
    browser.awaitElement(node("approval", "WAITING"));
    browser.awaitElement(node("reserve-stock", "SUCCEEDED"));
    browser.picture(PICTURES.resolve("run.png"));
    browser.click("#signal");
    browser.type("dialog input[name=signal]", "approved");
    browser.type("dialog textarea[name=payload]", "{\"by\": \"the boss\"}");
    browser.click("#confirm");
    browser.awaitElement(node("ship-order", "FAILED"));
    browser.awaitText(".error-box", "nothing left for lost-77");
    browser.click("[data-task=ship-order]");
    shop.healBank();
    browser.click("#retry-task");
    browser.click("#confirm");
    browser.awaitText(".head .badge", "succeeded");
    browser.awaitText("#history", "ship-order");
    assertThat(shop.tasks.workflows().run("run-77").result(Duration.ofSeconds(1)).state())
        .isEqualTo(RunState.SUCCEEDED);
    browser.dark(true);
    browser.picture(PICTURES.resolve("run-dark.png"));
  }

  @Test
  void aTaskOfARunLeadsToItsRunWhichIsFoundByItsId() {
    shop.breakBank();
    shop.tasks
        .workflows()
        .execute(
            WorkflowExecution.of("order-processing")
                .id("run-79")
                .input(Map.of("order", "lost-79")));
    show("");
    browser.awaitText("#connection", "Live");
    browser.press("/");
    browser.await("document.activeElement.id === 'search'");
    browser.type("#search", "run-79");
    browser.awaitText("#found", "Run of a workflow");
    browser.press("ArrowDown"); // the first is a job of this id
    browser.press("Enter");
    browser.await("location.hash === '#/runs/run-79'");
    browser.awaitElement(node("approval", "WAITING"));
    shop.tasks.workflows().signal("run-79", "approved", Map.of());
    browser.awaitElement(node("ship-order", "FAILED"));
    show("#/jobs?type=ship-order&state=DEAD");
    browser.click("main table a", "run-79");
    browser.awaitText("#of-run", "its run decides what follows");
    browser.click("#of-run a");
    browser.await("location.hash.startsWith('#/runs/run-79?task=ship-order')");
    browser.awaitText(".error-box", "nothing left for lost-79");
  }

  private static String node(String task, String state) {
    return "[data-task=" + task + "][data-state=" + state + "]";
  }

  @Test
  void aRunIsCancelled() {
    shop.tasks
        .workflows()
        .execute(WorkflowExecution.of("order-processing").id("run-78").input(Map.of("order", "x")));
    show("#/runs/run-78");
    browser.click("#cancel");
    browser.click("#confirm");
    browser.awaitText(".head .badge", "cancelled");
  }

  @Test
  void whatIsTypedIsFound() {
    show("");
    browser.awaitText("#connection", "Live");
    browser.press("/");
    browser.await("document.activeElement.id === 'search'");
    browser.type("#search", "refresh-pr");
    browser.awaitText("#found", "refresh-prices");
    browser.press("Enter");
    browser.await("location.hash.startsWith('#/schedules')");
    browser.awaitText("main table", "refresh-prices");
  }

  @Test
  void readOnlyMeansThatNothingCanBeDone() {
    show("#/queues/" + ConsoleShop.EMAILS);
    browser.awaitElement("#pause");
    browser.click("#read-only");
    browser.await("document.querySelector('#pause').disabled");
    browser.click("#read-only");
    browser.await("!document.querySelector('#pause').disabled");
  }

  /** Behind a prefix, with a token, and through a break. */
  @Test
  void aProxyMayStandBetweenAskForATokenAndBreak() throws IOException {
    proxy.token("sesame");
    browser.fresh(proxy.address() + "console/");
    browser.awaitElement("dialog input[type=password]");
    browser.type("dialog input[type=password]", "sesame");
    browser.click("#confirm");
    browser.awaitText("#connection", "Live");
    browser.awaitText("table", "emails");
    assertThat(browser.complaints()).allMatch(each -> each.contains("401"));
    proxy.cut();
    browser.awaitElement("#lost");
    browser.awaitText("#connection", "Disconnected");
    proxy.mend();
    browser.awaitText("#connection", "Live");
    browser.await("!document.querySelector('#lost')");
    browser.complaints(); // of the break
    proxy.readOnly(true);
    browser.click("main table a", ConsoleShop.EMAILS);
    browser.click("#pause");
    browser.awaitText(".messages", "may read only");
    proxy.readOnly(false);
    assertThat(browser.complaints()).allMatch(each -> each.contains("403"));
    browser.eval("sessionStorage.clear()");
  }
}
