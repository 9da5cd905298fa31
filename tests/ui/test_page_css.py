"""What the style sheet of the pages promises: readable colours in both themes, nothing foreign, every piece styled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "vopt_lib" / "ui"
STATIC = UI / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "page.css").read_text(encoding="utf-8"), flags=re.DOTALL)

PIECES = ("cells", "layout", "listings", "sparkline", "states", "tables", "tiles")
TEXTS = ("ink", "muted", "accent", "accent-strong", "good", "bad", "warn")
SHEETS = ("paper", "card", "hover", "accent-soft", "good-soft", "bad-soft", "warn-soft")


def tokens(selector: str) -> dict[str, str]:
    """The colours that the first rule of this selector gives."""
    rule = CSS.split(f"{selector} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--vopt-([\w-]+): (#[0-9a-f]{6});", rule))


THEMES = {"light": tokens(":root"), "dark": tokens(':root[data-theme="dark"]')}


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_is_readable_on_every_sheet(theme: str) -> None:
    colours = THEMES[theme]
    weak = {
        (text, sheet): round(contrast(colours[text], colours[sheet]), 2)
        for text in TEXTS
        for sheet in SHEETS
        if contrast(colours[text], colours[sheet]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("edge", "paper", 3),
        ("edge", "card", 3),
        ("spark", "card", 3),
        ("accent", "band", 3),
        ("accent", "band-2", 3),
    ],
)
def test_controls_and_lines_stand_out(theme: str, one: str, other: str, least: float) -> None:
    assert contrast(THEMES[theme][one], THEMES[theme][other]) >= least


def test_both_themes_know_the_same_colours() -> None:
    assert set(THEMES["light"]) == set(THEMES["dark"])


def test_nothing_is_fetched_from_elsewhere_and_every_font_is_there() -> None:
    fetched = [address for address in re.findall(r'url\("([^"]+)"\)', CSS) if not address.startswith("data:")]
    assert fetched == ["inter-regular.woff2", "inter-semibold.woff2"]
    assert all((STATIC / name).is_file() for name in fetched)
    assert "@import" not in CSS


def test_no_rule_mixes_a_font_of_variables_with_a_part_of_it() -> None:
    rules = re.findall(r"\{([^{}]*)\}", CSS)
    mixed = [rule for rule in rules if re.search(r"\sfont: [^;]*var\(", rule) and re.search(r"\sfont-", rule)]
    assert mixed == []


def test_every_variable_used_is_given() -> None:
    given = set(re.findall(r"(--vopt-[\w-]+):", CSS)) | {"--vopt-columns", "--vopt-sticky-top"}
    assert set(re.findall(r"var\((--vopt-[\w-]+)", CSS)) <= given


def test_every_class_of_the_pieces_is_styled() -> None:
    code = "".join((UI / f"{name}.py").read_text(encoding="utf-8") for name in PIECES)
    written = set(re.findall(r"\bvopt-[a-z-]+", code))
    assert len(written) > 20
    assert written - set(re.findall(r"\.(vopt-[a-z-]+)", CSS)) == {"vopt-columns"}
