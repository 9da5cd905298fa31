"""This is where the pages of Great Expectations are served: to whoever may see our pages, and locked up.

They are files that a library wrote, so they run nothing and load nothing, whatever stands in them: the policy says so
to the browser, beside what `quality.docs` took out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "/quality/docs/"

LOCKED = {"Content-Security-Policy": "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'"}
"""Opened beside our pages, it can do nothing in vopt's name; links from one to another work."""

_NAME = re.compile(r"[a-z_]{1,40}\.html", re.ASCII)


def serve_docs(folder: Path | None) -> Callable[[Request], Response]:
    """Answers with one of the pages in this folder; None: there are none."""

    def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if folder is None or request.scope["visitor"] is None or not _NAME.fullmatch(name):
            return Response(status_code=404)
        try:
            return Response((folder / name).read_bytes(), media_type="text/html")
        except OSError:
            return Response(status_code=404)

    return answer
