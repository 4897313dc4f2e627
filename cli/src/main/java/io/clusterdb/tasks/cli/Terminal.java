package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.codec.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: results go to standard output, all else to standard error. What
 * is written to standard output is buffered until {@link #flush}. Thread-safe.
 */
final class Terminal {
  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean live;
  private final int columns;

  /**
   * Creates a terminal.
   *
   * @param live whether a person watches standard error, so that a line may be written over
   */
  Terminal(InputStream in, OutputStream out, PrintStream err, boolean live) {
    this(in, out, err, live, 0);
  }

  /**
   * Creates a terminal.
   *
   * @param live whether a person watches standard error, so that a line may be written over
   * @param columns how wide a person sees standard output; 0 where nobody does
   */
  Terminal(InputStream in, OutputStream out, PrintStream err, boolean live, int columns) {
    this.columns = columns;
    this.in = in;
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.err = err;
    this.live = live;
  }

  /** Standard input. */
  InputStream in() {
    return in;
  }

  /** Standard output, for what writes to it in its own way. */
  Writer writer() {
    return new Writer() {
      @Override
      public void write(char[] chars, int offset, int length) throws IOException {
        byte[] bytes = new String(chars, offset, length).getBytes(StandardCharsets.UTF_8);
        synchronized (Terminal.this) {
          out.write(bytes);
        }
      }

      @Override
      public void flush() {
        // Left to the end of the command, where a failure can be told.
      }

      @Override
      public void close() {
        flush();
      }
    };
  }

  /** Standard error. */
  PrintStream err() {
    return err;
  }

  /** Whether a person watches standard error. */
  boolean live() {
    return live;
  }

  /** How wide a person sees standard output; 0 where nobody does. */
  int columns() {
    return columns;
  }

  /** Writes a line of the result. */
  synchronized void result(String line) {
    try {
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a value as one line of JSON. */
  void json(Object value) {
    try {
      result(Json.mapper().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells the person something that is no result. */
  void say(String line) {
    err.println(line);
  }

  /** Makes what was written visible. */
  synchronized void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    err.flush();
  }
}
