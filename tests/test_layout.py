"""Who may import whom, what lives where, and what no room does (design §1)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

BASE = {"commit_points", "errors", "files", "loopback", "paths", "schema", "settings", "threads", "words"}
ROOMS = {
    "assistant",
    "imports",
    "lake",
    "market",
    "pricing",
    "quality",
    "shop",
    "simulator",
    "sources",
    "vision",
}
MAY_IMPORT: dict[str, set[str]] = {
    "vopt_lib": set(),
    "words": {"words", "errors"},
    "errors": {"words"},
    "settings": {"errors", "words"},
    "paths": {"settings"},
    "commit_points": set(),
    "files": {"errors", "words"},
    "loopback": {"errors"},
    "threads": set(),
    "schema": {"schema", "errors", "paths", "words"},
    **{room: {*BASE, room} for room in ROOMS},
    "desk": {*BASE, *ROOMS, "desk"},
    "ui": {*BASE, "ui"},
    "cli": {*BASE, "desk", "cli"},
    "server": {*BASE, "desk", "ui", "server"},
    "flows": {*BASE, "desk", "flows"},
    "notebooks": {"desk", "ui", "schema", "words", "errors", "notebooks"},
}

# Library → the only places that import it. No place at all: nothing may.
HOMES: dict[str, tuple[str, ...]] = {
    "alembic": ("vopt_lib/shop/",),
    "altair": ("vopt_lib/ui/", "notebooks/"),
    "apprise": ("vopt_lib/desk/alert_channels.py",),
    "cryptography": ("vopt_lib/shop/",),
    "curl_cffi": ("vopt_lib/sources/",),
    "deltalake": ("vopt_lib/lake/",),
    "distributed": ("flows/side_by_side.py",),
    "duckdb": ("vopt_lib/lake/",),
    "fastapi": ("vopt_lib/server/",),
    "great_expectations": ("vopt_lib/quality/suites.py",),
    "httpx": ("vopt_lib/assistant/ollama.py",),
    "httpx2": ("vopt_lib/assistant/openai_compatible.py",),
    "lifelines": ("vopt_lib/market/survival.py",),
    "lxml": ("vopt_lib/sources/", "vopt_lib/imports/", "vopt_lib/server/static_pages.py"),
    "marimo": ("vopt_lib/ui/", "notebooks/", "vopt_lib/server/"),
    "ollama": ("vopt_lib/assistant/ollama.py",),
    "onnxruntime": ("vopt_lib/vision/segmentation.py",),
    "open_clip": ("vopt_lib/vision/clip.py",),
    "openai": ("vopt_lib/assistant/openai_compatible.py",),
    "openpyxl": ("vopt_lib/shop/sheets.py",),
    "pandas": ("vopt_lib/quality/suites.py",),
    "pillow_heif": ("vopt_lib/vision/decode.py",),
    "prefect": ("flows/",),
    "prefect_dask": ("flows/side_by_side.py",),
    "pypdf": ("vopt_lib/shop/labels.py",),
    "rapidfuzz": ("vopt_lib/shop/search.py",),
    "requests": (),
    "safetensors": ("vopt_lib/vision/clip.py",),
    "segno": ("vopt_lib/desk/qr_code.py",),
    "sentence_transformers": ("vopt_lib/market/wording.py",),
    "sklearn": ("vopt_lib/market/", "vopt_lib/pricing/"),
    "sqlalchemy": ("vopt_lib/shop/",),
    "statsmodels": ("vopt_lib/market/forecast.py",),
    "starlette": ("vopt_lib/simulator/", "vopt_lib/server/"),
    "torch": ("vopt_lib/vision/clip.py", "vopt_lib/assistant/knowledge.py"),
    "torchvision": (),
    "typer": ("vopt_lib/cli/",),
    "usearch": ("vopt_lib/vision/approximate.py",),
    "uvicorn": ("vopt_lib/loopback.py", "vopt_lib/simulator/", "vopt_lib/server/"),
    "vl_convert": ("vopt_lib/ui/charts/drawn.py",),
}

LIGHT = {"cli", "errors", "paths", "settings", "words"}
LIGHT_LIBRARIES = {"pydantic", "pydantic_settings", "typer", "vopt_lib", *sys.stdlib_module_names}

IO_MODULES = {
    "ftplib",
    "http",
    "io",
    "os",
    "pathlib",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "urllib.request",
}
IO_CALLS = re.compile(
    r"(open|print|(read|write)_(text|bytes)|(read|scan|write|sink)_(avro|csv|database|delta|excel|ipc|json|ndjson|parquet).*)"
)
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
}

# A Delta log holds the machine's own file times.
AT_THE_EDGE = ("schema/clock.py", "/__main__.py", "lake/delta.py")
NOT_OURS = {"settings_customise_sources"}  # pydantic-settings says what it takes


@dataclass(frozen=True)
class Source:
    """One file, by its path in the repository."""

    path: str
    text: str

    @property
    def room(self) -> str:
        """The room it lies in: lake, words, flows …"""
        parts = Path(self.path).with_suffix("").parts
        return parts[1] if parts[0] == "vopt_lib" and parts[1] != "__init__" else parts[0]

    @property
    def does_no_io(self) -> bool:
        """market and whatever parses work on what they are given."""
        return self.path.startswith(("vopt_lib/market/", "vopt_lib/pricing/features")) or "/parse" in self.path

    @cache  # noqa: B019 - as many as there are files
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@dataclass(frozen=True)
class Import:
    """One imported module, and whether it is imported when its importer is."""

    module: str
    at_once: bool

    @property
    def library(self) -> str:
        return self.module.partition(".")[0]


@cache
def sources() -> tuple[Source, ...]:
    found = (path for folder in ("vopt_lib", "flows", "notebooks") for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found)


class _Imports(ast.NodeVisitor):
    """Gathers every import; those inside functions or for type checkers are not made at once."""

    def __init__(self) -> None:
        self.found: list[Import] = []
        self.at_once = True

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [Import(alias.name, self.at_once) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.found += [Import(f"{node.module}.{alias.name}", self.at_once) for alias in node.names]

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.later(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's own name

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            self.later(node.body)
        else:
            self.generic_visit(node)

    def later(self, body: list[ast.stmt]) -> None:
        before, self.at_once = self.at_once, False
        for statement in body:
            self.visit(statement)
        self.at_once = before


def imports(source: Source) -> list[Import]:
    visitor = _Imports()
    visitor.visit(source.tree())
    return visitor.found


def calls(source: Source) -> Iterator[str]:
    """Dotted names of what is called: print, pl.read_csv, path.read_text …"""
    return (ast.unparse(node.func) for node in ast.walk(source.tree()) if isinstance(node, ast.Call))


def against_direction(source: Source) -> list[str]:
    own = (found.module.split(".") for found in imports(source) if found.library in ("vopt_lib", "flows", "notebooks"))
    rooms = {parts[1] if parts[0] == "vopt_lib" and len(parts) > 1 else parts[0] for parts in own}
    return sorted(rooms - MAY_IMPORT[source.room] - {"__version__"})


def away_from_home(source: Source) -> list[str]:
    used = {found.library for found in imports(source)} & set(HOMES)
    return sorted(library for library in used if not source.path.startswith(HOMES[library] or ("nowhere",)))


def heavy_at_once(source: Source) -> list[str]:
    if source.room not in LIGHT or source.path.endswith("words/update.py"):
        return []
    return sorted({found.library for found in imports(source) if found.at_once} - LIGHT_LIBRARIES)


def input_and_output(source: Source) -> list[str]:
    if not source.does_no_io:
        return []
    modules = {found.module for found in imports(source)}
    used = {name for name in IO_MODULES if any(module == name or module.startswith(f"{name}.") for module in modules)}
    return sorted(used | {call for call in calls(source) if IO_CALLS.fullmatch(call.rpartition(".")[2])})


def own_clock(source: Source) -> list[str]:
    if source.room in {"cli", "flows", "server"} or source.path.endswith(AT_THE_EDGE):
        return []
    own = CLOCK_CALLS | ({"time.sleep"} if source.room == "sources" else set())
    return sorted(call for call in calls(source) if call in own)


def printed(source: Source) -> list[str]:
    return [call for call in calls(source) if call in ("print", "pprint", "pprint.pprint")]


def opening_line(source: Source) -> list[str]:
    docstring = ast.get_docstring(source.tree()) or ""
    fits = docstring.startswith(("This is ", "vopt: ")) or source.path.startswith("notebooks/")
    return [] if fits else [docstring.partition("\n")[0]]


def too_many_positional(source: Source) -> list[str]:
    # Typer gives a command its options by name, marimo a cell what it uses.
    if source.room in ("cli", "notebooks"):
        return []
    functions = (node for node in ast.walk(source.tree()) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if node.name not in NOT_OURS and len(positional(node)) > 4]


def positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in ("self", "cls")]


def asks_for_the_truth(source: Source) -> list[str]:
    may_ask = source.room in ("simulator", "tests") or source.path == "vopt_lib/desk/evaluate.py"
    return ["/__truth__"] if "__truth__" in source.text and not may_ask else []


RULES = [
    against_direction,
    asks_for_the_truth,
    away_from_home,
    heavy_at_once,
    input_and_output,
    own_clock,
    printed,
    opening_line,
    too_many_positional,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule) -> None:  # type: ignore[no-untyped-def]
    broken = {source.path: rule(source) for source in sources()}
    assert {path: found for path, found in broken.items() if found} == {}


@pytest.mark.parametrize(
    ("rule", "path", "text", "found"),
    [
        (against_direction, "vopt_lib/lake/a.py", "from vopt_lib.market import history", ["market"]),
        (against_direction, "vopt_lib/lake/a.py", "def f():\n    import vopt_lib.desk.collect", ["desk"]),
        (against_direction, "vopt_lib/lake/a.py", "from vopt_lib import desk", ["desk"]),
        (against_direction, "vopt_lib/schema/a.py", "from vopt_lib.lake import Lake", ["lake"]),
        (against_direction, "vopt_lib/desk/a.py", "from flows.daily import daily", ["flows"]),
        (against_direction, "vopt_lib/cli/a.py", "from vopt_lib.lake import Lake", ["lake"]),
        (against_direction, "vopt_lib/lake/a.py", "from vopt_lib.schema.tables import table", []),
        (away_from_home, "vopt_lib/desk/a.py", "import duckdb", ["duckdb"]),
        (away_from_home, "vopt_lib/desk/a.py", "try:\n    from prefect import flow\nexcept E:\n    pass", ["prefect"]),
        (away_from_home, "vopt_lib/lake/a.py", "import requests", ["requests"]),
        (away_from_home, "vopt_lib/lake/a.py", "import duckdb", []),
        (heavy_at_once, "vopt_lib/cli/a.py", "import polars as pl", ["polars"]),
        (heavy_at_once, "vopt_lib/cli/a.py", "class A:\n    import rich", ["rich"]),
        (heavy_at_once, "vopt_lib/cli/a.py", "def f():\n    import polars", []),
        (heavy_at_once, "vopt_lib/cli/a.py", "if TYPE_CHECKING:\n    import polars", []),
        (input_and_output, "vopt_lib/market/a.py", "pl.scan_parquet('x')", ["pl.scan_parquet"]),
        (input_and_output, "vopt_lib/sources/vinted/parse.py", "from pathlib import Path", ["pathlib"]),
        (input_and_output, "vopt_lib/sources/vinted/parse.py", "from urllib.parse import urljoin", []),
        (own_clock, "vopt_lib/lake/a.py", "datetime.now(UTC)", ["datetime.now"]),
        (own_clock, "vopt_lib/sources/vinted/a.py", "time.sleep(1)", ["time.sleep"]),
        (own_clock, "vopt_lib/cli/a.py", "datetime.now(UTC)", []),
        (printed, "vopt_lib/lake/a.py", "print('x')", ["print"]),
        (opening_line, "vopt_lib/lake/a.py", '"""Utilities."""', ["Utilities."]),
        (too_many_positional, "vopt_lib/lake/a.py", "def f(a, b, c, d, e): ...", ["f"]),
        (too_many_positional, "vopt_lib/lake/a.py", "def f(self, a, b, c, d, *, e): ...", []),
    ],
)
def test_the_rule_notices(rule, path: str, text: str, found: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert rule(Source(path, text)) == found


def test_every_room_is_known() -> None:
    assert {source.room for source in sources()} <= set(MAY_IMPORT)


HEAVY = "polars duckdb deltalake prefect babel numpy lxml curl_cffi starlette PIL sqlalchemy marimo"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        pytest.param("vopt_lib.cli", f"{HEAVY} pydantic_settings", id="the commands"),
        pytest.param("vopt_lib.desk.supervisor", HEAVY, id="whoever keeps everything running for months"),
        pytest.param("vopt_lib.desk.doctor", HEAVY, id="whoever says which of them are missing"),
    ],
)
def test_these_start_without_the_heavy_libraries(module: str, heavy: str) -> None:
    asked = f"import sys, {module}; print(*[name for name in '{heavy}'.split() if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert loaded.split() == []
