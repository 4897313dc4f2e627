#!/usr/bin/env bash
# A worker in shell that leases jobs over HTTP. Needs curl and jq.
#
#   ./tasks queue create hashes
#   ./tasks enqueue hashes --type sha256 --payload '"some text"'
#   TASKS_API=http://127.0.0.1:8080 examples/workers/worker.sh hashes sha256sum
#
# The command gets the payload on standard input (JSON, or the bytes of other payloads), and the
# job's id and type in TASKS_JOB_ID and TASKS_JOB_TYPE. Its standard output is the result. Exit code
# 0 succeeds, 75 asks for another attempt in 30 s, anything else fails the attempt, and the queue's
# retry policy decides. With DRAIN=1 the worker ends when no job comes.
set -euo pipefail

queue=${1:?a queue, then the command that runs a job}
shift
api=${TASKS_API:-http://127.0.0.1:8080}
lease_for=${LEASE:-60s}
wait_for=30s
[ -z "${DRAIN:-}" ] || wait_for=2s

call() { # call PATH JSON: prints the answer; a status from 400 on is a failure
  local token=()
  [ -z "${TASKS_TOKEN:-}" ] || token=(-H "Authorization: Bearer $TASKS_TOKEN")
  curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' ${token[@]+"${token[@]}"} \
    --max-time 90 --data-binary "$2" "$api$1"
}

payload() { # payload JOB: the payload as the job's producer wrote it
  if [ "$(jq -r .encoding <<<"$1")" = base64 ]; then
    jq -r .payload <<<"$1" | base64 -d
  else
    jq -c .payload <<<"$1"
  fi
}

while true; do
  jobs=$(call "/v1/queues/$queue/dequeue?wait=$wait_for&duration=$lease_for" '')
  job=$(jq -c '.[0] // empty' <<<"$jobs")
  if [ -z "$job" ]; then
    [ -z "${DRAIN:-}" ] || exit 0
    continue
  fi
  lease=$(jq -r .lease <<<"$job")
  export TASKS_JOB_ID TASKS_JOB_TYPE
  TASKS_JOB_ID=$(jq -r .job.id <<<"$job")
  TASKS_JOB_TYPE=$(jq -r .job.type <<<"$job")
  code=0
  result=$(payload "$job" | "$@") || code=$?
  case $code in
    0) verb=complete body=$(jq -n --arg result "$result" '{result: $result}') ;;
    75) verb=fail body='{"error": {"type": "TransientError"}, "retryAfter": "30s"}' ;;
    *) verb=fail body=$(jq -n --arg message "exit code $code" '{error: {type: "ExecError", message: $message}}') ;;
  esac
  if ended=$(call "/v1/leases/$lease/$verb" "$body"); then
    echo "$TASKS_JOB_ID $(jq -r .state <<<"$ended")"
  else
    echo "$TASKS_JOB_ID: $(jq -r '.detail? // "no answer"' <<<"$ended")" >&2 # lost: drop the work
  fi
done
