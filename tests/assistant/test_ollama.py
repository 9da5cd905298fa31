"""Ollama through its official client: what it says, and every way in which it fails, as a sentence of ours."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.assistant.ollama_server import OllamaServer, babbles, fails, fails_after, running_ollama
from tests.assistant.serving import Answer, breaks_off, ends_early, says, waits
from vopt_lib.assistant.ollama import OllamaBackend
from vopt_lib.errors import (
    AnswerCutOff,
    AssistantBusy,
    AssistantError,
    AssistantFailed,
    AssistantTooSlow,
    AssistantUnreachable,
    ModelMissing,
    ModelTooLarge,
)
from vopt_lib.files import is_held, only_one
from vopt_lib.schema.assistant import Fetched, LanguageModel, Message, Piece, Usage

HELLO = [Message("system", "Be brief."), Message("user", "Ciao")]
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama(OllamaServer()) as running:
        yield running


@pytest.fixture
def ollama(server: OllamaServer) -> OllamaBackend:
    return OllamaBackend(server.address, seconds=20)


def chat(backend: OllamaBackend, **options: object) -> list[Piece]:
    return list(backend.chat(HELLO, model="phi3:mini", **options))  # type: ignore[arg-type]


def test_its_models_are_told_with_their_sizes(ollama: OllamaBackend) -> None:
    assert ollama.models() == [
        LanguageModel("moondream:latest", 1_738_451_197),
        LanguageModel("phi3:mini", 2_176_178_913),
    ]


def test_an_answer_comes_in_the_pieces_in_which_it_is_written(server: OllamaServer, ollama: OllamaBackend) -> None:
    server.said = [says("Buon", "giorno")]
    assert chat(ollama) == [Piece("Buon"), Piece("giorno"), Piece("", Usage(26, 7))]
    [asked] = server.chats
    assert [(one["role"], one["content"]) for one in asked["messages"]] == [("system", "Be brief."), ("user", "Ciao")]
    assert asked["stream"] is True
    assert asked["keep_alive"] == "15m"
    assert asked["options"]["num_predict"] == 1000
    assert "format" not in asked


def test_the_first_words_are_there_while_it_still_writes(server: OllamaServer, ollama: OllamaBackend) -> None:
    told = threading.Event()
    server.said = [waits(told, "Buon")]
    answer = iter(ollama.chat(HELLO, model="phi3:mini"))
    assert next(answer) == Piece("Buon")
    told.set()
    assert [piece.usage for piece in answer] == [Usage(26, 7)]


def test_a_form_and_photos_reach_it(server: OllamaServer, ollama: OllamaBackend) -> None:
    server.said = [says("{}")]
    seen = [Message("user", "What is it?", (b"\xff\xd8photo",))]
    assert list(ollama.chat(seen, model="moondream", schema=SCHEMA, most_tokens=50))
    [asked] = server.chats
    assert asked["format"] == SCHEMA
    assert [base64.b64decode(image) for image in asked["messages"][0]["images"]] == [b"\xff\xd8photo"]
    assert asked["options"]["num_predict"] == 50


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (fails("model requires more system memory (5.6 GiB) than is available (3.1 GiB)"), ModelTooLarge, "phi3:mini"),
        (fails("unexpected server status: loading"), AssistantFailed, "loading"),
        (fails_after("Buon", error="llama runner process has terminated: out of memory"), ModelTooLarge, "memory"),
        (fails_after("Buon", error="an error was encountered"), AssistantFailed, "an error was encountered"),
        (breaks_off("Buon"), AnswerCutOff, "broke off"),
        (ends_early("Buon"), AnswerCutOff, "broke off"),
        (babbles(b"<html>nothing here"), AssistantFailed, "does not speak as it does"),
        (babbles(b'{"message": 7}'), AssistantFailed, "does not speak as it does"),
    ],
    ids=["memory", "500", "memory half-way", "error half-way", "cut", "no end", "no JSON", "other JSON"],
)
def test_what_goes_wrong_is_told(
    server: OllamaServer, ollama: OllamaBackend, answer: Answer, expected: type[AssistantError], said: str
) -> None:
    server.said = [answer]
    with pytest.raises(expected, match=said):
        chat(ollama)


def test_a_model_that_is_missing_is_told_with_how_to_fetch_it(ollama: OllamaBackend) -> None:
    with pytest.raises(ModelMissing, match="`vopt assistant pull llava` fetches it"):
        list(ollama.chat(HELLO, model="llava"))


def test_silence_and_endless_words_end(server: OllamaServer) -> None:
    told = threading.Event()
    impatient = OllamaBackend(server.address, seconds=0.2)
    server.said = [waits(told, "Buon")]
    with pytest.raises(AssistantTooSlow, match="phi3:mini"):
        chat(impatient)
    told.set()
    clocked = OllamaBackend(server.address, seconds=-1)
    object.__setattr__(clocked, "_client", OllamaBackend(server.address, seconds=20)._client)
    server.said = [says(*"never ending")]
    with pytest.raises(AssistantTooSlow):
        chat(clocked)


def test_one_is_answered_at_a_time(server: OllamaServer, tmp_path: Path) -> None:
    server.said = [says("Ciao")]
    turn = tmp_path / "locks" / "ollama.lock"
    with only_one(turn, "Ollama"), pytest.raises(AssistantBusy, match="answers somebody else"):
        chat(OllamaBackend(server.address, seconds=0.05, turn=turn))
    assert server.chats == []
    assert chat(OllamaBackend(server.address, seconds=20, turn=turn))
    assert not is_held(turn)


def test_where_nobody_listens_it_says_where_it_looked() -> None:
    nobody = OllamaBackend("http://127.0.0.1:9", seconds=5)
    for asked in (nobody.models, lambda: chat(nobody), lambda: nobody.embed(["a"], model="m")):
        with pytest.raises(AssistantUnreachable, match=r"http://127\.0\.0\.1:9"):
            asked()


@pytest.mark.parametrize("address", ["http://[", "127.0.0.1:99999", "ftp://x", "foo bar", "http://"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(AssistantUnreachable, match="tell where it is"):
        OllamaBackend(address, seconds=5).models()


def test_something_else_that_listens_there_is_told(server: OllamaServer) -> None:
    with pytest.raises(AssistantFailed, match="does not speak as it does"):
        OllamaBackend(f"{server.address}/elsewhere", seconds=5).models()


def test_no_proxy_of_the_shell_sees_what_is_asked(
    server: OllamaServer, ollama: OllamaBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert len(ollama.models()) == 2


def test_texts_become_vectors_of_length_one(ollama: OllamaBackend) -> None:
    rows = ollama.embed(["abc", "a"], model="phi3:mini")
    assert rows.shape == (2, 3)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)


def test_a_model_is_fetched_with_its_progress(server: OllamaServer, ollama: OllamaBackend) -> None:
    told = list(ollama.pull("llava"))
    assert told[0] == Fetched("pulling manifest")
    assert [(one.here, one.of) for one in told[1:4]] == [(0, 100), (50, 100), (100, 100)]
    assert told[-1] == Fetched("success")
    assert "llava" in server.models
    with pytest.raises(ModelMissing):
        list(ollama.pull("nobody/has-it"))
