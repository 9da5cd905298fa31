"""This is where the price of a thing becomes a page: its worth, what to ask and why, and the answer to an offer."""

from __future__ import annotations

from markupsafe import Markup

from vopt_lib.schema.price_page import Priced, PricePage
from vopt_lib.schema.price_words import days_said, factor_said, offer_said, signed_money, sooner_said, strong_factors
from vopt_lib.schema.pricing import Advice, Factor, OfferAdvice, Unlearnt, Worth
from vopt_lib.schema.searches import Kind
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.charts import advice_key, chance_by_price, profit_by_price, shown
from vopt_lib.ui.comparables import asked_card, compared_cards
from vopt_lib.ui.layout import button_link, card, grid
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.states import dated_head, empty, failed, notice
from vopt_lib.ui.tables import framed
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words


def head(page: PricePage, words: Words) -> Markup:
    """The page's name and question, how fresh the answer is, and the way to how good such answers are."""
    how_good = button_link(words.say(N_("How good is this?")), "/price_model")
    question = words.say(N_("What is it worth, and what do I ask for it?"))
    return dated_head(words.say(N_("What to ask")), question, page.freshness, words, actions=how_good)


def missing(page: PricePage, words: Words) -> Markup:
    """What is said where no thing is named, or what stands in the way; nothing where one is priced."""
    if page.trouble:
        return failed(page.trouble, words)
    if page.priced is not None:
        return Markup("")
    if page.own:
        text = words.say(N_("Choose one of yours above, or write the title as you would on Vinted."))
    else:
        text = words.say(N_("Write the title above as you would on Vinted. Brand and condition make it surer."))
    return empty(words.say(N_("Which thing?")), text)


def answer(page: PricePage, words: Words) -> Markup:
    """What it is worth and what to ask, or what is missing for an answer and what to do next."""
    priced = page.priced
    if priced is None:
        return Markup("")
    guessed = None
    if priced.is_guessed and priced.path:
        told = N_("The catalogue is guessed from the title: {path}. Choose another one above if it lies elsewhere.")
        guessed = tag("p", words.say(told, path=priced.path))
    if isinstance(priced.worth, Unlearnt):
        return card(_unlearnt(priced.worth, words), guessed, title=words.say(N_("What it is worth")))
    note = words.say(
        N_("By what is asked: half of such things ask more than it is worth, eight in ten lie in the range beside it.")
    )
    figures = tiles(_tiles(page, priced, priced.worth, words), words)
    body = tag("div", figures, _said(priced, words), guessed, class_="vopt-stack")
    return card(body, title=words.say(N_("What it is worth")), note=note)


def offer(page: PricePage, words: Words) -> Markup:
    """Whether to take what somebody offers; nothing where nobody does."""
    if page.priced is None or page.priced.offered is None:
        return Markup("")
    offered = page.priced.offered
    title = words.say(N_("Take {price}?"), price=words.money(offered.eur))
    kind: Kind = "info"
    if isinstance(offered.advice, OfferAdvice):
        kind = "good" if offered.advice.accept else "warn"
    return notice(offer_said(offered, words), title=title, kind=kind)


def curves(page: PricePage, words: Words) -> Markup:
    """What asking each price brings: the profit to expect, and the chance that it is sold."""
    if page.priced is None or not isinstance(page.priced.advice, Advice):
        return Markup("")
    advice = page.priced.advice
    profit, chance = words.say(N_("Profit to expect")), words.say(N_("Sold within 30 days"))
    return grid(
        card(
            shown(profit_by_price(advice, words), above=advice_key(words, what=profit)),
            title=words.say(N_("What each price brings")),
            note=words.say(N_("EUR, after cost, fees and the days that it waits.")),
        ),
        card(
            shown(chance_by_price(advice, words), above=advice_key(words, what=chance)),
            title=words.say(N_("How fast it goes")),
            note=words.say(N_("Of such things at each asked price, the share that is sold within 30 days.")),
        ),
    )


def why(page: PricePage, words: Words) -> Markup:
    """What makes its price, and what others like it ask, side by side."""
    if page.priced is None:
        return Markup("")
    compared = page.priced.compared
    parts = [
        _factors(page.priced.worth, words),
        asked_card(compared, words, own=page.asked_eur) if compared else None,
    ]
    there = [part for part in parts if part is not None]
    return grid(*there, columns=len(there)) if there else Markup("")


def others(page: PricePage, words: Words) -> Markup:
    """The listings like it one by one; those on sale and those that were sold stay apart."""
    if page.priced is None or page.priced.compared is None:
        return Markup("")
    return compared_cards(page.priced.compared, words, market=page.filled.market)


def _factors(worth: Worth | Unlearnt, words: Words) -> Markup | None:
    """The strongest of what is known of it, in euro."""
    told = strong_factors(worth) if isinstance(worth, Worth) else ()
    if not told:
        return None
    widest = max(abs(one.change_eur) for one in told)
    head_row = [
        tag("th", words.say(N_("What is known")), scope="col", role="columnheader"),
        tag("th", words.say(N_("Its part of the price")), scope="col", role="columnheader", class_="is-number"),
    ]
    title = words.say(N_("What makes its price"))
    body = [_factor(one, words, widest) for one in told]
    made = framed(head_row, body, caption=title, class_="vopt-table vopt-factors")
    return card(made, title=title, note=words.say(N_("EUR more or less than with what is usual.")))


def _unlearnt(lack: Unlearnt, words: Words) -> Markup:
    action = None
    if lack in (Unlearnt.NO_MODEL, Unlearnt.NEW_CATALOGUE):
        action = button_link(words.say(N_("Choose what to follow")), "/follow")
    return notice(words.say(lack.sentence), action=action)


def _tiles(page: PricePage, priced: Priced, worth: Worth, words: Words) -> list[Tile]:
    between = words.say(N_("{low} to {high}"), low=words.money(worth.low), high=words.money(worth.high))
    listed = [Tile(words.say(N_("Worth")), words.money(worth.middle), detail=between)]
    advice = priced.advice
    if not isinstance(advice, Advice):
        return listed
    listed += [
        Tile(words.say(N_("Ask")), words.money(advice.ask), detail=days_said(advice, advice.ask, words)),
        Tile(words.say(N_("To sell fast")), words.money(advice.quick), detail=days_said(advice, advice.quick, words)),
        Tile(
            words.say(N_("If you can wait")),
            words.money(advice.patient),
            detail=days_said(advice, advice.patient, words),
        ),
    ]
    if page.asked_eur is not None:
        listed.append(Tile(words.say(N_("Asks now")), words.money(page.asked_eur)))
    floor = words.say(N_("below it, keep it"))
    listed.append(Tile(words.say(N_("Not below")), words.money(advice.floor), detail=floor))
    return listed


def _said(priced: Priced, words: Words) -> Markup | None:
    """What stands below the figures: what 2 € less buys, or why nothing is advised."""
    advice = priced.advice
    if not isinstance(advice, Advice):
        return notice(words.say(advice.sentence))
    sooner = sooner_said(advice, words)
    return tag("p", sooner) if sooner else None


def _factor(factor: Factor, words: Words, widest: float) -> Markup:
    name, value = (plain(told, 60) for told in factor_said(factor, words))
    share = round(abs(factor.change_eur) / widest, 3)
    bar = tag(
        "span", class_=f"vopt-part {'is-more' if factor.change_eur >= 0 else 'is-less'}", style=f"--vopt-share: {share}"
    )
    return tag(
        "tr",
        tag("td", together(name, tag("small", value, dir="auto")), role="cell"),
        tag("td", tag("b", signed_money(factor.change_eur, words)), bar, role="cell", class_="is-number"),
        role="row",
    )
