"""`vopt assistant` as a person uses it: how the models are, fetching what is missing, and a word with them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.assistant.ollama_server import OllamaServer, fails_after, running_ollama
from tests.assistant.openai_server import KEY, OpenAIServer, running_openai
from tests.assistant.serving import says
from tests.cli.conftest import Vopt


@pytest.fixture
def ollama(environment: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    """An Ollama that vopt takes for its own."""
    with running_ollama(OllamaServer()) as running:
        environment.setenv("VOPT_OLLAMA_URL", running.address)
        yield running


@pytest.fixture
def openai(environment: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """An endpoint that is asked when Ollama fails."""
    with running_openai(OpenAIServer()) as running:
        environment.setenv("VOPT_OPENAI_URL", running.address)
        environment.setenv("VOPT_OPENAI_KEY", KEY)
        environment.setenv("VOPT_OPENAI_TEXT_MODEL", "small")
        yield running


def test_it_tells_which_models_are_there_and_fetches_those_that_are_missing(vopt: Vopt, ollama: OllamaServer) -> None:
    told = vopt("assistant", "status")
    assert told.status == 0
    assert told.lines == [
        f"Ollama, {ollama.address}",
        "  writes: phi3:mini (2.2 GB)",
        "  looks at photos: moondream:latest (1.7 GB)",
        "  compares texts: nomic-embed-text – Ollama has no model nomic-embed-text. `vopt assistant pull "
        "nomic-embed-text` fetches it, or choose another in vopt.toml.",
    ]
    assert vopt("assistant", "pull").lines[-1] == "nomic-embed-text is there."
    assert [body["model"] for path, body in ollama.asked if path == "/api/pull"] == ["nomic-embed-text"]
    assert vopt("assistant", "pull").lines == ["Nothing to fetch: every model that vopt would ask is there."]
    [plain] = json.loads(vopt("assistant", "status", "--json").out)
    assert [one["is_here"] for one in plain["models"]] == [True, True, True]
    missing = vopt("assistant", "pull", "nobody/has-it", language="it")
    assert missing.status == 1
    assert "nobody/has-it" in missing.err


def test_where_none_answers_it_says_where_it_looked_and_how_to_go_on(
    vopt: Vopt, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("VOPT_OLLAMA_URL", "http://127.0.0.1:9")
    told = vopt("assistant", "status")
    assert told.status == 1
    assert told.lines[1].startswith("  Ollama does not answer at http://127.0.0.1:9. Start it there, or tell where")
    for command in (("pull",), ("ask", "Ciao")):
        asked = vopt("assistant", *command)
        assert (asked.status, asked.out) == (1, "")
        assert "Ollama does not answer at http://127.0.0.1:9." in asked.err


def test_an_answer_is_printed_as_it_is_written_and_whose_it_is(vopt: Vopt, ollama: OllamaServer) -> None:
    ollama.said = [says("Buon", "giorno\x1b[2J")]
    told = vopt("assistant", "ask", "Ciao")
    assert told.status == 0
    assert told.lines[0] == "Buongiorno\ufffd[2J"
    assert told.lines[1].startswith("phi3:mini of Ollama, in ")
    assert ollama.chats[0]["messages"][0]["content"] == "Ciao"


def test_where_ollama_fails_the_endpoint_is_asked_and_both_are_told(
    vopt: Vopt, ollama: OllamaServer, openai: OpenAIServer
) -> None:
    ollama.said, openai.said = [fails_after("Buo", error="out of memory")], [says("Salve")]
    told = vopt("assistant", "ask", "Ciao")
    assert told.status == 0
    assert told.lines[:2] == ["Buo", "Salve"]
    assert told.lines[2].startswith("small of OpenAI-compatible, in ")
    assert told.err.startswith("phi3:mini needs more memory than there is where Ollama runs.")
    states = json.loads(vopt("assistant", "status", "--json").out)
    assert [one["backend"] for one in states] == ["Ollama", "OpenAI-compatible"]
    assert KEY not in json.dumps(states)


def test_without_any_it_says_so(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_OLLAMA_URL", "off")
    told = vopt("assistant", "status")
    assert (told.status, told.out.strip()) == (1, "No language model is set: vopt does without.")
    for command in (("pull",), ("ask", "Ciao")):
        asked = vopt("assistant", *command)
        assert asked.status == 1
        assert asked.err.startswith("No language model is set. Tell where Ollama is by `VOPT_OLLAMA_URL`")


def test_what_was_asked_is_written_down_and_told(vopt: Vopt, ollama: OllamaServer, openai: OpenAIServer) -> None:
    assert vopt("assistant", "usage").lines == [
        "No language model was asked in these days.",
        "Left for you today: 200,000 of 200,000 tokens.",
    ]
    ollama.said, openai.said = [fails_after("Buo", error="out of memory")], [says("Salve")]
    vopt("assistant", "ask", "Ciao")
    ollama.said = [says("Salve")]
    vopt("assistant", "ask", "Ciao")
    told = vopt("assistant", "usage", "--days", "7")
    assert [line.split(": ", 1)[-1].split(", ")[:3] for line in told.lines[:4]] == [
        ["phi3:mini", "Ollama"],
        ["  1 answer", "1 in vain", "33 tokens"],
        ["small", "OpenAI-compatible"],
        ["  1 answer", "0 in vain", "15 tokens"],
    ]
    assert told.lines[3].endswith(" s, 1 request without a known price")
    assert told.lines[4] == "Left for you today: 199,952 of 200,000 tokens."
    plain = json.loads(vopt("assistant", "usage", "--json").out)
    assert [one["tokens_written"] for one in plain["used"]] == [7, 3]
    assert plain["allowance"] == {"tokens_a_day": 200_000, "tokens_used": 48}


def test_whose_allowance_is_spent_is_not_answered(
    vopt: Vopt, ollama: OllamaServer, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("VOPT_ASSISTANT_TOKENS_A_DAY", "30")
    ollama.said = [says("Salve")]
    assert vopt("assistant", "ask", "Ciao").status == 0
    told = vopt("assistant", "ask", "Ciao", language="it")
    assert (told.status, len(ollama.chats)) == (1, 1)
    assert "30" in told.err


def test_what_nobody_answered_is_written_down_too(vopt: Vopt, ollama: OllamaServer) -> None:
    ollama.said = [fails_after("Buo", error="out of memory")]
    assert vopt("assistant", "ask", "Ciao").status == 1
    assert "  0 answers, 1 in vain, 0 tokens" in vopt("assistant", "usage").lines[1]
