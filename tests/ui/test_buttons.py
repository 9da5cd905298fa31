"""Buttons say what was pressed, to the very thing that a page remembers with."""

from __future__ import annotations

from vopt_lib.ui.buttons import buttons


class Pressed:
    """What was pressed, remembered by a bound method."""

    def __init__(self) -> None:
        self.known: list[tuple[str, str]] = []

    def note(self, act: str, thing: str) -> None:
        self.known.append((act, thing))


def test_what_a_button_tells_arrives_where_it_was_made() -> None:
    pressed = Pressed()
    held = buttons({"7": [("keep", "Keep")]}, pressed.note)
    held.elements["keep 7"]._update(1)
    assert pressed.known == [("keep", "7")]
