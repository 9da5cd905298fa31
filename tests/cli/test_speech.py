"""Which language the commands speak, and that no text they show can play with the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from vopt_lib.cli.speech import harmless, words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[red]Abito[/red]", "[red]Abito[/red]"),
        ("a\x1b[31mb", "a�[31mb"),
        ("a\rb\tc\x07", "a�b�c�"),
        ("\u202egnp.exe", "�gnp.exe"),
        ("שמלה", "שמלה"),
        ("two\nlines", "two\nlines"),
        ("half \ud83d", "half �"),
    ],
    ids=["markup", "colour", "cursor", "turned around", "Hebrew", "lines", "half an emoji"],
)
def test_text_cannot_control_the_terminal(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_the_language_of_vopt_toml_is_spoken_unless_the_environment_says_another(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "vopt.toml").write_text('language = "it"\n')
    spoken = []
    for setting in (None, "en"):
        environment.delenv("VOPT_LANGUAGE", raising=False)
        if setting:
            environment.setenv("VOPT_LANGUAGE", setting)
        words.cache_clear()
        spoken.append(words().language)
    words.cache_clear()
    assert spoken == ["it", "en"]


def test_a_broken_vopt_toml_is_named(vopt: Vopt, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "vopt.toml").write_text("language = \n")
    told = vopt("status")
    assert told.status == 1
    assert "vopt.toml cannot be read: " in told.err
