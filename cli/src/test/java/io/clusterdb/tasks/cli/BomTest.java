package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Holds what users import, and the chart, to the versions of the root pom.xml. */
class BomTest {
  private static final Path ROOT = Path.of("..");

  /** Modules that nobody imports: programs, what is built of them, and tests. */
  private static final Set<String> OWN =
      Set.of("cli", "dist", "examples", "examples/orders", "bench", "tests", "bom");

  private final Document root = xml(ROOT.resolve("pom.xml"));
  private final Document bom = xml(ROOT.resolve("bom/pom.xml"));

  @Test
  void hasEveryModuleThatUsersImport() {
    Set<String> modules = texts(root, "/project/modules/module");
    modules.removeAll(OWN);
    Set<String> managed =
        texts(
            bom,
            "/project/dependencyManagement/dependencies/dependency[groupId='io.clusterdb']"
                + "/artifactId");

    assertThat(managed).isNotEmpty();
    assertThat(managed.stream().map(name -> name.replace("tasks-", "")))
        .containsExactlyInAnyOrderElementsOf(modules);
  }

  /**
   * Repositories of artifacts ask for both; the description that all inherit says little of each.
   */
  @Test
  void eachModuleThatUsersImportDescribesItselfAndNoOtherIsPublished() {
    for (String module : texts(root, "/project/modules/module")) {
      Document pom = module.equals("bom") ? bom : xml(ROOT.resolve(module).resolve("pom.xml"));
      boolean published = module.equals("bom") || !OWN.contains(module);
      assertThat(texts(pom, "/project/name")).as(module).hasSize(1);
      assertThat(texts(pom, "/project/description")).as(module).hasSize(published ? 1 : 0);
      assertThat(texts(pom, "/project/properties/maven.deploy.skip"))
          .as(module)
          .isEqualTo(published ? Set.of() : Set.of("true"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.version", "avro.version", "jackson.version"})
  void saysTheVersionsThatTheBuildHas(String property) {
    assertThat(texts(bom, "/project/properties/" + property))
        .isNotEmpty()
        .isEqualTo(texts(root, "/project/properties/" + property));
  }

  @ParameterizedTest
  @ValueSource(strings = {"maven-install-plugin", "maven-deploy-plugin"})
  void isInstalledAndUploadedByThePluginsOfTheBuild(String plugin) {
    String version =
        "/project/build/pluginManagement/plugins/plugin[artifactId='%s']/version".formatted(plugin);

    assertThat(texts(bom, version)).isNotEmpty().isEqualTo(texts(root, version));
  }

  @Test
  void theVersionIsTheSameEverywhere() throws IOException {
    Set<String> version = texts(root, "/project/version");
    JsonNode chart = YamlFiles.read(ROOT.resolve("deploy/helm/tasks/Chart.yaml"));

    assertThat(version).hasSize(1);
    assertThat(texts(bom, "/project/version")).isEqualTo(version);
    assertThat(chart.get("appVersion").asText()).isEqualTo(version.iterator().next());
    assertThat(version.iterator().next()).startsWith(chart.get("version").asText());
    for (String module : texts(root, "/project/modules/module")) {
      if (!module.equals("bom")) {
        assertThat(texts(xml(ROOT.resolve(module).resolve("pom.xml")), "/project/parent/version"))
            .as(module)
            .isEqualTo(version);
      }
    }
  }

  private static Set<String> texts(Document document, String path) {
    try {
      NodeList found =
          (NodeList)
              XPathFactory.newInstance()
                  .newXPath()
                  .evaluate(path, document, XPathConstants.NODESET);
      Set<String> texts = new TreeSet<>();
      for (int i = 0; i < found.getLength(); i++) {
        texts.add(found.item(i).getTextContent().strip());
      }
      return texts;
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }

  private static Document xml(Path file) {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    } catch (Exception e) {
      throw new AssertionError(file.toString(), e);
    }
  }
}
