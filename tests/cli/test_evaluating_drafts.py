"""`vopt evaluate drafts`: what each language model invents, and what the template does."""

from __future__ import annotations

import json

import pytest

from tests.assistant.ollama_server import OllamaServer, running_ollama
from tests.assistant.serving import says
from tests.cli.conftest import Vopt

GUCCI = json.dumps({"title": "Gucci", "description": "Una giacca comoda e leggera. Sta bene con tutto. È di Gucci."})


def test_without_a_model_the_template_is_judged_alone(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_OLLAMA_URL", "off")
    told = vopt("evaluate", "drafts", "--sets", "2")
    assert told.status == 0
    assert told.lines[0].startswith("2 made-up things")
    [row] = [line for line in told.lines if line.startswith("template")]
    assert row.split()[1:-1] == ["10", "of", "10", "0", "0", "0", "0", "0", "0"]
    assert told.lines[-1] == "No language model is set: only the built-in template wrote."
    assert max(map(len, told.lines)) <= 110


def test_what_a_model_invents_is_counted(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    with running_ollama(OllamaServer(said=[says(GUCCI)])) as server:
        environment.setenv("VOPT_OLLAMA_URL", server.address)
        told = json.loads(vopt("evaluate", "drafts", "--sets", "1", "--seed", "3", "--json").out)
    model, template = told["writers"]
    assert (model["writer"], model["model"], model["asked"], model["accepted"]) == ("Ollama", "phi3:mini", 5, 5)
    assert (model["mended"], model["caught"]["brand"], model["caught"]["size"]) == (5, 10, 0)
    assert (template["writer"], template["accepted"]) == ("template", 5)


def test_a_model_that_fails_is_asked_no_more(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_OLLAMA_URL", "http://127.0.0.1:9")
    told = vopt("evaluate", "drafts", "--sets", "1")
    assert told.status == 0
    [row] = [line for line in told.lines if line.startswith("Ollama, phi3:mini ")]
    assert row.split()[2:5] == ["0", "of", "1"]
    assert any("does not answer at http://127.0.0.1:9" in line for line in told.lines)


def test_the_help_fits_eighty_columns(vopt: Vopt) -> None:
    page = vopt("evaluate", "drafts", "--help")
    assert page.status == 0
    assert max(map(len, page.lines)) <= 80
