"""Every way to fail is drawn, is the builtin it means, says whole sentences, and survives a trip to another process."""

from __future__ import annotations

import ast
import builtins
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from vopt_lib import errors
from vopt_lib.errors import VoptError

ROOT = Path(__file__).resolve().parent.parent
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, VoptError)]
_DRAWN = re.compile(r"^ {4}(?P<branch>[ │├└─]*)(?P<name>[A-Z]\w+)(?: \((?P<builtin>\w+)\))?", re.MULTILINE)


def drawn() -> Iterator[tuple[str, str | None, str | None]]:
    """Each error of the docstring's tree with its parent and the builtin it also is."""
    above: list[str] = []
    for found in _DRAWN.finditer(errors.__doc__ or ""):
        depth = len(found["branch"]) // 4
        above[depth:] = [found["name"]]
        yield found["name"], above[depth - 1] if depth else None, found["builtin"]


def test_the_tree_drawn_is_the_tree_there_is() -> None:
    there = {
        kind.__name__: next((base.__name__ for base in kind.__bases__ if issubclass(base, VoptError)), None)
        for kind in KINDS
    }
    assert {name: parent for name, parent, _ in drawn()} == there


def test_every_builtin_drawn_is_a_base() -> None:
    wrong = [
        name
        for name, _, builtin in drawn()
        if builtin and not issubclass(getattr(errors, name), getattr(builtins, builtin))
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_comes_back_from_another_process(kind: type[VoptError]) -> None:
    facts = dict.fromkeys(fields(kind.message), 7)
    back = pickle.loads(pickle.dumps(kind(**facts)))
    assert (type(back), back.facts, str(back)) == (kind, facts, str(kind(**facts)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_is_whole_sentences(kind: type[VoptError]) -> None:
    assert kind.message[0].isupper() or kind.message[0] in "{“v"
    assert kind.message.endswith((".", "}"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every place that makes one of these errors, but those that hand facts on with **."""
    names = {kind.__name__ for kind in KINDS}
    for folder in ("vopt_lib", "flows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_fact_of_a_message_is_given_where_the_error_is_made() -> None:
    missing = {}
    for place, call in raised():
        given = {keyword.arg for keyword in call.keywords}
        needed = fields(getattr(errors, ast.unparse(call.func)).message)
        if None not in given and needed - given:
            missing[place] = needed - given
    assert missing == {}


def test_every_fact_of_a_reason_is_given_beside_it() -> None:
    missing = {}
    for place, call in raised():
        given = {keyword.arg for keyword in call.keywords}
        reasons = [keyword.value for keyword in call.keywords if keyword.arg == "why"]
        for reason in reasons:
            if isinstance(reason, ast.Call) and ast.unparse(reason.func) == "N_":
                sentence = ast.literal_eval(reason.args[0])
                if None not in given and fields(sentence) - given:
                    missing[place] = fields(sentence) - given
    assert missing == {}


# What these say is for whoever writes vopt, not for a seller.
FOR_WRITERS = ("ContractBroken", "Unreachable", "CertificateWrong", "HomepageRefused", "UnexpectedAnswer")


def test_a_reason_in_words_is_marked_for_translation() -> None:
    unmarked = [
        place
        for place, call in raised()
        for keyword in call.keywords
        if keyword.arg == "why"
        and isinstance(keyword.value, ast.Constant | ast.JoinedStr)
        and " " in ast.unparse(keyword.value).strip("'\"")
        and ast.unparse(call.func) not in FOR_WRITERS
    ]
    assert unmarked == []
