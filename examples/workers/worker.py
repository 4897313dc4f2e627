#!/usr/bin/env python3
"""A worker in Python that leases jobs over HTTP. Needs nothing but Python 3.8 or newer.

    ./tasks queue create reports
    ./tasks enqueue reports --type WordCount --payload '{"text": "one two three"}'
    TASKS_API=http://127.0.0.1:8080 python3 examples/workers/worker.py reports --drain
"""
import argparse
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

LEASE_SECONDS = 30


class LeaseLost(Exception):
    """Another worker has the job, or will: its result is of no use any more."""


class Away(Exception):
    """The API does not answer, or not now: it is asked again."""


class Retry(Exception):
    """Raised by a handler that wants another attempt after some seconds."""

    def __init__(self, seconds, message):
        super().__init__(message)
        self.seconds = seconds


# Handlers by type: they take the payload and the job, and return what JSON can say.
def word_count(payload, job):
    if not isinstance(payload, dict) or "text" not in payload:
        raise ValueError("expected a text in the payload")
    return {"words": len(payload["text"].split()), "attempt": job["attempt"]}


HANDLERS = {"WordCount": word_count}


class Api:
    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self.token = token

    def post(self, path, body=None, timeout=90):
        request = urllib.request.Request(
            self.url + path,
            method="POST",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 429 or error.code >= 500:
                raise Away(f"{self.url} answers with {error.code}") from None
            problem = json.load(error)
            if problem.get("code") == "LEASE_LOST":
                raise LeaseLost(problem["detail"]) from None
            raise SystemExit(f"{error.code} {problem.get('title')}: {problem.get('detail')}") from None
        except OSError as error:
            raise Away(f"{self.url} does not answer: {error}") from None

    def insist(self, path, body=None):
        """Asks until there is an answer; every call here may be made twice."""
        while True:
            try:
                return self.post(path, body)
            except Away as away:
                print(away, file=sys.stderr, flush=True)
                time.sleep(2)


class Extender(threading.Thread):
    """Extends a lease while its job runs, so that a long job needs no long lease."""

    def __init__(self, api, lease):
        super().__init__(daemon=True)
        self.api, self.lease, self.done = api, lease, threading.Event()

    def run(self):
        while not self.done.wait(LEASE_SECONDS / 3):
            try:
                self.api.post(f"/v1/leases/{self.lease}/extend", {"duration": f"{LEASE_SECONDS}s"})
            except Away:
                pass  # two more tries until the lease ends
            except (LeaseLost, SystemExit):
                return  # what completes the job will say so


def run(api, leased):
    lease, job = leased["lease"], leased["job"]
    extender = Extender(api, lease)
    extender.start()
    try:
        handler = HANDLERS.get(job["type"])
        if handler is None:
            raise LookupError(f"this worker has no handler for type {job['type']}")
        verb, body = "complete", {"result": handler(leased["payload"], job)}
    except Retry as wait:
        verb = "fail"
        body = {"error": {"type": "Retry", "message": str(wait)}, "retryAfter": f"{wait.seconds}s"}
    except (ValueError, LookupError) as error:  # no further attempt can succeed
        verb = "fail"
        body = {"error": {"type": type(error).__name__, "message": str(error)}, "permanent": True}
    except Exception as error:  # the queue's retry policy decides
        verb = "fail"
        body = {"error": {"type": type(error).__name__, "message": str(error)}}
    finally:
        extender.done.set()
    try:
        ended = api.insist(f"/v1/leases/{lease}/{verb}", body)
        print(f"{job['id']} {ended['state']}", flush=True)
    except LeaseLost as lost:
        print(f"{job['id']} lost: {lost}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Leases jobs of a queue and runs them.")
    parser.add_argument("queue")
    parser.add_argument("--api", default=os.environ.get("TASKS_API", "http://127.0.0.1:8080"))
    parser.add_argument("--drain", action="store_true", help="end when no job comes")
    arguments = parser.parse_args()
    api = Api(arguments.api, os.environ.get("TASKS_TOKEN"))
    wait = "2s" if arguments.drain else "30s"
    query = urllib.parse.urlencode({"wait": wait, "max": 1, "duration": f"{LEASE_SECONDS}s"})
    path = f"/v1/queues/{urllib.parse.quote(arguments.queue, safe='')}/dequeue?{query}"
    while True:
        jobs = api.insist(path)
        for leased in jobs:
            run(api, leased)
        if not jobs and arguments.drain:
            return


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
