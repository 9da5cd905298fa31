"""What the documents promise exists, and what exists is documented."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
import typer.core
from babel.messages.pofile import read_po
from typer.main import get_command

from vopt_lib.cli.app import app
from vopt_lib.desk.status import Status
from vopt_lib.schema.gold import VIEWS
from vopt_lib.schema.own_figures import REPORTED_AMOUNT, REPORTED_SALES, Figures, InCurrency, Stock
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.schema.tables import TABLES
from vopt_lib.settings import Settings
from vopt_lib.simulator.__main__ import _parser as simulator_parser
from vopt_lib.words import LOCALE_DIR, Words

ROOT = Path(__file__).resolve().parent.parent
DOCS = (
    "README.md",
    "data/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
TESTS_ONLY = {"VOPT_RECORDED_DATA"}
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# Typer brings a click of its own along.
CannotParse: type[Exception] = typer.BadParameter.__mro__[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(text: str) -> list[str]:
    """Everything written as code: each line of a block, each `span`."""
    return blocks_of(text) + re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))


def blocks_of(text: str) -> list[str]:
    return [line.strip() for block in BLOCK.findall(text) for line in block.splitlines()]


@cache
def commands() -> dict[str, set[str]]:
    """Every command of vopt ("follow add") with its options."""
    known = {
        name: {text for param in command.params for text in (*param.opts, *param.secondary_opts) if text[0] == "-"}
        for name, command in command_objects().items()
    }
    return known | {"simulate": set(simulator_parser(Words("en"))._option_string_actions)}


@cache
def command_objects() -> dict[str, typer.core.TyperCommand]:
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    return dict(_commands(root, ""))


def _commands(group: typer.core.TyperGroup, prefix: str) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            assert isinstance(command, typer.core.TyperCommand)
            yield f"{prefix}{name}", command


def written_commands(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The vopt commands in lines of code: the command, and the words after it."""
    for line in lines:
        found = re.match(r"(?:\$ )?(?:[A-Z_]+=\S* )*(?:\.venv/bin/)?vopt ([a-z].*)", line)
        if found:
            is_whole = found[1].count('"') % 2 == 0
            words = shlex.split(found[1] if is_whole else f'{found[1]}"', comments=True)
            length = next((n for n in (3, 2) if " ".join(words[:n]) in commands()), 1)
            yield " ".join(words[:length]), words[length:]


@pytest.mark.parametrize("name", DOCS)
def test_every_block_begins_and_ends_on_lines_of_its_own(name: str) -> None:
    fences = re.findall(r"^.*```.*$", text_of(name), flags=re.MULTILINE)
    assert [line for line in fences if not re.fullmatch(r" *```\w*", line)] == []
    assert len(fences) % 2 == 0


@pytest.mark.parametrize("name", DOCS)
def test_every_command_written_down_exists(name: str) -> None:
    known = {*commands(), *(command.split()[0] for command in commands())}
    assert {command for command, _ in written_commands(code_of(text_of(name)))} - known == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_option_written_down_exists(name: str) -> None:
    unknown = {
        (command, word)
        for command, rest in written_commands(code_of(text_of(name)))
        for word in rest
        if word.startswith("--") and word.partition("=")[0] not in commands()[command]
    }
    assert unknown == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_command_in_a_block_can_be_typed_so(name: str) -> None:
    wrong = {}
    for command, rest in written_commands(blocks_of(text_of(name))):
        try:
            command_objects()[command].make_context(command, [*rest])
        except CannotParse as error:
            wrong[" ".join((command, *rest))] = str(error)
    assert wrong == {}


def test_what_the_family_is_told_to_look_for_is_called_so_on_the_pages() -> None:
    told = re.findall(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", text_of("docs/famiglia.md"))
    with (LOCALE_DIR / "it" / "LC_MESSAGES" / "vopt.po").open("rb") as file:
        known = {message.string for message in read_po(file) if isinstance(message.string, str)}
    assert told
    assert set(told) - known - {text.partition(":")[0] for text in known} == set()


def test_every_command_is_in_the_readme() -> None:
    assert set(commands()) - {command for command, _ in written_commands(code_of(text_of("README.md")))} == set()


def test_the_first_30_lines_have_both_commands() -> None:
    opening = "\n".join(text_of("README.md").splitlines()[:30])
    assert "make demo" in opening
    assert "git clone" in opening
    assert "make test" in opening


@pytest.mark.parametrize("name", [*DOCS, "models/README.md"])
def test_every_make_target_written_down_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of("Makefile"), flags=re.M))
    written = {word for line in code_of(text_of(name)) for word in re.findall(r"\bmake ([a-z-]+)", line)}
    assert written - targets == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_setting_written_down_exists(name: str) -> None:
    known = {f"VOPT_{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"VOPT_[A-Z_]*[A-Z]", text_of(name))) - known - TESTS_ONLY == set()


def test_the_readme_lists_every_setting_with_its_default() -> None:
    assert settings_table() in text_of("README.md"), f"put this into README.md:\n\n{settings_table()}"


def settings_table() -> str:
    rows = [
        f"| `VOPT_{name.upper()}` | {'' if field.default is None else f'`{field.default}`'} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| setting | default | what |", "|---|---|---|", *rows])


def test_the_readme_names_every_key_of_the_status_in_their_order() -> None:
    assert re.search(r"[,\s]+(?:and )?".join(f"`{key}`" for key in Status.model_fields), text_of("README.md"))


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_table_asked_in_an_example_exists(name: str) -> None:
    asked = {table for line in code_of(text_of(name)) for table in re.findall(r"\bFROM ([a-z_]+)", line)}
    assert asked - {*TABLES, *OWN_VIEWS} == set()


def test_every_table_is_described() -> None:
    described = re.findall(r"^### `(\w+)`$", text_of("data/README.md"), flags=re.M)
    assert sorted(described) == sorted([*TABLES, *VIEWS, *OWN_VIEWS])


def test_every_column_asked_in_an_example_exists() -> None:
    for query in re.findall(r'vopt sql "SELECT (.*?)"', text_of("README.md")):
        columns, _, rest = query.partition(" FROM ")
        known = {column.name for column in TABLES[rest.split()[0]].columns}
        assert set(columns.split(", ")) - known == set()


@pytest.mark.parametrize("name", [*DOCS, "models/README.md"])
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text_of(name)) if not link.startswith("http")]
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCS)
def test_every_link_within_a_document_leads_to_a_heading(name: str) -> None:
    headings = re.findall(r"^#+ (.+)$", text_of(name), flags=re.M)
    known = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text_of(name))) - known == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_extra_written_down_exists(name: str) -> None:
    extras = tomllib.loads(text_of("pyproject.toml"))["project"]["optional-dependencies"]
    code = "\n".join(code_of(text_of(name)))
    told = re.findall(r"bootstrap\.py (\w+)", code) + re.findall(r"vopt\[(\w+)\]", code)
    assert set(told) - {*extras} == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_path_written_down_exists(name: str) -> None:
    paths = {span for span in code_of(text_of(name)) if re.fullmatch(r"(vopt_lib|flows|tests)/[\w/.]*", span)}
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_every_figure_is_defined_in_the_document_and_nothing_else_is() -> None:
    defined = re.findall(r"^\| [^|]+ \| `(\w+)` \|", text_of("docs/figures.md"), flags=re.M)
    figures = [field.name for kind in (Figures, Stock) for field in fields(kind)]
    assert sorted([*defined, "things"]) == sorted([*figures, "waiting", "stock"])


def test_the_document_names_the_parts_of_the_figures_as_json_does() -> None:
    told = text_of("docs/figures.md")
    groups = {field.name for field in fields(InCurrency)} - {"currency", "figures"}
    assert {*groups, "months", "reported"} <= set(re.findall(r"`(\w+)`", told))
    assert f"{REPORTED_SALES} sales, or receives more than {REPORTED_AMOUNT:,} €" in " ".join(told.split())
