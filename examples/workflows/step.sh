#!/usr/bin/env bash
# The steps of the workflows beside this file. The payload comes on standard input; what a step
# does is said by its type, and what it prints is its output. With `./tasks dev` elsewhere:
#   ./tasks queue create default
#   ./tasks worker --queue default --exec 'Echo=examples/workflows/step.sh' \
#     --exec 'Fail=examples/workflows/step.sh' --exec 'Flaky=examples/workflows/step.sh' \
#     --exec 'Slow=examples/workflows/step.sh'
#   ./tasks apply -f examples/workflows/parallel.yaml
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
