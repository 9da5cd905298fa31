"""This is where the server starts with a page of tests' own: a slider, and a file to download."""

from __future__ import annotations

import sys
from pathlib import Path

from vopt_lib.loopback import listening_socket
from vopt_lib.server.__main__ import serve
from vopt_lib.server.pages import PAGES, Page

THINGS = Page("things", "Things", "M0 0", Path(__file__).parent / "notebooks" / "things.py")

if __name__ == "__main__":
    with listening_socket(int(sys.argv[sys.argv.index("--port") + 1])) as listening:
        serve(listening, [*PAGES, THINGS])
