"""This is where a bare marimo page is served: a throw-away notebook with charts, and nothing of ours around it.

python -m tests.benchmarks.bare_pages --port 0, with the specifications of the charts in charts.json in VOPT_DATA.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import marimo
import uvicorn

from vopt_lib.loopback import AnnouncedServer, listening_socket

NOTEBOOK = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import json
    from pathlib import Path

    import marimo as mo

    class Chart:
        def __init__(self, spec):
            self.spec = spec

        def _mime_(self):
            return "application/vnd.vegalite.v6+json", self.spec

    return Chart, Path, json, mo


@app.cell
def _(Chart, Path, json, mo):
    mo.vstack([Chart(spec) for spec in json.loads(Path("CHARTS").read_text())])
    return
"""


def main() -> None:
    """Serve it until SIGTERM."""
    folder = Path(os.environ["VOPT_DATA"])
    notebook = folder / "bare.py"
    notebook.write_text(NOTEBOOK.replace("CHARTS", str(folder / "charts.json")))
    app = marimo.create_asgi_app(quiet=True).with_app(path="/", root=str(notebook)).build()
    with listening_socket(int(sys.argv[sys.argv.index("--port") + 1])) as listening:
        AnnouncedServer(uvicorn.Config(app, lifespan="off", log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
