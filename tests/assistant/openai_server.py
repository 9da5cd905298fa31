"""This is where tests get a server on this machine that speaks OpenAI's protocol, and misbehaves as told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.assistant.serving import Answer, Send, Writing, serving

KEY = "sk-secret"
USED = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}


@dataclass
class OpenAIServer:
    """What it has and answers.

    said: answers to chats, one after another; the last one for ever. asked: path and body of each request.
    """

    said: list[Answer] = field(default_factory=list)
    knows_schemas: bool = True
    address: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def chats(self) -> list[dict[str, Any]]:
        return [body for path, body in self.asked if path == "/v1/chat/completions"]


class Answering(Writing):
    """One request that is answered."""

    at: OpenAIServer

    def answer(self, body: dict[str, Any]) -> None:
        self.at.asked.append((self.path, body))
        if not body:
            self.plainly({"object": "list", "data": [{"id": name, "object": "model"} for name in ("small", "large")]})
        elif self.headers["Authorization"] != f"Bearer {KEY}":
            self.refuse(401, "Incorrect API key provided")
        elif body["model"] not in ("small", "large"):
            self.refuse(404, f"The model `{body['model']}` does not exist")
        elif self.path == "/v1/embeddings":
            rows = [{"index": at, "embedding": [float(len(text)), 1.0]} for at, text in enumerate(body["input"])]
            self.plainly({"object": "list", "data": rows[::-1], "model": body["model"]})
        elif "response_format" in body and not self.at.knows_schemas:
            self.refuse(400, "response_format is not supported")
        else:
            self.say_next(self.at.said)

    def refuse(self, status: int, message: str) -> None:
        self.plainly(told(message), status)

    @contextmanager
    def saying(self, *pieces: str) -> Iterator[Send]:
        """The pieces of an answer as server-sent events, and whatever else comes."""
        with self.streaming("text/event-stream") as send:

            def event(told: object) -> None:
                send(f"data: {told if isinstance(told, str) else json.dumps(told)}\n\n".encode())

            for piece in pieces:
                event(part(piece))
            yield event

    def end(self, send: Send) -> None:
        """Its last events, with what it used."""
        send(part(end="stop"))
        send({**part(), "choices": [], "usage": USED})
        send("[DONE]")


def told(message: str) -> dict[str, Any]:
    """An error as it writes one."""
    return {"error": {"message": message, "type": "invalid_request_error"}}


def part(text: str | None = None, end: str | None = None) -> dict[str, Any]:
    """A part of an answer."""
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": end}
    return {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "small", "choices": [choice]}


def fails(status: int, message: str) -> Answer:
    """An error instead of an answer."""
    return lambda at: at.plainly(told(message), status)


def babbles(event: str) -> Answer:
    """An event that is no part of an answer."""

    def answer(at: Writing) -> None:
        with at.saying() as send:
            send(event)

    return answer


@contextmanager
def running_openai(openai: OpenAIServer) -> Iterator[OpenAIServer]:
    """It answers while this lasts, at openai.address."""

    class Here(Answering):
        at = openai

    with serving(Here) as address:
        openai.address = f"{address}/v1"
        yield openai
