"""Who is asked next: a model once more with what was wrong, then the next backend; and who gave the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, Field

from tests.assistant.ollama_server import OllamaServer, fails, fails_after, running_ollama
from tests.assistant.serving import says
from vopt_lib.assistant.ladder import Chosen, answered, spoken
from vopt_lib.assistant.ollama import OllamaBackend
from vopt_lib.errors import AnswerUseless, AssistantFailed, ModelMissing, NobodyAnswered
from vopt_lib.schema.assistant import Message, Usage

ASKED = [Message("user", "What is it?")]


class Seen(BaseModel):
    """What a photo shows."""

    kind: str = Field(min_length=1)
    colours: list[str] = Field(max_length=2)


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama(OllamaServer()) as running:
        yield running


@pytest.fixture
def chosen(server: OllamaServer) -> list[Chosen]:
    """Two models of one Ollama, the second asked where the first fails."""
    backend = OllamaBackend(server.address, seconds=20)
    return [Chosen(backend, "phi3:mini"), Chosen(backend, "moondream")]


GOOD = '{"kind": "jeans", "colours": ["blue"]}'


@pytest.mark.parametrize(
    "text", [GOOD, f"```json\n{GOOD}\n```", f"Here it is: {GOOD} Bye."], ids=["bare", "fence", "words"]
)
def test_an_answer_of_the_form_is_read(server: OllamaServer, chosen: list[Chosen], text: str) -> None:
    server.said = [says(*text)]
    told: list[str] = []
    found = answered(chosen, ASKED, Seen, on_text=told.append)
    assert found.value == Seen(kind="jeans", colours=["blue"])
    assert (found.by.backend, found.by.model, found.by.usage, found.by.error) == (
        "Ollama",
        "phi3:mini",
        Usage(26, 7),
        None,
    )
    assert told[-1] == text
    assert len(told) == len(text)
    [asked] = server.chats
    assert asked["format"]["required"] == ["kind", "colours"]


def test_nonsense_is_asked_again_with_what_was_wrong_and_the_schema(server: OllamaServer, chosen: list[Chosen]) -> None:
    server.said = [says('{"kind": "", "colours": []}'), says(GOOD)]
    found = answered(chosen, ASKED, Seen)
    assert [(one.model, type(one.error)) for one in found.attempts] == [
        ("phi3:mini", AnswerUseless),
        ("phi3:mini", type(None)),
    ]
    first, again = server.chats
    assert len(first["messages"]) == 1
    assert [one["role"] for one in again["messages"]] == ["user", "assistant", "user"]
    assert "kind: String should have at least 1 character" in again["messages"][-1]["content"]
    assert '"colours"' in again["messages"][-1]["content"]


def test_whoever_is_wrong_twice_or_fails_is_followed_by_the_next(server: OllamaServer, chosen: list[Chosen]) -> None:
    server.said = [says("no"), says("never"), says(GOOD)]
    found = answered(chosen, ASKED, Seen)
    assert [one.model for one in found.attempts] == ["phi3:mini", "phi3:mini", "moondream"]
    server.said = [fails("loading"), says(GOOD)]
    found = answered(chosen, ASKED, Seen)
    assert [(one.model, type(one.error)) for one in found.attempts] == [
        ("phi3:mini", AssistantFailed),
        ("moondream", type(None)),
    ]


def test_words_begin_anew_where_the_next_one_speaks(server: OllamaServer, chosen: list[Chosen]) -> None:
    server.said = [fails_after("Buon", error="boom"), says("Ecco ", "qui")]
    told: list[str] = []
    assert spoken(chosen, ASKED, on_text=told.append).value == "Ecco qui"
    assert told == ["Buon", "Ecco ", "Ecco qui"]


def test_an_empty_answer_is_none(server: OllamaServer, chosen: list[Chosen]) -> None:
    server.said = [says(" "), says("Ecco")]
    found = spoken(chosen, ASKED)
    assert found.value == "Ecco"
    assert isinstance(found.attempts[0].error, AnswerUseless)


def test_when_nobody_answers_each_reason_is_kept(server: OllamaServer, chosen: list[Chosen]) -> None:
    server.said = [fails("loading")]
    with pytest.raises(NobodyAnswered, match="of 2 that were asked") as told:
        spoken([Chosen(chosen[0].backend, "llava"), chosen[0]], ASKED)
    attempts = told.value.facts["attempts"]
    assert isinstance(attempts, tuple)
    assert [type(one.error) for one in attempts] == [ModelMissing, AssistantFailed]
    with pytest.raises(NobodyAnswered):
        spoken([], ASKED)
