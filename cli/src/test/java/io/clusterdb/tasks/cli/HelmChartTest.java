package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.metrics.QueueMetric;
import io.clusterdb.tasks.topic.TopicNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Renders the Helm chart and holds what comes out to Kubernetes' model and to the command line. */
class HelmChartTest {
  private static final Path CHART = Path.of("..", "deploy", "helm", "tasks");
  private static final Path VALUES = Path.of("..", "deploy", "helm", "values");
  private static final String KUBERNETES = "1.31.0";

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/Secret", Secret.class,
          "v1/Service", Service.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "apps/v1/Deployment", Deployment.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class);

  /** Kubernetes' model as the cluster would read it: a field that it does not know is an error. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              });

  @Test
  void lintFindsNothing() {
    LintResult result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "production", "hpa"})
  void whatItRendersFitsKubernetesAndTheCommandLine(String values) throws Exception {
    List<JsonNode> documents = render(values);
    Set<String> names = new HashSet<>();
    for (JsonNode document : documents) {
      String kind = document.get("kind").asText();
      String name = document.at("/metadata/name").asText();
      assertThat(names.add(kind + "/" + name)).as("one %s %s", kind, name).isTrue();
      assertThat(name.length()).isLessThanOrEqualTo(63);
      model(document);
    }
    for (JsonNode document : documents) {
      JsonNode pod = document.at("/spec/template");
      if (!pod.isMissingNode()) {
        checkPod(document, pod, names);
      }
      if (document.get("kind").asText().matches("PodDisruptionBudget|Service")) {
        checkSelector(document, documents);
      }
      JsonNode target = document.at("/spec/scaleTargetRef");
      if (!target.isMissingNode()) {
        assertThat(names).contains("Deployment/" + target.get("name").asText());
      }
    }
  }

  @Test
  void theConfigurationThatItWritesLoads() {
    for (JsonNode document : render("production")) {
      if (document.get("kind").asText().equals("ConfigMap")) {
        String yaml = document.at("/data/tasks.yaml").asText();
        TasksConfig config = ConfigFile.parse("tasks.yaml", yaml, Map.of());
        assertThat(config.sharedPartitions()).isEqualTo(16);
        assertThat(config.kafkaProperties()).containsEntry("compression.type", "zstd");
        assertThat(config.telemetry()).isNotNull();
      }
    }
  }

  @Test
  void everyPodReadsThatConfiguration() {
    List<JsonNode> pods =
        render("production").stream()
            .filter(document -> document.at("/spec/template/spec/containers").isArray())
            .toList();

    assertThat(pods).hasSizeGreaterThan(3);
    for (JsonNode pod : pods) {
      JsonNode container = pod.at("/spec/template/spec/containers/0");
      assertThat(container.get("args").toString())
          .as(pod.at("/metadata/name").asText())
          .contains("\"--config=/etc/tasks/config/tasks.yaml\"");
      assertThat(container.get("volumeMounts").findValuesAsText("mountPath"))
          .contains("/etc/tasks/config");
    }
  }

  @Test
  void workersAreScaledByTheLagOfTheirGroups() {
    List<JsonNode> scaled =
        render("production").stream()
            .filter(document -> document.get("kind").asText().equals("ScaledObject"))
            .toList();

    assertThat(scaled).hasSize(2);
    JsonNode trigger = scaled.getFirst().at("/spec/triggers/0");
    assertThat(trigger.get("type").asText()).isEqualTo("kafka");
    assertThat(trigger.at("/metadata/consumerGroup").asText())
        .isEqualTo(new TopicNames("tasks").group("mails"));
    assertThat(trigger.at("/metadata/lagThreshold").asText()).isEqualTo("200");
    assertThat(trigger.at("/authenticationRef/name").asText()).isEqualTo("kafka-credentials");
  }

  @Test
  void orByTheDepthThatTheOrchestratorTells() {
    List<JsonNode> metrics =
        render("hpa").stream()
            .filter(document -> document.get("kind").asText().equals("HorizontalPodAutoscaler"))
            .map(document -> document.at("/spec/metrics/0/external/metric"))
            .toList();

    assertThat(metrics).hasSize(1);
    assertThat(metrics.getFirst().get("name").asText())
        .isEqualTo(QueueMetric.QUEUE_DEPTH.spec().meter().replace('.', '_'));
    assertThat(metrics.getFirst().at("/selector/matchLabels").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(QueueMetric.QUEUE_DEPTH.spec().labels());
  }

  @Test
  void valuesThatMakeNoSenseAreRefused() {
    for (String wrong :
        List.of(
            "replication=none",
            "scheduler.replicas=0",
            "api.tokn=x",
            "kafka.bootstrap=kafka",
            "kafka.ports[0]=0",
            "kafka.sasl.mechanism=GSSAPI",
            "kafka.sasl.password=a\"b", // would end the password within the file of properties
            "orchestrator.storage.size=big",
            "workers.mails.replicas=2", // of which queues?
            "workers.Mails.queues[0]=mails",
            "workers.mails.queues[0]=Mails",
            "worker.autoscaling.mode=always",
            "config.kafka.bootstrap=twice",
            "networkPolicy.egressPorts[0]=0")) {
      int equals = wrong.indexOf('=');
      assertThatThrownBy(
              () ->
                  new Helm(CHART)
                      .template()
                      .withName("x")
                      .withKubeVersion(KUBERNETES)
                      .set(wrong.substring(0, equals), wrong.substring(equals + 1))
                      .call())
          .as(wrong)
          .hasMessageContaining("don't meet the specifications of the schema")
          .message()
          .containsAnyOf(wrong.substring(0, equals).split("[.\\[]"));
    }
  }

  private static List<JsonNode> render(String values) {
    return YamlFiles.all(
        new Helm(CHART)
            .template()
            .withName("prod")
            .withKubeVersion(KUBERNETES)
            .withValuesFile(VALUES.resolve(values + ".yaml"))
            .call());
  }

  private static void model(JsonNode document) throws Exception {
    String kind = document.get("apiVersion").asText() + "/" + document.get("kind").asText();
    if (kind.equals("keda.sh/v1alpha1/ScaledObject")) {
      return; // KEDA's own, which Kubernetes' model does not have
    }
    assertThat(KINDS).containsKey(kind);
    assertThat(STRICT.treeToValue(document, KINDS.get(kind))).isNotNull();
  }

  private static void checkPod(JsonNode document, JsonNode pod, Set<String> names) {
    JsonNode spec = pod.get("spec");
    JsonNode container = spec.at("/containers/0");
    assertThat(document.at("/spec/selector/matchLabels").properties())
        .isSubsetOf(pod.at("/metadata/labels").properties());
    assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/resources/limits/memory").isMissingNode()).isFalse();
    List<String> arguments = new ArrayList<>();
    container.get("args").forEach(argument -> arguments.add(argument.asText()));
    assertThatCode(() -> CommandLines.parse(arguments)).doesNotThrowAnyException();
    for (String argument : arguments) {
      if (argument.startsWith("--drain-timeout=")) {
        assertThat(spec.get("terminationGracePeriodSeconds").asInt())
            .isGreaterThan(Integer.parseInt(argument.replaceAll("\\D", "")));
      }
    }
    Set<String> volumes = new HashSet<>();
    spec.get("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
    document
        .at("/spec/volumeClaimTemplates")
        .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
    container
        .get("volumeMounts")
        .forEach(mount -> assertThat(volumes).contains(mount.get("name").asText()));
    spec.findValues("configMap")
        .forEach(map -> assertThat(names).contains("ConfigMap/" + map.get("name").asText()));
    assertThat(names).contains("ServiceAccount/" + spec.get("serviceAccountName").asText());
  }

  private static void checkSelector(JsonNode document, List<JsonNode> documents) {
    JsonNode selector = document.at("/spec/selector");
    JsonNode labels = selector.has("matchLabels") ? selector.get("matchLabels") : selector;
    assertThat(documents)
        .as("pods of %s", document.at("/metadata/name"))
        .anySatisfy(
            other ->
                assertThat(other.at("/spec/template/metadata/labels").properties())
                    .containsAll(labels.properties()));
  }
}
