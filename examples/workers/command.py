#!/usr/bin/env python3
"""A command that runs one job, started by a worker for each. Needs nothing but Python 3.8 or newer.

    ./tasks queue create words
    ./tasks enqueue words --type WordCount --payload '{"text": "one two three"}' --wait
    ./tasks worker --queue words --exec 'WordCount=examples/workers/command.py' --drain

The payload comes on standard input, facts of the job in TASKS_JOB_*. What is printed is the result.
"""
import json
import os
import sys

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: TransientError


def fail(kind, message, code=1):
    """Ends with an error that has a name: retry policies and dead letters go by it."""
    print(json.dumps({"error": {"type": kind, "message": message}}), file=sys.stderr)
    sys.exit(code)


def main():
    payload = json.load(sys.stdin)
    if not isinstance(payload, dict) or "text" not in payload:
        fail("PermanentFailure", "expected a text in the payload")  # no further attempt can succeed
    if payload.get("busy") and os.environ["TASKS_JOB_ATTEMPT"] == "1":
        print("the dictionary is busy", file=sys.stderr)  # the error's message
        sys.exit(TRY_AGAIN)
    print(json.dumps({"words": len(payload["text"].split()), "by": os.environ["TASKS_JOB_ID"]}))


if __name__ == "__main__":
    main()
