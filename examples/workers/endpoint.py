#!/usr/bin/env python3
"""A service that runs jobs which a worker posts to it. Needs nothing but Python 3.8 or newer.

    python3 examples/workers/endpoint.py 127.0.0.1:8091
    ./tasks queue create words
    ./tasks enqueue words --type WordCount --payload '{"text": "one two three"}'
    ./tasks worker --queue words --http 'WordCount=http://127.0.0.1:8091/words' --drain

The payload is the body, facts of the job are headers. The answer's status says how it ended.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Words(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # so that connections are used again

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            payload = json.loads(body)
            words = len(payload["text"].split())
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.answer(422, {"detail": "expected a text"})  # a dead letter at once
        if payload.get("busy") and self.headers["job-attempt"] == "1":
            return self.answer(503, {"detail": "busy"}, {"Retry-After": "1"})  # again, in a second
        return self.answer(200, {"words": words, "by": self.headers["job-id"]})

    def answer(self, status, document, headers=()):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    try:
        ThreadingHTTPServer((host, int(port)), Words).serve_forever()
    except KeyboardInterrupt:
        sys.exit(130)
