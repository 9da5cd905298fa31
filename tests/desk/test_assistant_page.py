"""The page of language models: it waits for nobody, fetches what is missing, and tells each person her own use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.ollama_server import Answering, OllamaServer, running_ollama
from tests.assistant.serving import serving
from vopt_lib.desk.assistant import backend_states
from vopt_lib.desk.assistant_health import ask_again, health_of
from vopt_lib.desk.assistant_page import assistant_page, first_moment, happening, noticed, press
from vopt_lib.desk.assistant_use import note_attempts
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.model_fetching import begin_fetching, fetching
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import AssistantUnreachable, ModelMissing
from vopt_lib.schema.assistant import Attempt, Usage
from vopt_lib.schema.assistant_page import AssistantMoment
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import Person

PATIENT_S = 30
ANNA = Visitor("anna", "en", role="admin")
BEN = Visitor("ben", "en", member=2)
MISSING = "nomic-embed-text"


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with running_ollama(OllamaServer()) as running:
        yield running


@pytest.fixture
def desk(ollama: OllamaServer, tmp_path: Path) -> Desk:
    made = open_desk(data=tmp_path, ollama_url=ollama.address)
    with shop_of(made).writing(author_of(made, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
    return made


def holding(until: threading.Event, at: OllamaServer) -> type[Answering]:
    """An Ollama that says nothing until then."""

    class Here(Answering):
        def answer(self, body: dict[str, Any]) -> None:
            until.wait(PATIENT_S)
            super().answer(body)

    Here.at = at
    return Here


def until(is_so: Callable[[], bool]) -> None:
    """Return when it is so."""
    pause = threading.Event()
    for _ in range(int(PATIENT_S / 0.01)):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError("it never was so")


def test_the_page_does_not_wait_for_a_backend_that_is_slow(tmp_path: Path) -> None:
    may_answer = threading.Event()
    with serving(holding(may_answer, OllamaServer())) as address:
        desk = open_desk(data=tmp_path, ollama_url=address)
        assert assistant_page(desk, ANNA, AssistantMoment()).health.states is None
        assert happening(desk).is_moving
        may_answer.set()
        [state] = health_of(desk, wait_s=PATIENT_S).states or ()
        assert not happening(desk).is_asking
    assert [one.name for one in state.wanted if one.here] == ["phi3:mini", "moondream"]


def test_what_was_told_is_remembered_until_somebody_wants_it_anew(desk: Desk, ollama: OllamaServer) -> None:
    for _ in range(3):
        health_of(desk, wait_s=PATIENT_S)
    assert len(ollama.asked) == 1
    press(desk, ANNA, "again", "")
    health_of(desk, wait_s=PATIENT_S)
    assert len(ollama.asked) == 2


def test_backends_are_asked_at_once_and_told_in_their_order(ollama: OllamaServer, tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, ollama_url="http://127.0.0.1:9", openai_url=ollama.address, openai_text_model="x")
    first, second = backend_states(desk)
    assert (first.name, type(first.trouble)) == ("Ollama", AssistantUnreachable)
    assert (second.name, second.seconds is not None) == ("OpenAI-compatible", True)
    assert backend_states(open_desk(data=tmp_path, ollama_url="off")) == []


def test_an_admin_fetches_what_is_missing_and_the_page_shows_it(desk: Desk, ollama: OllamaServer) -> None:
    health_of(desk, wait_s=PATIENT_S)
    page = assistant_page(desk, ANNA, AssistantMoment())
    assert page.acts == {"": (("again", "Look again"),), MISSING: (("fetch", "Fetch"),)}
    before = happening(desk).mark
    press(desk, ANNA, "fetch", MISSING)
    until(lambda: bool(now := fetching(desk)) and now.is_over)
    now = happening(desk)
    assert (now.fetching and now.fetching.trouble, now.mark == before) == (None, False)
    health_of(desk, wait_s=PATIENT_S)
    assert assistant_page(desk, ANNA, AssistantMoment()).acts.keys() == {""}
    assert first_moment(desk).seen == happening(desk).mark
    assert noticed(AssistantMoment(), now.mark).seen == now.mark


def test_a_name_that_nobody_has_ends_with_a_sentence(desk: Desk) -> None:
    begin_fetching(desk, "nobody/has-it")
    until(lambda: bool(now := fetching(desk)) and now.is_over)
    assert isinstance(fetching(desk).trouble, ModelMissing)  # type: ignore[union-attr]


def test_a_member_fetches_nothing_and_sees_her_own_use(desk: Desk, ollama: OllamaServer) -> None:
    health_of(desk, wait_s=PATIENT_S)
    note_attempts(desk, member_of(desk), "write", [Attempt("Ollama", "phi3:mini", 9.0, Usage(10, 5))])
    page = assistant_page(desk, BEN, AssistantMoment())
    assert (page.acts, page.sees_all, page.usage and page.usage.sums) == ({}, False, ())
    assert page.allowance is not None
    assert page.allowance.tokens_used == 0
    told = press(desk, BEN, "fetch", MISSING).told
    assert told is not None
    assert told.kind == "bad"
    assert not [path for path, _ in ollama.asked if path == "/api/pull"]
    [used] = assistant_page(desk, ANNA, AssistantMoment()).usage.sums  # type: ignore[union-attr]
    assert used.tokens == 15


def test_a_damaged_shop_is_told_and_the_backends_all_the_same(ollama: OllamaServer, tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, ollama_url=ollama.address)
    desk.paths.shop.write_bytes(b"{" * 4096)
    health_of(desk, wait_s=PATIENT_S)
    page = assistant_page(desk, ANNA, AssistantMoment())
    assert page.trouble is not None
    assert len(page.health.states or ()) == 1
    assert press(desk, ANNA, "again", "").told is not None
    ask_again(desk)
