"""This is where a marimo page becomes ours: her language and theme, our style, and nothing told of this computer.

marimo writes one page for everybody; a person's language and theme can only be put in on the way out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import escape

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import assets
from vopt_lib.server.answers import BROKEN, App, Message, Receive, Scope, Send
from vopt_lib.server.phrases import marimo_phrases

STYLES = (
    "page.css",
    "admin.css",
    "charts.css",
    "duplicates.css",
    "inventory.css",
    "listing.css",
    "market.css",
    "package.css",
    "photos.css",
    "quality.css",
    "searches.css",
    "shipping.css",
    "similar.css",
    "sql.css",
    "studio.css",
    "upload.css",
)
SCRIPTS = (
    "page.js",
    "duplicates.js",
    "inventory.js",
    "package.js",
    "photos.js",
    "private.js",
    "sql.js",
    "studio.js",
    "upload.js",
)
_PAGE = re.compile(r"/p/[^/]+/")
_UNWANTED = (
    re.compile(r'\s*<link rel="preload"[^>]*>'),
    re.compile(r'\s*<meta (?:property="og:|name="twitter:)[^>]*>'),
    re.compile(r"<script>\s*if \('serviceWorker' in navigator\).*?</script>", re.DOTALL),
    re.compile(r"<style title='marimo-custom'>.*?</style>", re.DOTALL),
    re.compile(r"\s*<marimo-(user-config|server-token) [^>]*></marimo-\1>"),
)
_FILE_NAME = re.compile(r"(<marimo-filename hidden>).*?(</marimo-filename>)")
_MOUNTED = re.compile(r'^(\s*)"(filename|cwd|lspWorkspace|view|config)": (.*),$', re.MULTILINE)
_MOUNTED_INSTEAD = {"filename": "page.py", "cwd": "", "lspWorkspace": None, "view": {"showAppCode": False}}
CONFIG_NEEDED = ("display", "runtime")
"""The sections of a person's marimo configuration that its front end needs; it fills in the others."""


class PersonalFrames:
    """The app, with every page in the visitor's language and theme; files and calls pass as they are."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, rewriting pages."""
        is_page = scope["type"] == "http" and _PAGE.fullmatch(scope["path"])
        await self._app(scope, receive, _Rewriting(send, scope["visitor"]) if is_page else send)


class _Rewriting:
    """Holds an HTML answer back until it is whole; passes everything else on."""

    def __init__(self, send: Send, visitor: Visitor) -> None:
        self._send = send
        self._visitor = visitor
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = personal(self._body.decode(), self._visitor).encode()
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"etag")]
        await self._send({**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body})


def personal(html: str, visitor: Visitor) -> str:
    """A marimo page as this visitor gets it."""
    for unwanted in _UNWANTED:
        html = unwanted.sub("", html)
    html = _FILE_NAME.sub(r"\1page.py\2", html)
    html = _MOUNTED.sub(lambda found: f'{found[1]}"{found[2]}": {_mounted(found[2], found[3], visitor)},', html)
    broken = escape(visitor.words.say(BROKEN))
    opening = f'<html lang="{visitor.language}" data-theme-choice="{visitor.theme}" data-broken="{broken}">'
    return html.replace('<html lang="en">', opening, 1).replace("</head>", _head(visitor) + "</head>", 1)


def _head(visitor: Visitor) -> str:
    styles = "".join(f'<link rel="stylesheet" href="{assets.address("vopt", name)}">' for name in STYLES)
    scripts = "".join(f'<script src="{assets.address("vopt", name)}"></script>' for name in SCRIPTS)
    phrases = f'<script type="application/json" id="vopt-phrases">{_json(marimo_phrases(visitor.words))}</script>'
    return f"{styles}{phrases}{scripts}"


def _mounted(name: str, value: str, visitor: Visitor) -> str:
    """One entry of marimo's mount configuration: nothing of this computer, and her theme."""
    if name != "config":
        return _json(_MOUNTED_INSTEAD[name])
    config = {section: json.loads(value)[section] for section in CONFIG_NEEDED}
    return _json(config | {"display": config["display"] | {"theme": visitor.theme, "locale": visitor.language}})


def _json(value: Any) -> str:
    """JSON that can stand in a script."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
