"""This is where tests get a server on this machine that speaks Ollama's documented protocol, and misbehaves as told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.assistant.serving import Answer, Send, Writing, serving

MODELS = {"phi3:mini": 2_176_178_913, "moondream:latest": 1_738_451_197}
LAST = {"done_reason": "stop", "prompt_eval_count": 26, "eval_count": 7}


@dataclass
class OllamaServer:
    """What it has and answers.

    said: answers to chats, one after another; the last one for ever. asked: path and body of each request.
    """

    models: dict[str, int] = field(default_factory=lambda: dict(MODELS))
    said: list[Answer] = field(default_factory=list)
    address: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def has(self, model: str) -> bool:
        return model in self.models or f"{model}:latest" in self.models

    @property
    def chats(self) -> list[dict[str, Any]]:
        return [body for path, body in self.asked if path == "/api/chat"]


class Answering(Writing):
    """One request that is answered."""

    at: OllamaServer

    def answer(self, body: dict[str, Any]) -> None:
        self.at.asked.append((self.path, body))
        if self.path == "/api/tags":
            self.plainly({"models": [{"model": name, "size": size} for name, size in self.at.models.items()]})
        elif not body:
            self.plainly({"error": "404 page not found"}, 404)
        elif self.path == "/api/pull":
            self._pull(body["model"])
        elif not self.at.has(body["model"]):
            self.plainly({"error": f"model '{body['model']}' not found"}, 404)
        elif self.path == "/api/embed":
            self.plainly({"embeddings": [[float(len(text)), 1.0, 0.0] for text in body["input"]]})
        else:
            self.say_next(self.at.said)

    @contextmanager
    def lines(self) -> Iterator[Send]:
        """An answer of JSON lines."""
        with self.streaming("application/x-ndjson") as send:
            yield lambda line: send(json.dumps(line).encode() + b"\n")

    @contextmanager
    def saying(self, *pieces: str) -> Iterator[Send]:
        """The pieces of an answer, and whatever else comes."""
        with self.lines() as send:
            for piece in pieces:
                send({"model": "m", "message": {"role": "assistant", "content": piece}, "done": False})
            yield send

    def end(self, send: Send) -> None:
        """Its last line."""
        send({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, **LAST})

    def _pull(self, model: str) -> None:
        with self.lines() as send:
            send({"status": "pulling manifest"})
            if model.startswith("nobody"):
                send({"error": "pull model manifest: file does not exist"})
                return
            for here in (0, 50, 100):
                send({"status": "pulling 633fc5be925f", "digest": "sha256:633f", "total": 100, "completed": here})
            self.at.models[model] = 100
            send({"status": "success"})


def fails(error: str, status: int = 500) -> Answer:
    """An error instead of an answer."""
    return lambda at: at.plainly({"error": error}, status)


def fails_after(*pieces: str, error: str) -> Answer:
    """An error in the middle, under HTTP 200."""

    def answer(at: Writing) -> None:
        with at.saying(*pieces) as send:
            send({"error": error})

    return answer


def babbles(line: bytes) -> Answer:
    """A line that is no part of an answer."""

    def answer(at: Writing) -> None:
        with at.streaming("application/x-ndjson") as send:
            send(line + b"\n")

    return answer


@contextmanager
def running_ollama(ollama: OllamaServer) -> Iterator[OllamaServer]:
    """It answers while this lasts, at ollama.address."""

    class Here(Answering):
        at = ollama

    with serving(Here) as address:
        ollama.address = address
        yield ollama
