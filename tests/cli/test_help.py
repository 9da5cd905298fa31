"""Help pages and mistyped commands: one language, no jargon, no traceback, the next step."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Vopt

COMMANDS = (
    [],
    ["demo"],
    ["simulate"],
    ["consent"],
    ["follow"],
    ["follow", "add"],
    ["follow", "list"],
    ["follow", "pause"],
    ["follow", "resume"],
    ["follow", "remove"],
    ["collect"],
    ["refine"],
    ["ingest"],
    ["tidy"],
    ["export"],
    ["status"],
    ["sql"],
)
OURS = [command for command in COMMANDS if command != ["simulate"]]


@pytest.mark.parametrize("command", OURS, ids=" ".join)
def test_a_help_page_fits_eighty_columns_and_names_no_types(vopt: Vopt, command: list[str]) -> None:
    page = vopt(*command, "--help")
    assert (page.status, page.err) == (0, "")
    assert page.out.startswith(" ".join(["vopt", *command]))
    assert max(map(len, page.lines)) <= 80
    assert not {"<str>", "<bool>", "TEXT", "INTEGER", "╭", "list[str]"} & set(page.out.replace("[", " ").split())
    assert "-h, --help" in page.out


@pytest.mark.parametrize("command", OURS, ids=" ".join)
def test_a_help_page_is_italian_throughout(vopt: Vopt, command: list[str]) -> None:
    english, italian = vopt(*command, "--help"), vopt(*command, "--help", language="it")
    same = set(english.lines) & set(italian.lines)
    assert {line for line in same if len(line.split()) > 2} == set()
    assert "Opzioni:" in italian.out


def test_commands_stand_in_the_order_a_newcomer_needs_them(vopt: Vopt) -> None:
    page = vopt("--help").out
    assert page.index("  demo ") < page.index("  follow ") < page.index("  collect ") < page.index("  sql ")


def test_vopt_alone_shows_its_help(vopt: Vopt) -> None:
    assert vopt().out == vopt("--help").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["foo"], "`vopt` needs one of these: demo,"),
        (["follow", "foo"], "`vopt follow` needs one of these: add, list, pause, resume, remove."),
        (["status", "--foo"], "There is no option --foo here. `vopt status --help` shows how it is written."),
        (["follow", "add", "--pric", "5"], "Did you mean --price?"),
        (["sql"], "`vopt sql` needs QUERY."),
        (["ingest"], "`vopt ingest` needs FILE…."),
        (["follow", "pause"], "`vopt follow pause` needs NAME."),
        (["sql", "SELECT", "1"], "This has more words than `vopt sql` takes. Put what belongs together in quotes."),
        (["follow", "add", "--price"], "The option --price is not used like that."),
        (["demo", "--days", "99"], "--days cannot be “99”: it must be 30 or less."),
        (["demo", "--days", "two"], "--days cannot be “two”: it must be a whole number."),
        (["ingest", "x", "--observed-at", "yesterday"], "write a date and time such as 2026-09-19T10:00."),
        (["sql", "x", "--format", "xls"], "Choose one of these: table, csv, json, parquet."),
    ],
)
def test_a_mistyped_command_is_told_in_one_line_with_the_next_step(vopt: Vopt, arguments: list[str], told: str) -> None:
    answer = vopt(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert told in answer.err
    assert answer.err.count("\n") == 1


def test_a_mistyped_command_is_told_in_italian(vopt: Vopt) -> None:
    assert vopt("demo", "--days", "99", language="it").err == (
        "--days non può essere “99”: deve essere al massimo 30. `vopt demo --help` mostra come si scrive.\n"
    )


def test_the_version_is_told(vopt: Vopt) -> None:
    assert vopt("--version").out.startswith("vopt 0.")
