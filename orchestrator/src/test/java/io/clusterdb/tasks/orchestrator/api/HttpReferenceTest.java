package io.clusterdb.tasks.orchestrator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.http.OpenApiResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/http.md to the OpenAPI document; {@code -Ddocs.write=true} writes it anew. */
class HttpReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "http.md");

  @Test
  void thePageIsWhatTheDocumentSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).hasContent(page);
  }

  @Test
  void everyLinkWithinThePageHasATarget() throws IOException {
    String page = page();
    Set<String> anchors = new HashSet<>();
    Pattern.compile("^#+ (.*)$", Pattern.MULTILINE)
        .matcher(page)
        .results()
        .forEach(found -> anchors.add(found.group(1).toLowerCase(Locale.ROOT).replace(' ', '-')));

    assertThat(Pattern.compile("\\(#([^)]*)\\)").matcher(page).results())
        .isNotEmpty()
        .allSatisfy(link -> assertThat(anchors).contains(link.group(1)));
  }

  private static String page() throws IOException {
    OpenApiResource description = new OpenApiResource(JobsResource.class, "openapi.yaml");
    return new HttpReference(new ObjectMapper().readTree(description.json())).page();
  }
}
