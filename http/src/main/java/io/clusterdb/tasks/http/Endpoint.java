package io.clusterdb.tasks.http;

import java.util.List;

/**
 * A method and a path that are served.
 *
 * @param method such as {@code GET}; HEAD is answered wherever GET is
 * @param path segments, of which those in braces are variables, such as {@code
 *     /v1/queues/{queue}/stats}
 * @param query names of query parameters that it knows, where a name that ends in {@code .} stands
 *     for every name that starts so; others are refused
 * @param access who may call it
 * @param handler answers; it may block, and runs on a virtual thread
 */
public record Endpoint(
    String method, String path, List<String> query, Access access, Handler handler) {
  /** Answers a call. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws Exception becomes a problem document: a {@link ProblemException} as it says, a {@link
     *     io.clusterdb.tasks.TasksException} by its code, anything else as status 500 without
     *     details
     */
    Answer handle(HttpCall call) throws Exception;
  }

  /** Checks the values. */
  public Endpoint {
    query = List.copyOf(query);
  }

  /** Reads; takes the role of readers. */
  public static Endpoint get(String path, Handler handler) {
    return new Endpoint("GET", path, List.of(), Access.READ, handler);
  }

  /** Creates, or commands; takes the role of operators. */
  public static Endpoint post(String path, Handler handler) {
    return new Endpoint("POST", path, List.of(), Access.OPERATE, handler);
  }

  /** Replaces; takes the role of operators. */
  public static Endpoint put(String path, Handler handler) {
    return new Endpoint("PUT", path, List.of(), Access.OPERATE, handler);
  }

  /** Changes a part; takes the role of operators. */
  public static Endpoint patch(String path, Handler handler) {
    return new Endpoint("PATCH", path, List.of(), Access.OPERATE, handler);
  }

  /** Removes; takes the role of operators. */
  public static Endpoint delete(String path, Handler handler) {
    return new Endpoint("DELETE", path, List.of(), Access.OPERATE, handler);
  }

  /** Knows these query parameters as well. */
  public Endpoint query(String... names) {
    return new Endpoint(method, path, List.of(names), access, handler);
  }

  /** Asks nobody for a token: health and the like. */
  public Endpoint open(boolean yes) {
    return access(yes ? Access.OPEN : Access.READ);
  }

  /** For these callers. */
  public Endpoint access(Access who) {
    return new Endpoint(method, path, query, who, handler);
  }

  /** Whether a query parameter of this name is known. */
  boolean knows(String name) {
    return query.stream()
        .anyMatch(each -> each.endsWith(".") ? name.startsWith(each) : name.equals(each));
  }
}
