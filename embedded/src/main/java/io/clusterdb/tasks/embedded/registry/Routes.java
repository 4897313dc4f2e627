package io.clusterdb.tasks.embedded.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Which request is answered by what. A segment in braces matches any text. */
final class Routes {
  private record Route(String method, List<String> pattern, Function<Request, Object> handler) {
    boolean matches(List<String> path) {
      if (path.size() != pattern.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!pattern.get(i).startsWith("{") && !pattern.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Route> routes = new ArrayList<>();

  Routes on(String method, String pattern, Function<Request, Object> handler) {
    List<String> segments =
        Arrays.stream(pattern.split("/", -1)).filter(segment -> !segment.isEmpty()).toList();
    routes.add(new Route(method, segments, handler));
    return this;
  }

  Object answer(Request request) {
    boolean known = false;
    for (Route route : routes) {
      if (route.matches(request.path())) {
        known = true;
        if (route.method().equals(request.method())) {
          return route.handler().apply(request);
        }
      }
    }
    throw known
        ? RegistryError.http(405, "HTTP 405 Method Not Allowed")
        : RegistryError.http(404, "HTTP 404 Not Found");
  }
}
