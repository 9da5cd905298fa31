"""This is where the README's picture is made: what `vopt demo` really prints, as an SVG. `make picture`."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 80
THEME = TerminalTheme((24, 26, 32), (222, 225, 230), [(24, 26, 32)] * 8)
REMOTE_FONTS = re.compile(r"@font-face \{.*?\}\s*", flags=re.S)


def played() -> str:
    """What a demo of 30 days prints."""
    with tempfile.TemporaryDirectory() as data:
        return subprocess.run(
            [Path(sys.executable).with_name("vopt"), "demo", "--no-serve"],
            env=os.environ | {"VOPT_DATA": data, "VOPT_LANGUAGE": "en", "COLUMNS": str(COLUMNS), "NO_COLOR": "1"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def drawn(output: str) -> str:
    """A terminal that shows this output; it loads nothing from elsewhere."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text("$ make demo SERVE=0", style="bold"))
    for line in output.rstrip().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)
    svg = console.export_svg(title="vopt demo", theme=THEME, unique_id="vopt")
    return REMOTE_FONTS.sub("", svg).replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")


if __name__ == "__main__":
    Path(__file__).with_name("demo.svg").write_text(drawn(played()), encoding="utf-8")
