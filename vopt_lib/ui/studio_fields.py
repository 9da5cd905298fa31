"""This is where the fields of a draft are, one by one with what its photos suggest: accepted, changed, or asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from vopt_lib.schema.photo_analysis import SOURCES, Field, Seen
from vopt_lib.schema.queries import Term
from vopt_lib.schema.studio_page import OpenDraft, StudioPage
from vopt_lib.schema.vinted_terms import colours, folded, materials, patterns
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.layout import buttons_row
from vopt_lib.ui.markup import Content, embedded, plain, show, tag
from vopt_lib.ui.own_words import catalogue_name
from vopt_lib.ui.studio import TYPING_MS, OnPress, OnWrite, section
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

FIELDS: Final[dict[str, str]] = {
    "catalog_id": N_("Catalogue"),
    "brand": N_("Brand"),
    "other_brand": N_("A brand that is not in the list"),
    "size": N_("Size"),
    "condition_id": N_("Condition"),
    "colour": N_("Colour"),
    "second_colour": N_("Second colour"),
    "material": N_("Material"),
    "pattern": N_("Pattern"),
    "measurements": N_("Measurements"),
    "flaws": N_("Flaws"),
    "fit": N_("How it fits"),
    "care": N_("How to wash it"),
    "parcel_size": N_("Parcel size"),
    "notes": N_("Notes for whoever writes the text"),
}

HINTS: Final[dict[str, str]] = {
    "measurements": N_("length 62 cm, shoulders 44 cm"),
    "flaws": N_("a small stain on the left sleeve"),
    "fit": N_("runs small"),
    "care": N_("wash by hand"),
    "notes": N_("they are not copied into the text"),
}

FIRST: Final = (
    *(
        "catalog_id",
        "brand",
        "other_brand",
        "size",
        "condition_id",
        "colour",
        "second_colour",
        "material",
        "parcel_size",
    ),
)
MORE: Final = ("pattern", "fit", "measurements", "flaws", "care", "notes")
LONG: Final = ("measurements", "flaws", "notes")
WIDE: Final = ("catalog_id", *LONG)

PARCELS: Final[dict[str, str]] = {"Piccolo": N_("small"), "Medio": N_("medium"), "Grande": N_("large")}
"""{size of a parcel on the Italian form: its name}."""

SUGGESTED: Final[dict[str, Field]] = {
    **{"catalog_id": "catalog_id", "brand": "brand", "size": "size", "condition_id": "condition_id"},
    **{"colour": "colours", "material": "material", "pattern": "pattern"},
}
"""{field: what photos tell of it}."""

MOST_SUGGESTED: Final = 3


def fields(page: StudioPage, words: Words, *, on_write: OnWrite, on_press: OnPress) -> mo.Html:
    """The fields of the draft, with buttons for what its photos suggest. Bind it to a name of its cell.

    on_write is told a field of the draft and its value after each change; on_press `take` with "FIELD PLACE", or
    `look again`.
    """
    draft = page.draft
    if draft is None:
        return show("")
    made = {name: _control(name, page, draft, words, on_write=on_write) for name in (*FIRST, *MORE)}
    suggested = {name: _suggested(draft, field) for name, field in SUGGESTED.items()}
    labels = {
        f"{SUGGESTED[name]} {place}": (("take", _label(seen, words)),)
        for name, found in suggested.items()
        for place, seen in found
    }
    again = {"": (("look again", words.say(N_("Look at the photos again"))),)} if draft.photos else {}
    presses = buttons({**labels, **again}, on_press)

    def placed(names: Iterable[str]) -> Markup:
        return tag("div", (_placed(name, made[name], names_of(name), words) for name in names), class_="vopt-form")

    def names_of(name: str) -> list[tuple[Seen, Any]]:
        return [(seen, presses[f"take {SUGGESTED[name]} {place}"]) for place, seen in suggested.get(name, ())]

    unfold = any(getattr(draft.facts, name, None) for name in MORE)
    summary = tag("summary", words.say(N_("Pattern, measurements, flaws and more")))
    looking = buttons_row(embedded(presses["look again "])) if again else None
    shown = section(
        "thing",
        words,
        _from_photos(draft, words),
        placed(FIRST),
        tag("details", summary, placed(MORE), class_="vopt-more", open=unfold),
        looking,
    )
    html = show(shown)
    html.held = (made, presses)  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return html


def _placed(name: str, control: Any, suggested: Sequence[tuple[Seen, Any]], words: Words) -> Markup:
    chips: Content = None
    if suggested:
        chips = tag(
            "div",
            tag("span", words.say(N_("The photos suggest:"))),
            [tag("span", embedded(button), title=words.say(SOURCES[seen.source])) for seen, button in suggested],
            class_="vopt-suggested",
        )
    return tag("div", embedded(control), chips, class_="is-wide" if name in WIDE else None, data_field=name)


def _suggested(draft: OpenDraft, field: Field) -> list[tuple[int, Seen]]:
    """What photos tell of a field and she did not say, with its place, the likeliest first."""
    said = draft.facts.colours if field == "colours" else (getattr(draft.facts, field, None),)
    known = {_compared(one) for one in said}
    found = enumerate(draft.analysis.fields.get(field, ()))
    return [(place, seen) for place, seen in found if _compared(seen.value) not in known][:MOST_SUGGESTED]


def _compared(value: int | str | None) -> int | str | None:
    return folded(value) if isinstance(value, str) else value


def _label(seen: Seen, words: Words) -> str:
    name = seen.labels[words.language].split(" > ")
    return f"{plain(' > '.join(name[-2:]), 40)} · {words.percent(seen.confidence)}"


def _from_photos(draft: OpenDraft, words: Words) -> Markup | None:
    """What was filled in by itself, and what has to be said by her."""
    found = draft.analysis
    filled = [name for name, field in SUGGESTED.items() if field in found.sure and _is_taken(draft, field)]
    if not found.photos:
        return None
    if not filled:
        said = words.say(N_("The photos alone tell too little to fill anything in: please say what it is."))
    else:
        names = ", ".join(words.say(FIELDS[name]).lower() for name in filled)
        said = words.say(N_("Filled in from the photos: {names}. Change what is wrong."), names=names)
    return tag("p", said, class_="vopt-from-photos")


def _is_taken(draft: OpenDraft, field: Field) -> bool:
    first = draft.analysis.fields[field][0].value if draft.analysis.fields.get(field) else None
    if field == "colours":
        return first in draft.facts.colours
    return first is not None and first == getattr(draft.facts, field, None)


def _control(name: str, page: StudioPage, draft: OpenDraft, words: Words, *, on_write: OnWrite) -> Any:
    import marimo as mo

    label = words.say(FIELDS[name])
    options = _options(name, page, draft, words)
    column = "brand" if name == "other_brand" else name

    def told(value: Any) -> None:
        on_write(column, value)

    if options:
        value = draft.facts.catalog_id if name == "catalog_id" else _value(name, draft)
        shown = next((title for title, known in options.items() if known == value), next(iter(options)))
        many = len(options) > 12
        return mo.ui.dropdown(options, shown, label=label, on_change=told, searchable=many, full_width=True)
    text = str(_value(name, draft) or "")
    if name == "other_brand" and text in {brand.title for brand in page.offered.brands}:
        text = ""
    hint = words.say(HINTS[name]) if name in HINTS else ""
    if name in LONG:
        return mo.ui.text_area(
            text, label=label, placeholder=hint, rows=2, on_change=told, debounce=TYPING_MS, full_width=True
        )
    return mo.ui.text(text, label=label, placeholder=hint, on_change=told, debounce=TYPING_MS, full_width=True)


def _value(name: str, draft: OpenDraft) -> Any:
    column = "brand" if name == "other_brand" else name
    return draft.fields[column] if column in draft.fields else getattr(draft.facts, column)


def _options(name: str, page: StudioPage, draft: OpenDraft, words: Words) -> dict[str, Any]:
    """What a field is chosen from, {shown: value}; nothing where it is written freely."""
    nothing = {words.say(N_("not said")): None}
    if name in ("catalog_id", "condition_id", "size", "brand"):
        known = {
            "catalog_id": _by_id(page.offered.catalogues),
            "condition_id": _by_id(page.offered.conditions),
            "size": {term.title: term.title for term in page.offered.sizes},
            "brand": {plain(term.title, 48): term.title for term in page.offered.brands},
        }[name]
        if not known:
            return {}
        value = _value(name, draft)
        if value is not None and value not in known.values() and name != "brand":
            known = {catalogue_name(value) if name == "catalog_id" else plain(str(value), 48): value} | known
        return {**nothing, **known}
    if name in ("colour", "second_colour"):
        known = {one.labels[words.language]: one.labels["it"] for one in colours()}
        return _with_own(known, _value(name, draft), nothing)
    if name == "parcel_size":
        return _with_own({words.say(label): size for size, label in PARCELS.items()}, _value(name, draft), nothing)
    if name == "pattern":
        return {**nothing, **{one.labels[words.language]: one.name for one in patterns()}}
    if name == "material":
        known = {one.labels[words.language].capitalize(): one.labels["it"] for one in materials()}
        return _with_own(known, draft.facts.material, nothing)
    return {}


def _with_own(known: dict[str, Any], value: Any, nothing: dict[str, Any]) -> dict[str, Any]:
    """The known ones, and hers where it is another one; its own writing of a known one is that one."""
    if not value or value in known.values():
        return {**nothing, **known}
    same = next((title for title, one in known.items() if folded(one) == folded(value)), plain(str(value), 48))
    return {**nothing, **known, same: value}


def _by_id(terms: Sequence[Term]) -> dict[str, Any]:
    return {term.title: term.id for term in terms}
