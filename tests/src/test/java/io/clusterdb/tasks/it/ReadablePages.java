package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Job;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That everybody can read the console, and that nothing from outside is more than a text. */
interface ReadablePages {
  String SCRIPT = "<script>document.title='owned'</script>";
  String IMAGE = "<img src=x onerror=\"document.title='owned'\">";
  String ARABIC = "طلب-١٢٣-\u202Egnp.exe";

  @Test
  default void textsFromOutsideStayTexts() throws IOException {
    String long1 = "x".repeat(990_000) + IMAGE;
    ConsoleSession.shop
        .tasks
        .queues()
        .enqueue(
            Job.of(IMAGE, Map.of("html", SCRIPT, "long", long1))
                .id(SCRIPT)
                .queue(ConsoleShop.REPORTS)
                .metadata("source", ARABIC)
                .build());
    ConsoleSession.shop.tasks.queues().enqueue(waiting(ARABIC, "javascript:alert(1)"));
    ConsoleSession.show("#/jobs?queue=reports");
    ConsoleSession.browser.awaitText("table", SCRIPT);
    ConsoleSession.browser.awaitText("table", "طلب");
    ConsoleSession.browser.click("main table a", SCRIPT);
    ConsoleSession.browser.awaitText("h1", SCRIPT);
    ConsoleSession.browser.awaitText("main", "characters");
    ConsoleSession.browser.awaitText("main", IMAGE);
    ConsoleSession.browser.click(".cut button");
    ConsoleSession.browser.await("document.querySelector('.code pre').innerText.length > 900000");
    ConsoleSession.show("#/jobs/" + encoded(ARABIC));
    ConsoleSession.browser.awaitText("h1", "طلب");
    assertThat(
            ConsoleSession.browser
                .eval("document.querySelectorAll('main script, main img').length")
                .asInt())
        .isZero();
    assertThat(ConsoleSession.browser.eval("document.title").asText()).isNotEqualTo("owned");
    ConsoleSession.browser.picture(ConsoleSession.PICTURES.resolve("hostile.png"));
  }

  private static String encoded(String text) {
    return ConsoleSession.browser.eval("encodeURIComponent(" + Browser.js(text) + ")").asText();
  }

  @Test
  default void everyPageHasLabelsForAll() {
    List<String> pages =
        List.of(
            "",
            "#/jobs",
            "#/dead",
            "#/dead/orders",
            "#/schedules",
            "#/workflows",
            "#/queues/orders");
    for (String page : pages) {
      ConsoleSession.show(page);
      ConsoleSession.browser.await("!document.querySelector('main .loading')");
      JsonNode nameless =
          ConsoleSession.browser.eval(
              """
              [...document.querySelectorAll('button, a, input, select, textarea')]
                .filter(e => !(e.innerText?.trim() || e.ariaLabel || e.title || e.labels?.length))
                .map(e => e.outerHTML)
              """);
      assertThat(nameless).as(page).isEmpty();
      assertThat(ConsoleSession.browser.eval("document.querySelectorAll('h1').length").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  default void textsStandOutFromTheirGround() {
    for (boolean dark : List.of(false, true)) {
      ConsoleSession.browser.dark(dark);
      for (String page : List.of("", "#/jobs", "#/queues/emails", "#/schedules")) {
        ConsoleSession.show(page);
        ConsoleSession.browser.await("!document.querySelector('main .loading')");
        JsonNode faint = ConsoleSession.browser.eval(Contrast.SCRIPT);
        assertThat(faint).as("%s, dark: %s", page, dark).isEmpty();
      }
    }
  }

  private static Job waiting(String id, String type) {
    return Job.of(type, Map.of()).id(id).queue(ConsoleShop.REPORTS).build();
  }
}
