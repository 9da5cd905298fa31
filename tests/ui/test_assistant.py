"""The page of language models: who writes, what is missing and why, what was used; no login in an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import marimo as mo
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.errors import AssistantRefused, AssistantUnreachable, ModelMissing
from vopt_lib.schema.assistant import BackendState, Fetched, LanguageModel, WantedModel
from vopt_lib.schema.assistant_page import AssistantNow, AssistantPage, Fetching, Health
from vopt_lib.schema.own_assistant import Allowance, AssistantUsage, UseSum
from vopt_lib.schema.own_figures import Period
from vopt_lib.schema.searches import Told
from vopt_lib.ui import assistant as draw
from vopt_lib.ui.buttons import buttons
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
WRITER = WantedModel("write", "phi3:mini", LanguageModel("phi3:mini", 2_176_178_913))
MISSING = WantedModel("look", "moondream", None)
OLLAMA = BackendState("Ollama", "http://anna:secret@imac:11434", (WRITER, MISSING), 1, seconds=0.012)
DEAD = BackendState(
    "Ollama", "http://imac:11434", (WRITER,), trouble=AssistantUnreachable(backend="Ollama", url="http://imac:11434")
)
ENDPOINT = BackendState("OpenAI-compatible", "https://x/v1", (replace(MISSING, here=LanguageModel("moondream")),))
LOCKED = replace(ENDPOINT, trouble=AssistantRefused(backend="OpenAI-compatible"))
HERS = UseSum(1, "Anna", "OpenAI-compatible", "small", 3, 1, 1, 600, 80, 12.0, Decimal("0.000430"), 2, AT)
ERASED = UseSum(None, None, "Ollama", "phi3:mini", 1, 0, 0, 10, 5, 90.0, Decimal(0), 0, AT)
MONTH = Period.until(date(2026, 11, 20), 30)
PAGE = AssistantPage(
    Health((OLLAMA,)),
    AssistantUsage(MONTH, (HERS, ERASED), (0,) * 29 + (695,)),
    Allowance(200_000, 695),
    sees_all=True,
    acts={"": (("again", "Look again"),), "moondream": (("fetch", "Fetch"),)},
)


def told(markup: Any) -> str:
    return text_of(seen(markup)) if markup else ""


def ladder(page: AssistantPage) -> str:
    return told(draw.ladder(page, buttons(page.acts, lambda act, thing: None), EN))


def test_one_line_says_who_writes_and_who_looks() -> None:
    line = draw.health_line([OLLAMA, ENDPOINT], EN)
    assert told(line) == (
        "phi3:mini of Ollama writes textsmoondream of OpenAI-compatible looks at photosLanguage models"
    )
    assert 'href="/assistant"' in line
    assert told(draw.health_line([OLLAMA], EN)).startswith("phi3:mini of Ollama writes textsnobody looks at photos")
    assert told(draw.health_line([DEAD], EN)).startswith("Without a language model: built-in texts")
    assert told(draw.health_line(None, EN)).startswith("Looking for language models…")


def test_each_rung_says_how_it_is_and_the_built_in_texts_come_last() -> None:
    text = ladder(replace(PAGE, health=Health((OLLAMA, LOCKED))))
    assert "answers in 0.01 s http://imac:11434" in text
    assert "secret" not in text
    assert "phi3:miniwrites · 2.2 GB" in text
    assert "moondreamlooks at photos · missing" in text
    assert "cannot be asked https://x/v1" in text
    assert "VOPT_OPENAI_KEY" in text
    assert text.index("1. Ollama") < text.index("2. OpenAI-compatible") < text.index("3. Built-in texts")


def test_a_missing_model_has_a_button() -> None:
    assert draw.ladder(PAGE, buttons(PAGE.acts, lambda act, thing: None), EN).count("<marimo-button") == 2


def test_where_ollama_is_not_there_it_says_how_to_get_it() -> None:
    text = ladder(replace(PAGE, health=Health((DEAD,))))
    assert "Install Ollama, then vopt assistant pull." in text
    assert "No language model writes now" in text
    nothing = ladder(replace(PAGE, health=Health(())))
    assert "No language model is set" in nothing
    assert "VOPT_OLLAMA_URL" in nothing


def test_an_address_that_is_none_is_not_shown() -> None:
    assert "answers in 0.01 s –" in ladder(replace(PAGE, health=Health((replace(OLLAMA, url="http://[anna"),))))


def test_while_they_are_asked_it_says_so() -> None:
    assert ladder(replace(PAGE, health=Health(None))) == "The language models are being asked…"


def test_the_use_is_told_for_each_person_and_model_with_what_is_not_known() -> None:
    text = told(draw.usage(PAGE, EN))
    assert "Left for you today199,305tokensof 200,000" in text
    assert "Cost€0.00042 requests without a known price" in text
    assert "smallOpenAI-compatibleAnna3168012€0.00042 requests without a known price" in text
    assert "phi3:miniOllamaerased101590€0.00" in text
    assert "Of 1 answer nobody told the tokens." in text


def test_a_member_is_told_that_it_is_hers_and_nothing_of_a_person() -> None:
    page = replace(PAGE, sees_all=False, usage=AssistantUsage(MONTH, (HERS,), (0,) * 30))
    text = told(draw.usage(page, EN))
    assert "By you." in text
    assert "Anna" not in text
    empty = told(draw.usage(replace(page, usage=AssistantUsage(MONTH)), EN))
    assert "No language model was asked in these days." in empty
    assert draw.usage(AssistantPage(), EN) == ""


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Fetching("m"), "m is being fetched…"),
        (Fetching("m", Fetched("pulling", 500_000_000, 2_000_000_000)), "m is being fetched… 25% of 2.0 GB"),
        (Fetching("m", ended_at=AT), "m is there."),
        (Fetching("m", ended_at=AT, trouble=ModelMissing(backend="Ollama", model="m")), "Ollama has no model m."),
    ],
)
def test_fetching_is_told_while_it_goes_on_and_when_it_has_ended(now: Fetching, said: str) -> None:
    beat = mo.ui.refresh(default_interval="1s")
    shown = draw.news(AssistantNow(now, False, ""), AssistantPage(), beat, EN)
    assert said in told(shown)
    assert ("marimo-refresh" in shown) is not now.is_over


def test_an_answer_a_spent_allowance_and_trouble_stand_above() -> None:
    beat = mo.ui.refresh(default_interval="1s")
    page = AssistantPage(allowance=Allowance(0, 0), told=Told("No.", "bad"), trouble=DEAD.trouble)
    text = told(draw.news(AssistantNow(None, False, ""), page, beat, EN))
    assert text.startswith("No.Your tokens of today are used up")
    assert "does not answer" in text
