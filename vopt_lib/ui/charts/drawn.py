"""This is where charts become pictures that need no program to be seen: for pages that leave vopt as files."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any, Final

from markupsafe import Markup

from vopt_lib.errors import ExtraMissing
from vopt_lib.ui.charts.multiples import HEIGHT as PANEL_HEIGHT
from vopt_lib.ui.markup import tag
from vopt_lib.words import N_

WIDE, NARROW = 1030, 330
"""Widths in pixels that a chart is drawn for: a card on a screen, and one on a phone of 390 pixels."""

PANEL: Final = 240
"""Width of one of several small panels; on a phone, where two stand side by side, it shrinks."""

EDGE: Final = 10
"""Room at the left in pixels: where letters are wider than those that were measured, none is cut."""

_CHART = re.compile(r"<marimo-mime-renderer [^>]*data-data='([^']*)'[^>]*></marimo-mime-renderer>")


def with_pictures(html: Markup) -> Markup:
    """The same with every chart (`charts.shown`) drawn as SVG, once for a screen and once for a phone.

    Colours stay variables of the page. Nothing is fetched. Raises: ExtraMissing, where what draws is not installed.
    """
    return Markup(_CHART.sub(lambda found: str(_pictures(json.loads(unescape(found[1])))), html))


def _pictures(spec: dict[str, Any]) -> Markup:
    if spec["height"] == PANEL_HEIGHT:
        return _svg(spec, PANEL)
    both = (tag("div", _svg(spec, width), class_=f"is-{look}") for look, width in (("wide", WIDE), ("narrow", NARROW)))
    return tag("div", *both, class_="vopt-drawn")


def _svg(spec: dict[str, Any], width: int) -> Markup:
    try:
        import vl_convert
    except ImportError as error:
        raise ExtraMissing(needed_by=N_("Publishing pages with charts"), extra="publish") from error
    options = spec["usermeta"]["embedOptions"]
    drawn = vl_convert.vegalite_to_svg(
        spec | {"width": width, "padding": spec["padding"] | {"left": EDGE}},
        allowed_base_urls=[],
        format_locale=options["formatLocale"],
        time_format_locale=options["timeFormatLocale"],
    )
    return Markup(drawn)
