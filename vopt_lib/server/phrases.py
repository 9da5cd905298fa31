"""This is where marimo's own English strings get the reader's language; page.js puts them in place.

Source: marimo 0.25.2's front end, as met on our pages.
"""

from __future__ import annotations

from vopt_lib.words import N_, Words

MET = (
    N_("Select..."),
    N_("Search..."),
    N_("No results."),
    N_("Nothing found."),
    N_("Select all"),
    N_("Deselect all"),
    N_("Clear selection"),
    N_("Download"),
    N_("Copy to clipboard"),
    N_("Copied"),
    N_("Reconnect"),
    N_("Kernel not found"),
    N_("An internal error occurred"),
    N_("See console for details."),
    N_("Notifications (F8)"),
)


def marimo_phrases(words: Words) -> dict[str, str]:
    """{what marimo says: how this reader is told}; nothing for a reader of English."""
    said = {phrase: words.say(phrase) for phrase in MET}
    return {phrase: told for phrase, told in said.items() if told != phrase}
