"""This is where a marimo page becomes ours: her language and theme, our style, none of this computer's paths.

marimo writes one page for everybody; a person's language and theme can only be put in on the way out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import assets
from vopt_lib.server.guard import App, Message, Receive, Scope, Send
from vopt_lib.server.phrases import marimo_phrases

STYLES = ("page.css", "charts.css")
_PRELOAD = re.compile(r'\s*<link rel="preload"[^>]*>')
_SERVICE_WORKER = re.compile(r"<script>\s*if \('serviceWorker' in navigator\).*?</script>", re.DOTALL)
_SOCIAL = re.compile(r'\s*<meta (?:property="og:|name="twitter:)[^>]*>')
_FILE_NAME = re.compile(r"(<marimo-filename hidden>).*?(</marimo-filename>)")
_MOUNTED = re.compile(r'^(\s*)"(filename|cwd|lspWorkspace|config)": (.*),$', re.MULTILINE)


class PersonalFrames:
    """The app, with every HTML page in the visitor's language and theme."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, rewriting HTML."""
        visitor = scope.get("visitor")
        if scope["type"] != "http" or visitor is None:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Rewriting(send, visitor))


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
        start["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def personal(html: str, visitor: Visitor) -> str:
    """A marimo page as this visitor gets it."""
    for unwanted in (_PRELOAD, _SERVICE_WORKER, _SOCIAL):
        html = unwanted.sub("", html)
    html = _FILE_NAME.sub(r"\1page.py\2", html)
    html = _MOUNTED.sub(lambda found: f'{found[1]}"{found[2]}": {_calm(found[2], found[3], visitor)},', html)
    opening = f'<html lang="{visitor.language}" data-theme-choice="{visitor.theme}">'
    return html.replace('<html lang="en">', opening, 1).replace("</head>", _head(visitor) + "</head>", 1)


def _head(visitor: Visitor) -> str:
    styles = "".join(f'<link rel="stylesheet" href="{assets.address("vopt", name)}">' for name in STYLES)
    phrases = json.dumps(marimo_phrases(visitor.words), ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script src="{assets.address("vopt", "page.js")}"></script>'
    return f'{styles}<script type="application/json" id="vopt-phrases">{phrases}</script>{script}'


def _calm(name: str, value: str, visitor: Visitor) -> str:
    """One entry of marimo's mount configuration, without paths of this computer and in her theme."""
    if name != "config":
        return {"filename": '"page.py"', "cwd": '""'}.get(name, "null")
    config: dict[str, Any] = json.loads(value)
    config["display"] |= {"theme": visitor.theme, "locale": visitor.language}
    return json.dumps(config)


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
