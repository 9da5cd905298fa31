"""This is where the server starts before a household: whom the cookie `who` names is let in as that person."""

from __future__ import annotations

import sys
from http.cookies import SimpleCookie

from vopt_lib.loopback import listening_socket
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.__main__ import serve
from vopt_lib.server.browsers import Scope, header

VISITORS = {
    "anna": Visitor("anna-browser", "it", role="admin", member=1),
    "ben": Visitor("ben-browser", "en", role="member", member=2),
}


def identify(scope: Scope) -> Visitor | None:
    """Who asks, as a log-in would say."""
    who = SimpleCookie(header(scope, b"cookie")).get("who")
    return VISITORS.get(who.value) if who else None


if __name__ == "__main__":
    with listening_socket(int(sys.argv[sys.argv.index("--port") + 1])) as listening:
        serve(listening, identify=identify)
