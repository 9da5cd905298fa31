"""How a page says how things stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.errors import NothingPublished, UnknownFollow
from vopt_lib.ui.layout import button_link
from vopt_lib.ui.states import Kind, empty, failed, loading, notice, progress, stale, with_code
from vopt_lib.words import Words

EN = Words("en")


@pytest.mark.parametrize(
    ("kind", "role"), [("info", "status"), ("good", "status"), ("warn", "status"), ("bad", "alert")]
)
def test_only_what_went_wrong_interrupts_a_screen_reader(kind: Kind, role: str) -> None:
    assert seen(notice("x", kind=kind)).xpath("./div/@role") == [role]


def test_a_notice_tells_its_title_its_text_and_what_to_do() -> None:
    shown = seen(notice("Collect `now`.", title="Old", action=button_link("Collect", "/follow")))
    assert [text_of(part) for part in shown.xpath(".//p")] == ["Old", "Collect now."]
    assert shown.xpath(".//code/text()") == ["now"]
    assert shown.xpath(".//a/@href") == ["/follow"]


def test_a_failure_is_told_in_her_language_with_the_next_step() -> None:
    shown = seen(failed(NothingPublished(), Words("it"), button_link("Segui", "/follow")))
    assert "Non ci sono ancora dati pubblicati." in text_of(shown)
    assert shown.xpath(".//a/@href") == ["/follow"]
    assert shown.xpath(".//code/text()")[0] == "vopt demo"


def test_what_an_error_names_is_text() -> None:
    shown = seen(failed(UnknownFollow(name="<script>alert(1)</script>"), EN))
    assert shown.xpath("//script") == []
    assert "“<script>alert(1)</script>”" in text_of(shown)


def test_old_figures_say_since_when() -> None:
    at = datetime(2026, 11, 17, 7, 31, tzinfo=UTC)
    assert EN.moment(at) in text_of(seen(stale(EN, since=at)))


def test_an_empty_place_says_what_belongs_there_and_how_to_get_it() -> None:
    shown = seen(empty("Nothing yet", "Follow something.", button_link("Follow", "/follow"), None))
    assert text_of(shown) == "Nothing yetFollow something.Follow"
    assert seen(empty("Nothing yet", "Wait.")).xpath("//*[@class='vopt-actions']") == []


def test_loading_is_told_and_its_bones_are_not() -> None:
    shown = seen(loading("Reading…"))
    assert shown.xpath("./div/@role") == ["status"]
    assert shown.xpath(".//span/@aria-hidden") == ["true"] * 3


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, ["0.0"]), (0.43, ["0.43"]), (7.0, ["1.0"]), (-1.0, ["0.0"]), (None, [])]
)
def test_progress_stands_where_it_is_and_moves_where_nobody_knows(share: float | None, value: list[str]) -> None:
    assert seen(progress("Collecting", share=share)).xpath(".//progress/@value") == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Run `vopt demo`, then `vopt sql`.", "Run <code>vopt demo</code>, then <code>vopt sql</code>."),
        ("A lone ` stays", "A lone ` stays"),
        ("`<b>`", "<code>&lt;b&gt;</code>"),
        ("", ""),
    ],
)
def test_commands_in_a_sentence_are_code(text: str, shown: str) -> None:
    assert with_code(text) == shown
