"""Every sentence has its Italian, and nothing else lies in the catalogues."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from vopt_lib.words import LOCALE_DIR
from vopt_lib.words.update import (
    compiled,
    po_file,
    read_catalogue,
    sentences_in,
    sentences_of_vopt,
    untranslated,
    update_all,
    updated,
)

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def said() -> Catalog:
    return sentences_of_vopt(ROOT)


def ids(catalogue: Catalog) -> set[str | tuple[str, ...]]:
    return {tuple(m.id) if isinstance(m.id, list | tuple) else m.id for m in catalogue if m.id}


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each form of each sentence with its Italian."""
    for message in catalogue:
        if message.id:
            english = [message.id] if isinstance(message.id, str) else list(message.id)
            italian = [message.string] if isinstance(message.string, str) else list(message.string)
            yield from zip(english, italian, strict=True)


def fields(sentence: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name is not None}


def test_every_sentence_is_in_the_italian_catalogue() -> None:
    assert ids(said()) - ids(read_catalogue()) == set(), "run `make words`"


def test_no_sentence_is_kept_that_nobody_says() -> None:
    assert ids(read_catalogue()) - ids(said()) == set(), "run `make words`"


def test_every_sentence_has_an_italian_translation() -> None:
    assert untranslated(read_catalogue()) == []


def test_no_translation_is_uncertain() -> None:
    assert [message.id for message in read_catalogue() if message.id and message.fuzzy] == []


def test_a_translation_has_the_same_facts_as_its_sentence() -> None:
    differing = [english for english, italian in pairs(read_catalogue()) if fields(english) != fields(italian)]
    assert differing == []


def test_a_translation_keeps_the_commands_and_settings_of_its_sentence() -> None:
    def kept(sentence: str) -> set[str]:
        return {word.strip(".,;:`()") for word in sentence.split() if word.startswith(("VOPT_", "--", "`vopt"))}

    assert [english for english, italian in pairs(read_catalogue()) if kept(english) != kept(italian)] == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    committed = po_file().with_suffix(".mo").read_bytes()
    assert translations(committed) == translations(compiled(read_catalogue())), "run `make words`"


def translations(mo: bytes) -> dict[object, object]:
    return {str(message.id): message.string for message in read_mo(io.BytesIO(mo)) if message.id}


def test_the_template_has_the_same_sentences() -> None:
    with (LOCALE_DIR / "vopt.pot").open("rb") as file:
        assert ids(read_po(file)) == ids(said())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('N_("Hello")', ["Hello"]),
        ('words.say("Hello", n=1)', ["Hello"]),
        ('say(N_("Hello"))', ["Hello"]),
        ('words().count("{n} day", "{n} days", 3)', [("{n} day", "{n} days")]),
        ('words.count(N_("{n} day"), N_("{n} days"), n)', [("{n} day", "{n} days")]),
        ('say(N_("a") if x else N_("b"))', ["a", "b"]),
        ('N_("one " "sentence")', ["one sentence"]),
        ('"a,b".count(",")', []),
        ("say(sentence)", []),
    ],
)
def test_sentences_are_found_where_they_are_marked_or_said(code: str, expected: list[object]) -> None:
    assert sentences_in(code) == expected


def test_an_update_keeps_translations_adds_new_sentences_and_drops_unsaid_ones() -> None:
    old, found = Catalog(locale="it"), Catalog()
    old.add("Hello", "Ciao")
    old.add("Goodbye", "Addio")
    found.add("Hello")
    found.add("Welcome")
    new = updated(old, found)
    assert {message.id: message.string for message in new if message.id} == {"Hello": "Ciao", "Welcome": None}
    assert untranslated(new) == ["Welcome"]


def test_a_plural_that_lacks_a_form_waits_for_translation() -> None:
    catalogue = Catalog(locale="it")
    catalogue.add(("{n} day", "{n} days"), ("{n} giorno", ""))
    assert untranslated(catalogue) == ["{n} day"]


def test_an_update_writes_the_template_the_catalogue_and_its_compiled_form(tmp_path: Path) -> None:
    root, folder = tmp_path / "checkout", tmp_path / "locale"
    (root / "vopt_lib").mkdir(parents=True)
    (root / "vopt_lib" / "a.py").write_text('N_("Hello {name}")')
    assert "Hello {name}" in update_all(root, folder)
    head, _, _ = po_file(folder).read_text().partition('msgid "Hello')
    po_file(folder).write_text(head + 'msgid "Hello {name}"\nmsgstr "Ciao {name}"\n')
    assert "Hello {name}" not in update_all(root, folder)
    assert 'msgid "Hello {name}"' in (folder / "vopt.pot").read_text()
    assert translations(po_file(folder).with_suffix(".mo").read_bytes()) == {"Hello {name}": "Ciao {name}"}
