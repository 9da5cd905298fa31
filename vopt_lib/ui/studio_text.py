"""This is where the text of a draft is: who writes it, in which language and tone, and what she makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vopt_lib.schema.listing_text import MOST_TITLE, TEMPLATE, TEXT_LANGUAGES, TONES, ListingText
from vopt_lib.schema.studio_page import OpenDraft, Ready, TextKept, Work, whole_description
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.filters import dropdown
from vopt_lib.ui.layout import buttons_row
from vopt_lib.ui.markup import Content, embedded, plain, show, tag
from vopt_lib.ui.states import notice
from vopt_lib.ui.studio import TYPING_MS, OnPress, OnWrite, section, working
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo


def text(draft: OpenDraft | None, words: Words, *, who: Content, on_write: OnWrite, on_press: OnPress) -> mo.Html:
    """The text of the draft, with what can be done about it. Bind it to a name of its cell.

    who: who writes, as a line; on_write is told `language`, `tone`, `title` or `description` and its value; on_press
    `write`, `shorten`, `earlier` or `later`.
    """
    import marimo as mo

    if draft is None:
        return show("")

    def told(name: str) -> Callable[[Any], None]:
        return lambda value: on_write(name, value)

    languages: dict[str, object] = {name: code for code, name in TEXT_LANGUAGES.items()}
    tones: dict[str, object] = {words.say(name): tone for tone, name in TONES.items()}
    kept: dict[str, Any] = {"on_change": told("title"), "debounce": TYPING_MS, "full_width": True}
    held = {
        "language": dropdown(words.say(N_("Language of the text")), languages, draft.language, told("language")),
        "tone": dropdown(words.say(N_("Tone")), tones, draft.tone, told("tone")),
        "title": mo.ui.text(draft.title, label=words.say(N_("Title")), **kept),
        "description": mo.ui.text_area(
            draft.description, label=words.say(N_("Description")), rows=12, **kept | {"on_change": told("description")}
        ),
    }
    acts = _acts(draft, words)
    presses = buttons({"": acts}, on_press)
    made = show(
        section(
            "text",
            words,
            tag("div", *(tag("div", embedded(held[name])) for name in ("language", "tone")), class_="vopt-form"),
            buttons_row(embedded(presses[f"{act} "]) for act, _ in acts),
            tag(
                "div",
                *(_wide(name, held[name]) for name in ("title", "description")),
                class_="vopt-form",
            ),
            note=who,
        )
    )
    made.held = (held, presses)  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def told_of_text(draft: OpenDraft | None, ready: Ready | None, words: Words) -> Markup:
    """How long the title is, whose the text is, and what it says that no fact does."""
    if draft is None:
        return Markup("")
    signs = len(draft.title)
    length = words.say(N_("The title has {n} of {most} signs."), n=signs, most=MOST_TITLE)
    told = [tag("p", length, class_="is-bad" if signs > MOST_TITLE else None), _author(draft.shown, words)]
    if ready is not None and ready.unproven:
        names = ", ".join(dict.fromkeys(f"“{plain(one.word, 30)}”" for one in ready.unproven))
        said = words.say(
            N_("The text says {names}, and no field above does: fill it in above, or take it out."), names=names
        )
        told.append(notice(said, kind="warn"))
    return tag("div", *told, class_="vopt-text-told")


def being_done(work: Work, so_far: ListingText | None, words: Words) -> Markup:
    """What is under way, with the text as far as it is written."""
    if work in ("look", "look again"):
        return working(words.say(N_("The photos are being looked at…")))
    if so_far is None:
        return working(words.say(N_("The text is being written…")))
    return tag(
        "div",
        tag("p", words.say(N_("The text is being written…"))),
        tag("strong", plain(so_far.title), dir="auto"),
        tag("pre", whole_description(so_far), dir="auto"),
        class_="vopt-studio-work vopt-writing",
        aria_live="off",
    )


def _wide(name: str, control: Any) -> Markup:
    return tag("div", embedded(control), class_="is-wide", data_field=name)


def _acts(draft: OpenDraft, words: Words) -> list[tuple[str, str]]:
    acts = [("write", words.say(N_("Write it anew") if draft.description else N_("Write it")))]
    if draft.description:
        acts.append(("shorten", words.say(N_("Shorter"))))
    if draft.texts and (draft.at > 0 or draft.shown is None):
        acts.append(("earlier", words.say(N_("Earlier text"))))
    if draft.at < len(draft.texts) - 1:
        acts.append(("later", words.say(N_("Later text"))))
    return acts


def _author(kept: TextKept | None, words: Words) -> Markup | None:
    """Who wrote what is shown, and what was done to it."""
    if kept is None or not kept.by:
        return None
    if kept.by == TEMPLATE:
        told = [words.say(N_("Written by the built-in writer, from the fields above."))]
    else:
        told = [words.say(N_("Written by {model} of {backend}."), model=plain(kept.model or "", 60), backend=kept.by)]
    if kept.failed:
        told.append(
            words.count(
                N_("{n} answer of a model was of no use."), N_("{n} answers of models were of no use."), kept.failed
            )
        )
    if kept.removed:
        names = ", ".join(f"“{plain(word, 30)}”" for word in kept.removed)
        told.append(words.say(N_("Taken out, since no field says so: {names}."), names=names))
    return tag("p", " ".join(told))
