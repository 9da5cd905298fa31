"""This is where the few line drawings of the pages are. They take the colour of the text around them."""

from __future__ import annotations

from markupsafe import Markup

from vopt_lib.ui.markup import tag

_LINES = {
    "up": (12, ("M6 10V2.2", "M2.6 5.4 6 2l3.4 3.4")),
    "down": (12, ("M6 2v7.8", "M2.6 6.6 6 10l3.4-3.4")),
    "level": (12, ("M2.5 6h7",)),
    "hanger": (
        24,
        (
            "M9.6 6.4a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2 1-1.2 1.9",
            "M12 10.4 3.2 16.7c-.9.7-.5 2.1.7 2.1h16.2c1.2 0 1.6-1.4.7-2.1z",
        ),
    ),
    "heart": (16, ("M8 13.2 3 8.4a3.1 3.1 0 0 1 4.4-4.4l.6.6.6-.6A3.1 3.1 0 0 1 13 8.4z",)),
    "earlier": (20, ("M10 16V4.5", "M5 9.5l5-5 5 5")),
    "later": (20, ("M10 4v11.5", "m5 10.5 5 5 5-5")),
    "turn-left": (20, ("M4.6 8.2a6 6 0 1 1-.4 3.6", "M4.2 3.6v4.8H9")),
    "turn-right": (20, ("M15.4 8.2a6 6 0 1 0 .4 3.6", "M15.8 3.6v4.8H11")),
    "star": (20, ("m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9L10 14l-4.3 2.4.9-4.9L3 8.1l4.9-.6z",)),
    "bin": (20, ("M4 5.8h12", "M8 5.8V3.8h4v2", "M5.6 5.8l.8 10.4h7.2l.8-10.4")),
    "info": (20, ("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z", "M10 9.2v4.3", "M10 6.4v.1")),
    "good": (20, ("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z", "m6.8 10.2 2.3 2.3 4.2-4.8")),
    "warn": (20, ("M10 3 2.4 16.2h15.2z", "M10 8.3v3.6", "M10 14v.1")),
    "bad": (20, ("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z", "M10 6.2v4.6", "M10 13.6v.1")),
}


def icon(name: str) -> Markup:
    """One drawing, hidden from screen readers. Known: up, down, level, hanger, heart, earlier, later,
    turn-left, turn-right, star, bin, info, good, warn, bad."""
    side, lines = _LINES[name]
    drawn = [tag("path", d=line) for line in lines]
    return tag("svg", *drawn, viewBox=f"0 0 {side} {side}", aria_hidden="true")
