"""What a browser that is too old for the pages gets instead of an empty page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server.test_shell import drawn
from vopt_lib.server.assets import OURS
from vopt_lib.server.shell import OLDEST

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "browsers.md"


def test_the_sentence_is_there_before_any_script_and_names_what_is_new_enough() -> None:
    (sentence,) = drawn().xpath("//main/p[@class='vopt-too-old']/text()")
    assert [version for version in OLDEST.values() if version not in sentence] == []


def test_only_the_script_that_old_browsers_cannot_read_takes_the_sentence_away() -> None:
    first, *others = drawn().xpath("//head/script/@src")
    assert first.endswith("/enough.js")
    assert [name for name in others if name.endswith("/enough.js")] == []
    assert [path.name for path in OURS.glob("*.js") if "dataset.newEnough =" in path.read_text()] == ["enough.js"]
    assert ":root[data-new-enough] .vopt-too-old" in (OURS / "shell.css").read_text()


def test_the_script_is_waited_for_so_that_nobody_sees_the_sentence_for_a_moment() -> None:
    (script,) = drawn().xpath("//head/script[contains(@src, '/enough.js')]")
    assert "defer" not in script.attrib
    assert "async" not in script.attrib


@pytest.mark.parametrize(("browser", "oldest"), OLDEST.items())
def test_the_document_names_the_same_browsers(browser: str, oldest: str) -> None:
    rows = re.findall(r"^\| \*\*(\w+)[^|]*\| ([0-9.]+) \|", DOCUMENT.read_text(), flags=re.MULTILINE)
    assert {name.lower(): version for name, version in rows}[browser] == oldest
