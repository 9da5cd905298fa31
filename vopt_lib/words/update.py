"""This is where the Italian catalogue is brought up to date: `python -m vopt_lib.words.update`.

It gathers every sentence of the code into `locale/vopt.pot`, adds the new ones to `it/LC_MESSAGES/vopt.po` (a person
translates them there), drops those that nobody says any more, and compiles `vopt.mo`.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from vopt_lib.words import LOCALE_DIR

# One moment for all catalogues: a file changes only when a sentence does.
_WRITTEN_AT = datetime(2026, 11, 21, tzinfo=UTC)

Message = str | tuple[str, str]


def sentences_of_vopt(root: Path) -> Catalog:
    """Every sentence that the code marks or says, with the files that do."""
    found = _new_catalogue()
    for folder in ("vopt_lib", "flows", "notebooks"):
        for path in sorted((root / folder).rglob("*.py")):
            for message in sentences_in(path.read_text(encoding="utf-8")):
                found.add(message, locations=[(path.relative_to(root).as_posix(), 0)])
    return found


def sentences_in(code: str) -> list[Message]:
    """The sentences of one module: N_("…"), .say("…"), and .count("one", "many") as a pair."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    pairs = {call: pair for call in calls if (pair := _pair(call))}
    inside = {id(argument) for call in pairs for argument in call.args}
    singles = [sentence for call in calls if id(call) not in inside and (sentence := _single(call))]
    return list(dict.fromkeys([*singles, *pairs.values()]))


def _single(call: ast.Call) -> str | None:
    return _literal(call.args[0]) if call.args and _name(call) in ("N_", "say") else None


def _pair(call: ast.Call) -> tuple[str, str] | None:
    if _name(call) != "count" or len(call.args) < 2:
        return None
    one, many = map(_literal, call.args[:2])
    return (one, many) if one and many else None


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _literal(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(sentence)):
            return sentence
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(sentence))]):
            return sentence
    return None


def updated(catalogue: Catalog, found: Catalog) -> Catalog:
    """The catalogue with what was found: translations kept, new sentences empty, unsaid ones gone."""
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = _WRITTEN_AT
    return catalogue


def po_file(folder: Path = LOCALE_DIR) -> Path:
    """Where people translate."""
    return folder / "it" / "LC_MESSAGES" / "vopt.po"


def read_catalogue(folder: Path = LOCALE_DIR) -> Catalog:
    """The Italian catalogue as committed; an empty one when there is none."""
    if not po_file(folder).exists():
        return _new_catalogue("it")
    with po_file(folder).open("rb") as file:
        return read_po(file, locale="it", domain="vopt")


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of its .mo file."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Sentences that have no Italian yet."""
    return [_first(message.id) for message in catalogue if message.id and not all(_forms(message.string))]


def update_all(root: Path, folder: Path = LOCALE_DIR) -> list[str]:
    """Bring every file in the folder up to date. Returns the sentences that wait for Italian."""
    found = sentences_of_vopt(root)
    catalogue = updated(read_catalogue(folder), found)
    path = po_file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(catalogue))
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    (folder / "vopt.pot").write_bytes(_written(found))
    return untranslated(catalogue)


def _new_catalogue(locale: str | None = None) -> Catalog:
    return Catalog(
        locale=locale,
        domain="vopt",
        header_comment="# What vopt says. `make words` brings this file up to date; the Italian is written by people.",
        project="vopt",
        version="",
        copyright_holder="vopt contributors",
        msgid_bugs_address="",
        last_translator="vopt contributors",
        language_team="Italian",
        creation_date=_WRITTEN_AT,
        revision_date=_WRITTEN_AT,
        fuzzy=False,
    )


def _written(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def _first(message: str | Iterable[str]) -> str:
    return message if isinstance(message, str) else next(iter(message))


def _forms(translation: str | Iterable[str] | None) -> list[str]:
    if translation is None:
        return [""]
    return [translation] if isinstance(translation, str) else list(translation)


def main() -> None:
    """Bring this checkout's catalogues up to date and say what waits for Italian."""
    waiting = update_all(Path(__file__).resolve().parent.parent.parent)
    sys.stdout.writelines(f"no Italian yet: {sentence}\n" for sentence in waiting)
    sys.exit(1 if waiting else 0)


if __name__ == "__main__":
    main()
