#!/usr/bin/env bash
# The steps of the workflows beside this file. The payload comes on standard input; what a step
# does is said by its type, and what it prints is its output.
set -euo pipefail

payload=$(cat)
case "$TASKS_JOB_TYPE" in
  Echo) echo "$payload" ;;
  Fail)
    echo '{"error": {"type": "OutOfStock", "message": "nothing left"}}' >&2
    exit 1
    ;;
  Flaky) # succeeds at the third attempt
    if [[ "$TASKS_JOB_ATTEMPT" -lt 3 ]]; then
      echo "the bank is busy" >&2
      exit 75 # TransientError
    fi
    echo "$TASKS_JOB_ATTEMPT"
    ;;
  Slow) sleep 60 ;;
esac
