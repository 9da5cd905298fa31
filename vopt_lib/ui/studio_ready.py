"""This is where a draft's last step is: how complete it is, what to fix, and its way to Vinted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from vopt_lib.schema.completeness import DraftField, Todo
from vopt_lib.schema.studio_page import Ready
from vopt_lib.ui.icons import icon
from vopt_lib.ui.markup import tag, together
from vopt_lib.ui.package import package_card
from vopt_lib.ui.states import notice, progress
from vopt_lib.ui.studio import section
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

_PLACES: dict[DraftField, str] = {"photos": "photos", "title": "text", "description": "text", "asked": "price"}


def ready(known: Ready | None, publishing: mo.Html, words: Words) -> Markup:
    """How complete the draft is, what to fix, and its package. publishing: the field for the new listing's address."""
    if known is None:
        return Markup("")
    complete = known.complete
    score = words.say(N_("{score} of 100"), score=complete.score)
    if not complete.todo:
        todo: Markup = notice(words.say(N_("Nothing is missing.")), kind="good")
    else:
        todo = tag("ul", (_todo(one, words) for one in complete.todo), class_="vopt-todo", role="list")
    packed = package_card(known.package, words, publishing=Markup(publishing.text))
    return together(
        section("ready", words, progress(score, share=complete.score / 100), todo),
        tag("div", packed, class_="vopt-studio-package"),
    )


def _todo(one: Todo, words: Words) -> Markup:
    place = _PLACES.get(one.field, "thing")
    demanded = tag("b", " ", words.say(N_("Vinted asks for it."))) if one.is_demanded else None
    told = tag("span", tag("a", words.say(one.sentence), href=f"#{place}"), demanded)
    return tag(
        "li", icon("warn" if one.is_demanded else "info"), told, class_="is-demanded" if one.is_demanded else None
    )
