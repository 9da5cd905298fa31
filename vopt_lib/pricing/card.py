"""This is where a model's card is written for people: what it learnt from, how good it is, and where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vopt_lib.schema.comparables import Unfit
from vopt_lib.schema.model_card import ModelCard, Quality, Reason
from vopt_lib.words import N_, Words

SOLD: Final = "sold"
TWICE: Final = "twice"
UNREADABLE: Final = "untitled"
MOST_CATEGORIES: Final = 40

_MARKS: Final = re.compile(r"[|<`\[\]\\*_#&\x00-\x1f]")

_LEFT_OUT: Final = {
    SOLD: N_("sold with proof: not an asked price"),
    TWICE: N_("offered again by the same seller"),
    UNREADABLE: N_("without a title"),
    **{reason.value: reason.sentence for reason in Unfit},
}
_LIMITS: Final = (
    N_("It tells what is asked for a thing, not what somebody pays for it."),
    N_("It knows titles, brands, sizes and conditions, and nothing of the photos."),
    N_("It knows one country's market and its currency; prices in others were left out."),
    N_("Where it learnt too little it says so, and shows no price."),
    N_("Prices of an interval hold for eight in ten things, not for each one."),
)


def left_out_told(reason: str, words: Words) -> str:
    """Why listings were not learnt from, for a reader."""
    return words.say(_LEFT_OUT.get(reason, reason))


def reason_told(reason: Reason, words: Words) -> str:
    """A reason as a sentence."""
    return words.say(reason.what, **reason.facts)


def card_markdown(card: ModelCard, words: Words) -> str:
    """The whole card in Markdown, in the reader's language."""
    parts = (_head, _data, _measures, _categories, _calibration, _limits, _what_to_do)
    return "\n".join(line for part in parts for line in (*part(card, words), "")).rstrip() + "\n"


def _head(card: ModelCard, words: Words) -> Iterator[str]:
    yield f"# {words.say(N_('Price model {version}'), version=card.version)}"
    yield ""
    sentence = N_("Trained on {at} with {n} listings of vinted.{market}, in {seconds} CPU seconds by vopt {vopt}.")
    yield words.say(sentence, at=card.trained_at, n=card.rows, market=card.market, vopt=card.vopt,
                    seconds=words.number(card.seconds, 1))  # fmt: skip
    if card.source == "simulator":
        yield words.say(N_("The market is made up: its prices are nobody's."))
    if card.refused:
        yield ""
        yield f"**{words.say(N_('It was kept aside and is not used:'))}**"
        yield ""
        yield from (f"- {reason_told(reason, words)}" for reason in card.refused)


def _data(card: ModelCard, words: Words) -> Iterator[str]:
    yield f"## {words.say(N_('What it learnt from'))}"
    yield ""
    sentence = N_(
        "{n} listings, first seen from {first} to {last}. One listing in ten is never learnt from, only judged by."
    )
    yield words.say(sentence, n=card.rows, first=card.first_day, last=card.last_day)
    left = sorted(((n, reason) for reason, n in card.left_out.items() if n), reverse=True)
    if left:
        yield ""
        yield words.say(N_("Left out:"))
        yield ""
        yield from (f"- {left_out_told(reason, words)}: {words.number(n)}" for n, reason in left)


def _measures(card: ModelCard, words: Words) -> Iterator[str]:
    yield f"## {words.say(N_('How good it is'))}"
    yield ""
    sentence = N_("On {n} listings that it has never seen, beside the median of brand, category and condition:")
    yield words.say(sentence, n=card.quality.rows)
    columns = [(words.say(N_("this model")), card.quality), (words.say(N_("plain median")), card.plain)]
    if card.rival and card.rival_quality:
        columns.append((card.rival, card.rival_quality))
    yield ""
    yield from _table(["", *(name for name, _ in columns)], _figures([one for _, one in columns], words))


def _figures(found: Sequence[Quality], words: Words) -> Iterator[list[str]]:
    percent = words.percent
    yield [words.say(N_("median error")), *(percent(one.median_ape, 1) for one in found)]
    yield [words.say(N_("within 20%")), *(percent(one.within_20) for one in found)]
    yield ["RMSLE", *(words.number(one.rmsle, 3) for one in found)]
    yield [words.say(N_("mean error")), *(words.money(one.mae_eur) for one in found)]
    yield [words.say(N_("too high or low")), *(_signed(one.bias, words) for one in found)]
    yield [words.say(N_("prices within the interval")),
           *(percent(one.coverage, 1) if one.coverage is not None else "–" for one in found)]  # fmt: skip
    yield [words.say(N_("Winkler score")), *(words.number(one.winkler, 2) if one.winkler else "–" for one in found)]
    yield [words.say(N_("listings with a price")), *(percent(one.told) for one in found)]


def _categories(card: ModelCard, words: Words) -> Iterator[str]:
    if not card.categories:
        return
    yield f"## {words.say(N_('Where it is wrong'))}"
    yield ""
    yield words.say(N_("By category, the worst first; each price is told by models that have not seen its listing."))
    heads = N_("category"), N_("listings"), N_("median error"), N_("too high or low"), N_("within the interval")
    yield ""
    rows = (
        [
            _plain(one.category),
            words.number(one.quality.rows),
            words.percent(one.quality.median_ape, 1),
            _signed(one.quality.bias, words),
            words.percent(one.quality.coverage, 1) if one.quality.coverage is not None else "–",
        ]
        for one in card.categories[:MOST_CATEGORIES]
    )
    yield from _table([words.say(head) for head in heads], rows)


def _calibration(card: ModelCard, words: Words) -> Iterator[str]:
    if not card.calibration:
        return
    yield f"## {words.say(N_('Told and asked'))}"
    yield ""
    yield words.say(N_("Of prices below the interval, the middle and the interval's end, 10%, 50% and 90% are meant."))
    heads = N_("told"), N_("asked"), N_("below the interval"), N_("below the middle"), N_("below its end")
    yield ""
    rows = (
        [
            words.money(one.told_eur),
            words.money(one.asked_eur),
            *(words.percent(share) for share in (one.below_low, one.below_middle, one.below_high)),
        ]
        for one in card.calibration
    )
    yield from _table([words.say(head) for head in heads], rows)


def _limits(card: ModelCard, words: Words) -> Iterator[str]:
    yield f"## {words.say(N_('What it cannot do'))}"
    yield ""
    yield from (f"- {words.say(limit)}" for limit in _LIMITS)


def _what_to_do(card: ModelCard, words: Words) -> Iterator[str]:
    yield f"## {words.say(N_('If it tells nonsense'))}"
    yield ""
    yield words.say(
        N_("`vopt models list` shows the models that are kept; `vopt models use VERSION` goes back to one.")
    )
    yield words.say(
        N_("`vopt train` learns anew. A model that is worse than the one in use is never put to use by itself.")
    )


def _table(heads: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|---" + "|--:" * (len(heads) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _plain(name: str) -> str:
    """A name without what Markdown or HTML could take for more than a name."""
    return _MARKS.sub(" ", name)


def _signed(share: float, words: Words) -> str:
    return ("+" if round(share, 3) > 0 else "") + words.percent(round(share, 3) or 0.0, 1)
