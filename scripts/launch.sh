# Sourced by ./tasks and by bin/tasks of the archive, which have set JAVA_HOME.
#   JAVA_OPTS, TASKS_OPTS   further options for Java, which win over the ones chosen here

# Sets options to what every command needs of Java.
common_options() {
  options=(
    --enable-native-access=ALL-UNNAMED
    -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
  )
  # Kafka's clean-up of mapped files would be warned of at the exit.
  if [ "$(jdk_major "$JAVA_HOME")" -ge 23 ]; then options+=(--sun-misc-unsafe-memory-access=allow); fi
}

# Adds the garbage collector that fits the command, unless the user has chosen one.
collector() {
  case "${JAVA_OPTS:-} ${TASKS_OPTS:-}" in *-XX:+Use*GC*) return ;; esac
  case $1 in
    # Its answers wait for collections, and in them much survives: two cores make them half as long.
    orchestrator) options+=(-XX:+UseParallelGC) ;;
    *) options+=(-XX:+UseSerialGC) ;;
  esac
}

# The command is the first argument that is neither an option nor an option's value.
command_of() {
  local value=false argument
  for argument in "$@"; do
    if $value; then
      value=false
      continue
    fi
    case $argument in
      --bootstrap | --kafka-config | --api | --registry | --token | --prefix | --output) value=true ;;
      -*) ;;
      *)
        echo "$argument"
        return
        ;;
    esac
  done
}

# launch CLASS-PATH-ARGUMENT ARGUMENTS...: becomes Java with these options and what fits the command.
launch() {
  local class_path=$1 command heap
  shift
  command=$(command_of "$@")
  collector "$command"
  case $command in
    dev | demo) options+=(-Xms64m -Xmx320m -XX:MaxDirectMemorySize=128m) ;;
    worker | scheduler | orchestrator)
      heap=256m
      if [ "$command" = orchestrator ]; then heap=512m; fi # answers beside its work, and lags where it must
      # Out of memory, any thread may have died: a restart is clean, and a job that asks for too much
      # is found by the crashes that it causes.
      options+=(-Xms64m "-Xmx$heap" -XX:MaxDirectMemorySize=96m -XX:+ExitOnOutOfMemoryError)
      ;;
    *) options+=(-Xmx256m -XX:TieredStopAtLevel=1 -XX:-UsePerfData) ;;
  esac
  if [ -t 2 ]; then options+=(-Dtasks.live=true); fi
  if [ -t 1 ]; then # tables fit its width; 0 where nobody knows it
    local columns
    columns=$(stty size 2>/dev/null </dev/tty | cut -d ' ' -f 2) || true
    if [[ $columns =~ ^[0-9]+$ ]]; then options+=("-Dtasks.columns=$columns"); fi
  fi
  case $0 in ./* | ../*) options+=("-Dtasks.name=$0") ;; esac

  # Java takes arguments, and passes those of exec handlers on, in the locale's encoding.
  if [ "$(locale charmap 2>/dev/null || echo UTF-8)" != UTF-8 ]; then
    export LC_ALL=C.UTF-8
  fi

  # shellcheck disable=SC2086 # several options in one variable are meant to be split
  exec "$JAVA_HOME/bin/java" "${options[@]}" "$class_path" ${JAVA_OPTS:-} ${TASKS_OPTS:-} \
    io.clusterdb.tasks.cli.Main "$@"
}
