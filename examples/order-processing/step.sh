#!/usr/bin/env bash
# Every step of order-processing.yaml. The payload comes on standard input, facts of the job in
# TASKS_JOB_*; standard output is the step's output. What happens depends on the order's id:
#   busy-…       the bank is busy for the first two attempts of the payment
#   unstocked-…  fulfilment finds no stock
set -euo pipefail

payload=$(cat)
order=$(sed -E 's/.*"order_id" *: *"([^"]*)".*/\1/' <<<"$payload")

fail() { # fail TYPE MESSAGE: how a command names its error
  echo "{\"error\": {\"type\": \"$1\", \"message\": \"$2\"}}" >&2
  exit 1
}

case "$TASKS_JOB_TYPE" in
  ValidateOrder)
    echo '{"amount": 42}'
    ;;
  ProcessPayment)
    if [[ "$order" == busy-* && "$TASKS_JOB_ATTEMPT" -lt 3 ]]; then
      echo "the bank is busy" >&2
      exit 75 # TransientError
    fi
    echo "\"$order is paid\""
    ;;
  FulfillOrder)
    [[ "$order" != unstocked-* ]] || fail OutOfStock "nothing left for $order"
    echo "\"$order is shipped\""
    ;;
  RefundPayment)
    echo "\"$order is refunded\""
    ;;
esac
