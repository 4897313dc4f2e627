package io.clusterdb.tasks.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoint of a path. A path is split before it is decoded, since ids may hold an encoded
 * slash; fixed segments win over variables.
 */
final class Routes {
  private final List<Route> routes;

  Routes(List<HttpResource> resources) {
    List<Route> all = new ArrayList<>();
    resources.forEach(each -> each.endpoints().forEach(one -> all.add(new Route(one))));
    all.sort((a, b) -> Integer.compare(a.variables(), b.variables()));
    this.routes = List.copyOf(all);
  }

  /** What serves a path, with the values of its variables. */
  record Match(Endpoint endpoint, Map<String, String> variables) {}

  /**
   * Finds.
   *
   * @param rawPath as it was sent, without the query
   * @throws ProblemException 404, 405, or 400 for an encoding that is none
   */
  Match find(String method, String rawPath) {
    String[] segments = split(rawPath);
    TreeSet<String> others = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> variables = route.match(segments);
      if (variables != null) {
        if (route.serves(method)) {
          return new Match(route.endpoint, variables);
        }
        others.add(route.endpoint.method());
      }
    }
    if (others.isEmpty()) {
      throw new ProblemException(
          404, "Not found", "nothing is served at this path. See /openapi.json for what is.");
    }
    throw new ProblemException(
        405,
        "Method not allowed",
        "expected %s here, found %s.".formatted(String.join(" or ", others), method));
  }

  private static String[] split(String rawPath) {
    String path = rawPath.startsWith("/") ? rawPath.substring(1) : rawPath;
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      segments[i] = decode(segments[i]);
    }
    return segments;
  }

  /** Decodes percent signs; a plus sign is itself in a path. */
  private static String decode(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "expected two hexadecimal digits after each % of the path, found something else.");
    }
  }

  private static final class Route {
    private final Endpoint endpoint;
    private final String[] pattern;

    Route(Endpoint endpoint) {
      this.endpoint = endpoint;
      this.pattern = endpoint.path().substring(1).split("/", -1);
    }

    int variables() {
      int count = 0;
      for (String part : pattern) {
        count += part.startsWith("{") ? 1 : 0;
      }
      return count;
    }

    boolean serves(String method) {
      return endpoint.method().equals(method)
          || (method.equals("HEAD") && endpoint.method().equals("GET"));
    }

    @Nullable Map<String, String> match(String[] segments) {
      if (segments.length != pattern.length) {
        return null;
      }
      Map<String, String> variables = new HashMap<>();
      for (int i = 0; i < pattern.length; i++) {
        String part = pattern[i];
        if (part.startsWith("{")) {
          if (segments[i].isEmpty()) {
            return null;
          }
          variables.put(part.substring(1, part.length() - 1), segments[i]);
        } else if (!part.equals(segments[i])) {
          return null;
        }
      }
      return variables;
    }
  }
}
