"""The pages before the pages: their colours, and what a browser is called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vopt_lib.ui.account import browser_name

STATIC = Path(__file__).parent.parent.parent / "vopt_lib" / "ui" / "static"


def tokens(name: str, selector: str) -> dict[str, str]:
    """The variables that a rule of a style sheet sets."""
    rule = (STATIC / name).read_text(encoding="utf-8").partition(f"{selector} {{")[2].partition("}")[0]
    return dict(re.findall(r"(--vopt-[\w-]+): (#\w+);", rule))


def test_without_a_script_dark_is_the_same_dark() -> None:
    ours = tokens("signing_in.css", ":root:not([data-theme])")
    pages = tokens("page.css", ':root[data-theme="dark"]')
    assert len(ours) > 15
    assert {name: pages[name] for name in ours} == ours


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/15.6 Safari/605", "Safari, Mac"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
