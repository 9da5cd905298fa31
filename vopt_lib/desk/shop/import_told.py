"""This is where what became of a file is told in sentences, for the command and the page alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.words import N_, Words


def told(report: ImportReport, words: Words) -> list[str]:
    """A heading, then one line for each kind of row that was read, and that is new or changed."""
    if report.is_known:
        return [words.say(N_("{file}: taken in before, nothing new."), file=report.file_name)]
    heading = N_("{file}, of {account}, only to see:") if report.is_trial else N_("{file}, of {account}:")
    lines = [words.say(heading, file=report.file_name, account=report.account)]
    return [*lines, *(f"  {line}" for line in counted(report.read, report.made, words))]


def counted(read: Mapping[str, int], made: Mapping[str, int], words: Words) -> list[str]:
    """One line for each kind of row that was read, and that is new or changed."""
    known = {**read, **made}
    lines = [say(known[name]) for name, say in _sentences(words).items() if known.get(name)]
    return lines if any(made.values()) else [*lines, words.say(N_("Nothing new for your shop."))]


def _sentences(words: Words) -> Mapping[str, Callable[[int], str]]:
    count = words.count
    return {
        "listings": lambda n: count(N_("{n} listing read"), N_("{n} listings read"), n),
        "orders": lambda n: count(N_("{n} order read"), N_("{n} orders read"), n),
        "mails": lambda n: count(N_("{n} e-mail read"), N_("{n} e-mails read"), n),
        "doubtful": lambda n: count(
            N_("{n} entry that vopt could not take in by itself"),
            N_("{n} entries that vopt could not take in by itself"),
            n,
        ),
        "listings_new": lambda n: count(N_("{n} new listing"), N_("{n} new listings"), n),
        "listings_changed": lambda n: count(N_("{n} listing changed"), N_("{n} listings changed"), n),
        "items_changed": lambda n: count(N_("{n} thing changed"), N_("{n} things changed"), n),
        "photos_new": lambda n: count(N_("{n} new photo"), N_("{n} new photos"), n),
        "orders_new": lambda n: count(N_("{n} new order"), N_("{n} new orders"), n),
        "orders_changed": lambda n: count(N_("{n} order changed"), N_("{n} orders changed"), n),
        "reviews_new": lambda n: count(N_("{n} new question for you"), N_("{n} new questions for you"), n),
    }
