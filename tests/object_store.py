"""This is where tests get an object store that speaks S3, in a process of its own: moto's server."""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from tests.servers import running

BUCKET = "market"
# In the tests' own process it would wait for itself: deltalake asks without letting go of Python.
SERVER = """
import json, os, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(json.dumps({"port": server.get_host_and_port()[1], "pid": os.getpid()}), flush=True)
threading.Event().wait()
"""


@dataclass(frozen=True)
class ObjectStore:
    """A store that answers, and holds one bucket."""

    port: int

    @property
    def environment(self) -> Mapping[str, str]:
        """What programs that use it need."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": "of no use elsewhere",
        }

    def ask(self, method: str, path: str) -> bytes:
        """What it answers to one request; it looks at no signature."""
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=tester/20261101/us-east-1/s3/aws4_request"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{quote(path)}", headers=signed, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return bytes(answer.read())

    def empty(self) -> None:
        """Let it hold an empty bucket, and nothing else."""
        self.ask("POST", "/moto-api/reset")
        self.ask("PUT", f"/{BUCKET}")


@contextmanager
def running_object_store() -> Iterator[ObjectStore]:
    """A store with an empty bucket; gone at the end, with all it held."""
    with running(["-c", SERVER], os.environ, ends_with=-signal.SIGTERM) as ready:
        store = ObjectStore(ready["port"])
        store.empty()
        yield store
