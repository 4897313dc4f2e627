package io.clusterdb.tasks.orchestrator.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the console.
 *
 * @param name its name
 * @param mediaType its media type
 * @param plain its bytes; not to be changed
 * @param zipped the same, compressed; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // read and sent, never compared
record Asset(String name, String mediaType, byte[] plain, byte[] zipped) {
  static Asset of(String name, byte[] plain) {
    return new Asset(name, mediaType(name), plain, zip(plain));
  }

  /** Reads one that is beside this class. */
  static Asset read(String name) {
    try (InputStream in = Asset.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no file " + name + " of the console");
      }
      return of(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] zip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String mediaType(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no media type for " + name);
    };
  }
}
