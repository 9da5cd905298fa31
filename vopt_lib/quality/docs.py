"""This is where Great Expectations' pages get a frame of ours.

Its own frame loads Bootstrap, jQuery, Vega, fonts and a logo from seven hosts, and needs their scripts to open what is
folded. So its sections are shown as they are, unfolded, with a style sheet of our own inside the page: nothing is
loaded, no script runs, and the pages can be read offline, on paper and from a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from vopt_lib.quality.suites import Checked
from vopt_lib.schema.quality import QualityReport

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --muted: #5b6675; --line: #dde2e8; --paper: #fff; --soft: #f4f6f8;
  --good: #1a7f4b; --bad: #b3261e; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --muted: #9aa5b3; --line: #333c48; --paper: #151a21;
  --soft: #1d242d; --good: #5cc88f; --bad: #ff8a80; --warn: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 60px; max-width: 1100px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: 6px 18px; padding: 0 0 12px; border-bottom: 1px solid var(--line); }
a { color: inherit; } h1 { font-size: 22px; margin: 18px 0 4px; } p { margin: 4px 0; } .muted { color: var(--muted); }
h3, h4, h5 { font-size: 16px; margin: 20px 0 6px; }
table { width: 100%; border-collapse: collapse; margin: 6px 0 16px; font-size: 14px; }
th, td { padding: 7px 10px; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--soft); } .badge { padding: 0 5px; border-radius: 4px; background: var(--soft);
  font-family: ui-monospace, monospace; font-size: 13px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; } .text-danger, .is-failed { color: var(--bad); }
.text-success, .is-passed { color: var(--good); } .text-warning, .is-warned { color: var(--warn); }
i.fa-check-circle::before { content: "\\2713"; font-style: normal; }
i.fa-times::before, i.fa-exclamation-triangle::before { content: "\\2717"; font-style: normal; }
button, [data-toggle="collapse"] { display: none; } .collapse { display: block; }
.table-responsive { overflow-x: auto; }
"""

_ACTIVE: Final = re.compile(
    r"<script\b.*?</script\s*>|</?(?:script|link|iframe|object|embed|img|meta|base)\b[^>]*>", re.DOTALL | re.IGNORECASE
)
_LOADING: Final = re.compile(
    r"""\s(?:src|srcset|href|action|background|on\w+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)


def pages(report: QualityReport, checked: Sequence[Checked]) -> Mapping[str, str]:
    """{file name: HTML}: one page for each table, and an index."""
    names = [one.table for one in checked]
    told = {f"{one.table}.html": _page(one.table, report, names, inert(one.sections)) for one in checked}
    rows = "".join(
        f'<tr><td><a href="{one.table}.html">{one.table}</a></td>'
        + "".join(f"<td>{_count(one, result)}</td>" for result in ("passed", "warned", "failed", "untold"))
        + "</tr>"
        for one in checked
    )
    head = "<tr><th>table</th><th>passed</th><th>warned</th><th>failed</th><th>nothing to judge</th></tr>"
    return {"index.html": _page("", report, names, f"<table>{head}{rows}</table>"), **told}


def inert(html: str) -> str:
    """HTML that loads nothing and runs nothing: no such elements, no such attributes."""
    return _LOADING.sub("", _ACTIVE.sub("", html))


def _count(one: Checked, result: str) -> int:
    return sum(finding.result == result for finding in one.findings)


def _page(table: str, report: QualityReport, names: Sequence[str], body: str) -> str:
    links = "".join(f'<a href="{name}.html">{name}</a>' for name in ("index", *names))
    at = escape(f"{report.checked_at:%Y-%m-%d %H:%M} UTC")
    verdict = "held back" if report.error else "published"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{table or "Data Docs"} · vopt</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<nav>{links}</nav><h1>{table or "What was checked"}</h1><p class="muted">Great Expectations, {at}: {verdict}.'
        f"</p>{body}</body></html>"
    )
