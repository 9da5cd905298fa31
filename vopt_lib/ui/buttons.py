"""This is where many buttons are made and held together: what each does, and for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from vopt_lib.schema.searches import Acts
from vopt_lib.ui.layout import buttons_row
from vopt_lib.ui.markup import Content, embedded

if TYPE_CHECKING:
    import marimo as mo

Look = Literal["neutral", "success", "danger"]

PRIMARY = ("take-in", "collect-all", "accept", "follow", "go-on", "add-surely", "edit-surely")
DANGER = ("remove-surely", "erase-surely")


def buttons(acts: Acts, on_press: Callable[[str, str], None]) -> mo.ui.dictionary:
    """A button for each act of each thing: pressed, it says `on_press(act, thing)`. Bind them to a name of the cell."""
    import marimo as mo

    return mo.ui.dictionary(
        {
            _key(act, thing): mo.ui.button(label=label, kind=_look(act), on_click=_pressed(on_press, act, thing))
            for thing, known in acts.items()
            for act, label in known
        }
    )


def buttons_of(held: mo.ui.dictionary, acts: Acts, thing: str = "", *, also: Content = None) -> Markup | None:
    """The buttons of one thing and what stands beside them, for its card; None: it has none."""
    return buttons_row((embedded(held[_key(act, thing)]) for act, _ in acts.get(thing, ())), also)


def _pressed(on_press: Callable[[str, str], None], act: str, thing: str) -> Callable[[object], object]:
    """What a button does. It is a function of its own: marimo copies whatever else it holds, and a copy of what a page
    remembers is not what the page remembers.
    """

    def pressed(value: object) -> object:
        on_press(act, thing)
        return value

    return pressed


def _look(act: str) -> Look:
    return "success" if act in PRIMARY else "danger" if act in DANGER else "neutral"


def _key(act: str, thing: str) -> str:
    return f"{act} {thing}"
