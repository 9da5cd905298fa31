"""This is where the server starts with a page on which a file can be dropped."""

from __future__ import annotations

import sys
from pathlib import Path

from vopt_lib.loopback import listening_socket
from vopt_lib.server.__main__ import serve
from vopt_lib.server.pages import PAGES, Page

DROPPING = Page("dropping", "Dropping", "M0 0", Path(__file__).parent / "notebooks" / "dropping.py")

if __name__ == "__main__":
    with listening_socket(int(sys.argv[sys.argv.index("--port") + 1])) as listening:
        serve(listening, [*PAGES, DROPPING])
