"""An endpoint that speaks OpenAI's protocol: what it says, and every way in which it fails, as a sentence of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tests.assistant.openai_server import KEY, OpenAIServer, babbles, fails, running_openai
from tests.assistant.serving import Answer, breaks_off, ends_early, says, waits
from vopt_lib.assistant.openai_compatible import OpenAIBackend
from vopt_lib.errors import (
    AnswerCutOff,
    AssistantError,
    AssistantFailed,
    AssistantRefused,
    AssistantTooSlow,
    AssistantUnreachable,
    ModelMissing,
    PullNotOffered,
)
from vopt_lib.schema.assistant import LanguageModel, Message, Piece, Usage

HELLO = [Message("user", "Ciao")]
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with running_openai(OpenAIServer()) as running:
        yield running


@pytest.fixture
def endpoint(server: OpenAIServer) -> OpenAIBackend:
    return OpenAIBackend(server.address, seconds=20, key=KEY)


def chat(backend: OpenAIBackend, **options: object) -> list[Piece]:
    return list(backend.chat(HELLO, model="small", **options))  # type: ignore[arg-type]


def test_its_models_are_told(endpoint: OpenAIBackend) -> None:
    assert endpoint.models() == [LanguageModel("large"), LanguageModel("small")]


def test_an_answer_comes_in_pieces_with_what_it_used(server: OpenAIServer, endpoint: OpenAIBackend) -> None:
    server.said = [says("Buon", "giorno")]
    told = chat(endpoint, most_tokens=50)
    assert [piece.text for piece in told if piece.text] == ["Buon", "giorno"]
    assert told[-1] == Piece(usage=Usage(12, 3))
    [asked] = server.chats
    assert asked["messages"] == [{"role": "user", "content": "Ciao"}]
    assert (asked["stream"], asked["max_tokens"]) == (True, 50)


def test_the_first_words_are_there_while_it_still_writes(server: OpenAIServer, endpoint: OpenAIBackend) -> None:
    told = threading.Event()
    server.said = [waits(told, "Buon")]
    answer = iter(endpoint.chat(HELLO, model="small"))
    assert next(answer) == Piece("Buon")
    told.set()
    assert "".join(piece.text for piece in answer) == ""


def test_a_form_and_photos_reach_it(server: OpenAIServer, endpoint: OpenAIBackend) -> None:
    server.said = [says("{}")]
    assert list(endpoint.chat([Message("user", "What?", (b"photo",))], model="large", schema=SCHEMA))
    [asked] = server.chats
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA
    words, photo = asked["messages"][0]["content"]
    assert (words["text"], photo["image_url"]["url"]) == ("What?", "data:image/jpeg;base64,cGhvdG8=")


def test_one_that_knows_no_schemas_is_asked_without(server: OpenAIServer, endpoint: OpenAIBackend) -> None:
    server.knows_schemas, server.said = False, [says("{}")]
    assert "".join(piece.text for piece in chat(endpoint, schema=SCHEMA)) == "{}"
    assert ["response_format" in asked for asked in server.chats] == [True, False]


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (fails(400, "too long"), AssistantFailed, "400.*too long"),
        (fails(429, "quota"), AssistantFailed, "429.*quota"),
        (fails(500, "boom"), AssistantFailed, "500.*boom"),
        (breaks_off("Buon"), AnswerCutOff, "broke off"),
        (ends_early("Buon"), AnswerCutOff, "broke off"),
        (babbles("<html>"), AssistantFailed, "could not answer"),
    ],
    ids=["400", "429", "500", "cut", "no end", "no JSON"],
)
def test_what_goes_wrong_is_told(
    server: OpenAIServer, endpoint: OpenAIBackend, answer: Answer, expected: type[AssistantError], said: str
) -> None:
    server.said = [answer]
    with pytest.raises(expected, match=said):
        chat(endpoint)


def test_a_wrong_key_and_a_missing_model_are_told(server: OpenAIServer, endpoint: OpenAIBackend) -> None:
    wrong = OpenAIBackend(server.address, seconds=20, key="sk-other")
    with pytest.raises(AssistantRefused) as told:
        chat(wrong)
    assert "sk-other" not in f"{told.value}{wrong}"
    with pytest.raises(ModelMissing):
        list(endpoint.chat(HELLO, model="none"))
    with pytest.raises(PullNotOffered):
        list(endpoint.pull("large"))


def test_silence_and_absence_are_told(server: OpenAIServer) -> None:
    told = threading.Event()
    server.said = [waits(told, "Buon")]
    with pytest.raises(AssistantTooSlow):
        chat(OpenAIBackend(server.address, seconds=0.2, key=KEY))
    told.set()
    with pytest.raises(AssistantUnreachable, match="127"):
        chat(OpenAIBackend("http://127.0.0.1:9/v1", seconds=5, key=KEY))


def test_texts_become_vectors_of_length_one_in_their_order(endpoint: OpenAIBackend) -> None:
    rows = endpoint.embed(["abc", ""], model="small")
    np.testing.assert_allclose(rows, [[3 / 10**0.5, 1 / 10**0.5], [0, 1]], rtol=1e-6)
