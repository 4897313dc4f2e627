package io.clusterdb.tasks.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.AesGcmCipher;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SealingTest {
  private static final Sealing SEALING = new Sealing(AesGcmCipher.of("k1", new byte[32]));
  private static final PayloadCodecs CODECS =
      new PayloadCodecs(List.of(new BytesCodec(), new JsonCodec()), SEALING);

  @Test
  void theMediaTypeNamesTheKeyAndWhatIsInside() {
    Encoded sealed = SEALING.seal(new Encoded("{}".getBytes(UTF_8), "text/a; b=\"c;d\""));

    assertThat(sealed.contentType())
        .isEqualTo(
            "application/vnd.clusterdb.tasks.sealed; key=\"k1\"; type=\"text/a; b=\\\"c;d\\\"\"");
    assertThat(Sealing.clearType(sealed.contentType())).isEqualTo("text/a; b=\"c;d\"");
    assertThat(SEALING.open(payload(sealed)).text()).isEqualTo("{}");
    assertThat(SEALING.seal(sealed)).isSameAs(sealed);
    assertThat(Sealing.NONE.seal(new Encoded(new byte[1], Payload.JSON)).contentType())
        .isEqualTo(Payload.JSON);
    assertThat(SEALING.seal(new Encoded(null, Payload.JSON)).contentType()).isEqualTo(Payload.JSON);
  }

  @Test
  void handlersGetWhatWasSealedAsTheTypeThatTheyDeclare() {
    Encoded sealed = SEALING.seal(CODECS.encode("t", Map.of("a", 1)));
    byte[] bytes = sealed.bytes();

    assertThat(CODECS.decode("t", bytes, sealed.contentType(), JsonNode.class))
        .hasToString("{\"a\":1}");
    assertThat(CODECS.decode("t", bytes, sealed.contentType(), Payload.class))
        .returns("{\"a\":1}", Payload::text)
        .returns(Payload.JSON, Payload::contentType);
    assertThat(CODECS.decode("t", "{}".getBytes(UTF_8), Payload.JSON, JsonNode.class))
        .hasToString("{}");
  }

  @Test
  void anotherMediaTypeOnWhatWasSealedIsRefused() {
    Encoded sealed = SEALING.seal(CODECS.encode("t", Map.of("a", 1)));
    String changed = sealed.contentType().replace("json", "xml");

    refused(() -> SEALING.open(new Payload(sealed.bytes(), changed)), "changed");
    refused(
        () -> SEALING.open(new Payload(sealed.bytes(), sealed.contentType().substring(0, 50))),
        "expected a media type");
    refused(() -> Sealing.NONE.open(payload(sealed)), "key k1", "no keys");
    assertThat(Sealing.NONE.openIfKnown(payload(sealed)).contentType())
        .isEqualTo(sealed.contentType());
  }

  @Test
  void whatIsWrongInsideIsNotTold() {
    Encoded sealed = SEALING.seal(CODECS.encode("t", Map.of("pin", "1234-secret")));

    assertThatThrownBy(() -> CODECS.decode("t", sealed.bytes(), sealed.contentType(), int[].class))
        .hasMessageContaining("cannot be read as")
        .hasNoCause()
        .message()
        .doesNotContain("secret");
  }

  @Test
  void resultsAreSealedWhereThePayloadWas() {
    Encoded sealed = SEALING.seal(CODECS.encode("t", Map.of("a", 1)));
    String result = SEALING.sealResult(sealed.contentType(), "{\"b\":\"secret\"}");

    assertThat(result).doesNotContain("secret").contains("\"sealed\"", "k1");
    assertThat(SEALING.openResult(result)).isEqualTo("{\"b\":\"secret\"}");
    assertThat(SEALING.sealResult(sealed.contentType(), result)).isEqualTo(result);
    assertThat(SEALING.sealResult(Payload.JSON, "1")).isEqualTo("1");
    assertThat(Sealing.NONE.sealResult(sealed.contentType(), "1")).isEqualTo("1");
    assertThat(Sealing.NONE.openResult(result)).isEqualTo(result);
    assertThat(SEALING.openResult("{\"sealed\":true}")).isEqualTo("{\"sealed\":true}");
    assertThat(SEALING.openResult(null)).isNull();
  }

  private static Payload payload(Encoded encoded) {
    return new Payload(encoded.bytes(), encoded.contentType());
  }

  private static void refused(ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAYLOAD))
        .message()
        .contains(says);
  }
}
