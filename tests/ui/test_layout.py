"""The frame of a page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.ui.layout import as_of_line, bar, button_link, card, grid, page_head, share_told
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 21, 7, 31, tzinfo=UTC)


def test_a_page_opens_with_its_name_its_question_and_how_fresh_it_is() -> None:
    head = seen(page_head("Market", "What does it cost?", as_of="today", actions=button_link("Follow", "/follow")))
    assert text_of(head) == "MarketWhat does it cost?todayFollow"
    assert head.xpath("//h1/text()") == ["What does it cost?"]


def test_a_head_without_actions_has_no_room_for_them() -> None:
    assert seen(page_head("Market", "What?")).xpath("//*[@class='vopt-actions']") == []


@pytest.mark.parametrize(
    ("published_at", "newest_day", "share", "parts"),
    [
        (AT, date(2026, 11, 20), 0.964, [f"As of {EN.moment(AT)}", "newest day 20 Nov 2026", "96% of the market seen"]),
        (None, date(2026, 11, 20), None, ["newest day 20 Nov 2026", "share unknown"]),
        (AT, None, 1.0, [f"As of {EN.moment(AT)}", "100% of the market seen"]),
        (None, None, 0.5, []),
    ],
)
def test_the_line_under_a_head_says_what_is_known(
    published_at: datetime | None, newest_day: date | None, share: float | None, parts: list[str]
) -> None:
    line = as_of_line(EN, published_at=published_at, newest_day=newest_day, share_seen=share)
    assert seen(line).xpath(".//span/text()") == parts


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.996, "99%"), (0.29, "29%"), (1.2, "100%"), (1.0, "100%"), (0.004, "0.4%"), (0.0, "0%")],
)
def test_a_share_is_never_rounded_up_to_the_whole_market(share: float, told: str) -> None:
    assert share_told(share, EN) == f"{told} of the market seen"


def test_a_card_shows_only_the_parts_it_has() -> None:
    assert card("body") == '<section class="vopt-card"><div>body</div></section>'
    full = seen(card("body", title="<T>", note="note", foot="foot"))
    assert text_of(full) == "<T>notebodyfoot"


def test_a_grid_has_the_columns_asked_for() -> None:
    assert grid("a", "b", columns=3) == '<div class="vopt-grid" style="--vopt-columns: 3">ab</div>'


def test_the_bar_holds_its_controls() -> None:
    assert bar("a", None, "b") == '<div class="vopt-bar" role="group">ab</div>'


def test_a_button_leads_to_a_page_and_to_nothing_harmful() -> None:
    assert button_link("Follow", "/follow", primary=True) == (
        '<a href="/follow" class="vopt-button is-primary">Follow</a>'
    )
    assert "href" not in button_link("x", "javascript:alert(1)")
