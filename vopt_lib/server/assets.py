"""This is where files that are the same for everybody are served: once per version, packed, and kept by the browser."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import marimo
from starlette.requests import Request
from starlette.responses import Response

OURS = Path(__file__).resolve().parent.parent / "ui" / "static"
MARIMOS = Path(marimo.__file__).parent / "_static"
FOLDERS = {"vopt": OURS, "marimo": MARIMOS}

FOR_EVER = "public, max-age=31536000, immutable"
"""A year, the most there is (RFC 9111): an address with a version in it never changes its content."""

PACKED_ALREADY = {".woff2", ".woff", ".png", ".jpg", ".webp", ".ico"}
NOT_SERVED = {".html", ".md"}
"""marimo's own page, and what it tells programmers: whoever is not known gets no page but ours to sign in."""

MANIFEST = {".webmanifest": "application/manifest+json"}
"""Not every computer's list of kinds has it (https://www.w3.org/TR/appmanifest/#media-type-registration)."""

GZIP_LEVEL = 6
MOST_PACKED = 400
"""Files kept packed in memory; the four pages need some 330."""


@lru_cache
def base() -> str:
    """Where assets are: their address holds marimo's version and a hash of our own files."""
    ours = hashlib.sha256(marimo.__version__.encode())
    for path in sorted(OURS.iterdir()):
        ours.update(path.read_bytes())
    return f"/assets/{ours.hexdigest()[:12]}"


def address(folder: str, name: str) -> str:
    """The address of one asset: address("vopt", "page.css")."""
    return f"{base()}/{folder}/{name}"


def serve_asset(request: Request) -> Response:
    """One asset. An address of another version gets this one's file, and may not be kept."""
    path = _files().get(f"{request.path_params['folder']}/{request.path_params['name']}")
    if path is None:
        return Response(status_code=404)
    kept = FOR_EVER if request.url.path.startswith(base() + "/") else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    media_type = MANIFEST.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in PACKED_ALREADY or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(path.read_bytes(), media_type=media_type, headers=headers)
    return Response(_packed(path), media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})


@lru_cache
def _files() -> Mapping[str, Path]:
    """Every file there is to serve, by folder and name; an address is only ever looked up here."""
    return {
        f"{folder}/{path.relative_to(root).as_posix()}": path
        for folder, root in FOLDERS.items()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in NOT_SERVED
    }


@lru_cache(MOST_PACKED)
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), GZIP_LEVEL, mtime=0)
