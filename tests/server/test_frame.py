"""A marimo page becomes ours: in her language and theme, and telling nothing of this computer."""

from __future__ import annotations

import json
import re

import pytest

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.frame import personal

MARIMOS = """<!DOCTYPE html>
<html lang="en">
  <head>
    <link rel="preload" href="./assets/gradient.png" as="image" />
    <meta property="og:title" content="/home/anna/vopt/notebooks/home.py" />
    <meta name="twitter:card" content="x" />
    <title>vopt</title>
    <marimo-filename hidden>/home/anna/vopt/notebooks/home.py</marimo-filename>
    <marimo-user-config data-config="{&quot;server&quot;: {}}" hidden></marimo-user-config>
    <marimo-server-token data-token="-12" hidden></marimo-server-token>
  <script>
            if ('serviceWorker' in navigator) {
                const notebookId = "%2Fhome%2Fanna";
            }
</script></head>
  <body>
    <script data-marimo="true">
      Object.defineProperty(window, "__MARIMO_MOUNT_CONFIG__", {
        value: Object.freeze({
            "filename": "/home/anna/vopt/notebooks/home.py",
            "cwd": "/home/anna/vopt/notebooks",
            "lspWorkspace": {"rootUri": "file:///home/anna/vopt"},
            "mode": "read",
            "config": {"ai": {"open_ai": {"api_key": "secret"}}, "display": {"theme": "light"}, "runtime": {"x": 1}},
            "view": {"showAppCode": true},
            "notebook": null,
        }),
      });
    </script>
  </body>
</html>
"""
ANNA = Visitor("anna", "it", "dark")


def mounted(html: str) -> dict[str, object]:
    """The entries of marimo's mount configuration."""
    return {name: json.loads(value) for name, value in re.findall(r'^ +"(\w+)": (.*),$', html, re.MULTILINE)}


def test_a_page_has_her_language_and_theme() -> None:
    html = personal(MARIMOS, ANNA)
    assert '<html lang="it" data-theme-choice="dark" data-broken="Qualcosa è andato storto' in html
    assert mounted(html)["config"] == {"display": {"theme": "dark", "locale": "it"}, "runtime": {"x": 1}}


def test_a_page_tells_nothing_of_this_computer() -> None:
    html = personal(MARIMOS, ANNA)
    for secret in ("anna", "secret", "twitter", "og:", "serviceWorker", "preload", "user-config", "server-token"):
        assert secret not in html
    assert mounted(html) == {
        "filename": "page.py",
        "cwd": "",
        "lspWorkspace": None,
        "mode": "read",
        "config": {"display": {"theme": "dark", "locale": "it"}, "runtime": {"x": 1}},
        "view": {"showAppCode": False},
        "notebook": None,
    }
    assert "<marimo-filename hidden>page.py</marimo-filename>" in html


def test_a_page_loads_our_style_and_script() -> None:
    head = personal(MARIMOS, ANNA).partition("</head>")[0]
    assert re.search(r'<link rel="stylesheet" href="/assets/\w{12}/vopt/page\.css">', head)
    assert re.search(r'<script src="/assets/\w{12}/vopt/page\.js"></script>', head)


@pytest.mark.parametrize(("language", "told"), [("it", {"Copied": "Copiato"}), ("en", {})])
def test_a_page_brings_marimos_phrases_in_her_language(language: str, told: dict[str, str]) -> None:
    html = personal(MARIMOS, Visitor("anna", language))  # type: ignore[arg-type]
    phrases = re.search(r'<script type="application/json" id="vopt-phrases">(.*?)</script>', html)
    assert phrases
    assert told.items() <= json.loads(phrases[1]).items()
