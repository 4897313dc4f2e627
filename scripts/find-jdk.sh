# Sourced by ./build, ./tasks and bin/tasks of the archive: find_jdk MAJOR prints the home of a JDK of at least that version,
# the newest among JAVA_HOME, PATH and the usual places.
jdk_major() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -nE 's/^JAVA_VERSION="?(1\.)?([0-9]+).*/\2/p' "$1/release"
}

find_jdk() {
  local wanted=$1 best="" best_major=0 home major
  if [ -n "${JAVA_HOME:-}" ] && major=$(jdk_major "$JAVA_HOME") && [ "${major:-0}" -ge "$wanted" ]; then
    echo "$JAVA_HOME"
    return 0
  fi
  local on_path=""
  on_path=$(command -v javac 2>/dev/null) && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in $on_path /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    major=$(jdk_major "$home") || continue
    if [ "${major:-0}" -gt "$best_major" ]; then
      best=$home
      best_major=$major
    fi
  done
  if [ "$best_major" -ge "$wanted" ]; then
    echo "$best"
    return 0
  fi
  echo "A JDK of version $wanted or newer was expected; the newest found is ${best:-none} (version $best_major). Install one or set JAVA_HOME." >&2
  return 1
}
