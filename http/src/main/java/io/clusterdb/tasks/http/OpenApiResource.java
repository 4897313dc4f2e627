package io.clusterdb.tasks.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Serves the description of the API, which is written as YAML. Nobody is asked for a token. */
public final class OpenApiResource implements HttpResource {
  private final byte[] document;

  /**
   * Reads the document.
   *
   * @param owner whose package holds the resource
   * @param name the resource's name
   */
  public OpenApiResource(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name + " beside " + owner);
      }
      Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      this.document = Json.MAPPER.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document as JSON. */
  public byte[] json() {
    return document.clone();
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/openapi.json", call -> Answer.bytes(200, "application/json", document))
            .open(true));
  }
}
