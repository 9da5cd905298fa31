from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.simulator.arrays import Floats
from vopt_lib.simulator.fates import UNSOLD_DAYS
from vopt_lib.simulator.generate import ON_SALE_AT_ONCE, generate
from vopt_lib.simulator.hazard import Sales, Weibull
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import ShelfQuery
from vopt_lib.simulator.prices import asking
from vopt_lib.simulator.stock import Truth

START = datetime(2026, 10, 22, tzinfo=UTC)
DAYS = 30
START_S = int(START.timestamp())
END_S = START_S + DAYS * 86_400
IDS = {node.path: node.catalog_id for node in catalogue_nodes()}
ZARA = 12


@pytest.fixture(scope="module")
def market() -> StockedMarket:
    return generate(7, START, DAYS)


@pytest.fixture(scope="module")
def truth(market: StockedMarket) -> Truth:
    assert market.truth is not None
    return market.truth


def followed() -> list[ShelfQuery]:
    """Six queries as the demo follows them: five whole catalogues and one brand of a sixth."""
    brand_only = "Donna > Vestiti > Top e T-shirt"
    whole = [ShelfQuery(catalog_ids=(IDS[path],)) for path in ON_SALE_AT_ONCE if path != brand_only]
    return [*whole, ShelfQuery(catalog_ids=(IDS[brand_only],), brand_ids=(ZARA,))]


def daily(day: int) -> datetime:
    return START + timedelta(days=day, hours=9)


def ordinary(market: StockedMarket, truth: Truth) -> np.ndarray:
    """Rows first published after the start: those found on the shelf at the start are a slow-selling choice."""
    return (truth.oddity == "") & (truth.relist_of == 0) & (market.stock.published_s >= START_S)


def test_asked_prices_scatter_around_the_fair_price_by_thirty_per_cent(market: StockedMarket, truth: Truth) -> None:
    rows = ordinary(market, truth)
    scatter = np.log(truth.first_asked_eur / truth.fair_eur)[rows]
    assert rows.sum() > 5_000
    assert scatter.std() == pytest.approx(0.30, abs=0.02)
    assert scatter.mean() == pytest.approx(0.0, abs=0.04)


def test_a_part_of_the_fair_price_shows_in_no_attribute(market: StockedMarket, truth: Truth) -> None:
    rows = ordinary(market, truth)
    assert truth.hidden_log[rows].std() == pytest.approx(0.15, abs=0.01)
    cells = np.stack([market.stock.catalog_id, market.stock.condition_id])[:, rows].astype(float)
    assert all(abs(np.corrcoef(truth.hidden_log[rows], cell)[0, 1]) < 0.05 for cell in cells)


def test_prices_of_one_brand_and_condition_in_a_catalogue_are_log_normal(market: StockedMarket, truth: Truth) -> None:
    dresses = np.isin(
        market.stock.catalog_id, [IDS[path] for path in IDS if path.startswith("Donna > Vestiti > Abiti")]
    )
    zara = np.array([brand is not None and brand.id == ZARA for brand in market.stock.brand])
    cell = dresses & zara & (market.stock.condition_id == 2) & (truth.oddity == "")
    log = np.log(truth.fair_eur[cell])
    assert cell.sum() > 150
    assert abs((((log - log.mean()) / log.std()) ** 3).mean()) < 0.6
    assert 0.15 < log.std() < 0.45


def test_better_condition_and_dearer_brands_cost_more(market: StockedMarket, truth: Truth) -> None:
    stock = market.stock
    brand = np.array([term.title if term else "" for term in stock.brand])
    womens = np.isin(stock.catalog_id, [IDS[path] for path in IDS if path.startswith("Donna > Vestiti > ")])
    median = {title: np.median(truth.fair_eur[womens & (brand == title)]) for title in ("SHEIN", "Zara", "Liu Jo")}
    assert median["SHEIN"] < median["Zara"] < median["Liu Jo"]
    by_condition = [np.median(truth.fair_eur[womens & (stock.condition_id == known)]) for known in (4, 3, 2, 1, 6)]
    assert by_condition == sorted(by_condition)


def test_coats_are_dearer_in_november_than_in_may() -> None:
    coats = [IDS[path] for path in IDS if " > Giacche e cappotti" in path]
    medians = []
    for start in (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)):
        made = generate(3, start, 30)
        assert made.truth is not None
        born = np.isin(made.stock.catalog_id, coats) & (made.stock.published_s >= start.timestamp())
        medians.append(np.median(made.truth.fair_eur[born & (made.truth.oddity == "")]))
    assert medians[0] > 1.2 * medians[1]


def test_twenty_eight_in_a_hundred_exits_are_not_sales(truth: Truth) -> None:
    during = (truth.exit_at_s >= START_S) & (truth.exit_at_s < END_S)
    kinds = truth.exit_kind[during]
    assert during.sum() > 5_000
    assert (kinds != "sold").mean() == pytest.approx(0.28, abs=0.025)
    assert set(kinds) == {"sold", "deleted", "hidden"}


def test_three_in_a_hundred_are_nonsense_or_bundles(market: StockedMarket, truth: Truth) -> None:
    assert (truth.oddity != "").mean() == pytest.approx(0.03, abs=0.008)
    nonsense = np.flatnonzero(truth.oddity == "nonsense")
    ratio = np.abs(np.log(truth.first_asked_eur / truth.fair_eur))[nonsense]
    assert np.median(ratio) > 1.5
    bundle = int(np.flatnonzero(truth.oddity == "bundle")[0])
    assert any(char.isdigit() for char in market.stock.title[bundle])


def test_dearer_than_fair_sells_later(market: StockedMarket, truth: Truth) -> None:
    rows = ordinary(market, truth) & (truth.exit_kind == "sold") & (market.stock.published_s < START_S + 5 * 86_400)
    days = (truth.exit_at_s - market.stock.published_s)[rows] / 86_400
    dear = truth.first_asked_eur[rows] > truth.fair_eur[rows]
    assert np.median(days[dear]) > 1.3 * np.median(days[~dear])


def test_a_reserved_listing_vanishes_and_some_come_back(market: StockedMarket, truth: Truth) -> None:
    returned = np.flatnonzero(truth.returned & (market.stock.published_s > START_S) & (truth.exit_at_s < END_S))
    assert len(returned) > 100
    assert 0.04 < truth.returned[market.stock.published_s > START_S].mean() < 0.12
    timeline, row = market.stock.timeline, int(returned[0])
    status = timeline.status[row][timeline.event_s[row] < 2**62].tolist()
    reserved = int(timeline.event_s[row][status.index(1)])
    back = int(timeline.event_s[row][status.index(0, status.index(1))])
    seen = [
        row in market.search(ShelfQuery(), datetime.fromtimestamp(at, UTC)) for at in (reserved - 1, reserved, back)
    ]
    assert seen == [True, False, True]
    [offer] = market.offers([row], datetime.fromtimestamp(reserved, UTC))
    assert offer.status == "reserved"


def test_many_sales_are_reserved_first(market: StockedMarket, truth: Truth) -> None:
    sold = np.flatnonzero(truth.exit_kind == "sold")
    before = market.stock.timeline
    just_before = [before.at(int(truth.exit_at_s[row]) - 1, np.array([row])).status[0] for row in sold[:1_000]]
    assert 0.2 < np.mean(np.array(just_before) == 1) < 0.4


def test_prices_are_cut_over_time_and_never_raised(market: StockedMarket) -> None:
    moments = [START_S, *(START_S + day * 86_400 for day in (5, 15, 30, 90))]
    cents = np.stack([market.stock.timeline.at(moment).cents for moment in moments], axis=1)
    assert (np.diff(cents, axis=1) <= 0).all()
    assert 0.1 < (cents[:, -1] < cents[:, 0]).mean() < 0.6


def test_favourites_grow_with_age_and_shun_dear_listings(market: StockedMarket, truth: Truth) -> None:
    rows = market.search(ShelfQuery(), daily(3))
    early = market.stock.timeline.at(int(daily(3).timestamp()), rows).favourites
    late = market.stock.timeline.at(int(daily(20).timestamp()), rows).favourites
    assert (late >= early).all()
    assert late.mean() > early.mean() + 1.0
    dear = (truth.first_asked_eur > 1.2 * truth.fair_eur)[rows]
    assert late[~dear].mean() > 1.3 * late[dear].mean()


def test_ids_need_int64_and_do_not_follow_publication(market: StockedMarket) -> None:
    ids = market.stock.listing_id[market.search(ShelfQuery(), daily(5))]
    assert ids.min() > 10**10
    assert len(np.unique(market.stock.listing_id)) == len(market)
    rising = (np.diff(ids) > 0).mean()
    assert 0.1 < rising < 0.5


def test_ids_follow_the_creation_of_drafts(market: StockedMarket) -> None:
    order = np.argsort(market.stock.listing_id)
    assert (np.diff(market.stock.created_s[order]) >= 0).all()
    assert (market.stock.created_s < market.stock.published_s).all()


def test_three_fee_cohorts_occur_as_recorded(market: StockedMarket) -> None:
    shares = np.bincount(market.stock.fee_cohort) / len(market)
    assert shares == pytest.approx([0.57, 0.22, 0.21], abs=0.02)


def test_some_sellers_are_shops_and_some_are_abroad(market: StockedMarket) -> None:
    offers = market.offers(market.search(ShelfQuery(), daily(5))[:3_000], daily(5))
    assert 0.02 < np.mean([offer.seller_is_business for offer in offers]) < 0.3
    assert 0.2 < np.mean([offer.seller_country != "IT" for offer in offers]) < 0.5
    converted = [offer for offer in offers if offer.conversion]
    assert 0.02 < len(converted) / len(offers) < 0.2
    assert {offer.currency for offer in offers} == {"EUR"}
    assert all(offer.conversion and offer.conversion.seller_currency != "EUR" for offer in converted)


def test_some_branded_things_have_no_brand_in_their_field(market: StockedMarket) -> None:
    womens = np.isin(market.stock.catalog_id, [IDS[path] for path in IDS if path.startswith("Donna > Vestiti > ")])
    without = np.array([brand is None for brand in market.stock.brand])[womens]
    assert 0.10 < without.mean() < 0.25


def test_a_relist_is_the_same_thing_under_a_new_id_after_the_old_one_was_deleted(
    market: StockedMarket, truth: Truth
) -> None:
    relists = [row for row in np.flatnonzero(truth.relist_of).tolist() if market.row_of(int(truth.relist_of[row]))]
    assert len(relists) > 50
    stock = market.stock
    for row in relists[:50]:
        former = market.row_of(int(truth.relist_of[row]))
        assert former is not None
        assert truth.exit_kind[former] == "deleted"
        assert truth.exit_at_s[former] < stock.published_s[row]
        assert stock.listing_id[row] != stock.listing_id[former]
        assert (stock.title[row], stock.photo_seed[row]) == (stock.title[former], stock.photo_seed[former])


@pytest.mark.parametrize("start", ["2026-10-22", "2026-01-10", "2027-06-01"])
def test_the_demo_sees_enough_listings_and_one_catalogue_fuller_than_a_search_can_show(start: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    made = generate(1, begin, DAYS)
    seen: set[int] = set()
    pages = 0
    for day in range(DAYS):
        results = [made.search(query, begin + timedelta(days=day, hours=9)) for query in followed()]
        assert len(results[0]) > 1_400
        assert all(100 < len(result) < 960 for result in results[1:])
        seen |= {row for result in results for row in result.tolist()}
        pages += sum(-(-len(result) // 96) for result in results)
    assert len(seen) >= 8_500
    assert 1_300 < pages < 1_900


def test_a_price_is_crowded_in_the_fullest_catalogue(market: StockedMarket) -> None:
    rows = market.search(followed()[0], daily(5))
    _, counts = np.unique(market.stock.timeline.at(int(daily(5).timestamp()), rows).cents, return_counts=True)
    assert counts.max() > 96


def test_listings_are_on_sale_with_ages_from_the_first_moment(market: StockedMarket) -> None:
    rows = market.search(ShelfQuery(), START)
    ages = (START_S - market.stock.published_s[rows]) / 86_400
    assert len(rows) > 6_000
    assert np.median(ages) > 10.0
    assert ages.min() < 1.0


def test_the_same_seed_makes_the_same_market_and_another_one_another() -> None:
    once, again, other = (generate(seed, START, 5, scale=0.1) for seed in (4, 4, 5))
    at = START + timedelta(days=2)
    assert once.offers(once.search(ShelfQuery(), at), at) == again.offers(again.search(ShelfQuery(), at), at)
    assert once.stock.title != other.stock.title


def test_scale_multiplies_the_market() -> None:
    small, large = (len(generate(2, START, 1, scale=scale).search(ShelfQuery(), START)) for scale in (0.1, 0.4))
    assert large / small == pytest.approx(4.0, rel=0.15)


def test_another_hazard_can_be_plugged_in() -> None:
    class Slow:
        def cumulative(self, days: Floats, log_relative: Floats) -> Floats:
            return Weibull(median_days=120.0).cumulative(days, log_relative)

        def days_at(self, cumulative: Floats, log_relative: Floats) -> Floats:
            return Weibull(median_days=120.0).days_at(cumulative, log_relative)

    ages = {}
    for name, hazard in (("slow", Slow()), ("quick", Weibull(median_days=10.0))):
        made = generate(2, START, 1, scale=0.2, sales=Sales(name, hazard))
        ages[name] = np.median(START_S - made.stock.published_s[made.search(ShelfQuery(), START)])
    assert ages["slow"] > 4 * ages["quick"]


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_sales_of_every_family_come_when_the_listings_own_hazards_say(seed: int) -> None:
    made = generate(seed, START, DAYS, scale=0.3)
    assert made.truth is not None
    born = made.stock.published_s >= START_S
    unsold = (made.truth.sale_days[born, None] > UNSOLD_DAYS[None, :]).mean(axis=0)
    assert unsold == pytest.approx(made.truth.unsold[born].mean(axis=0), abs=0.02)
    sold = born & (made.truth.exit_kind == "sold")
    age_days = (made.truth.exit_at_s - made.stock.published_s)[sold] / 86_400
    assert age_days == pytest.approx(made.truth.sale_days[sold], abs=0.001)


def test_where_sellers_are_in_haste_prices_fall_sooner() -> None:
    first_cut = {}
    for haste in (1.0, 2.0):
        asked = asking(np.random.default_rng(1), np.full(5_000, 20.0), np.ones(5_000), haste=haste)
        first_cut[haste] = np.median(asked.cut_days[:, 0][np.isfinite(asked.cut_days[:, 0])])
    assert first_cut[1.0] == pytest.approx(2 * first_cut[2.0])


def test_a_market_that_goes_on_is_the_same_until_then() -> None:
    alone, followed_by_one, followed_by_two = (generate(4, START, 5, days_after=n, scale=0.1) for n in (0, 30, 60))
    for market, longer in ((alone, followed_by_one), (followed_by_one, followed_by_two)):
        at = START + timedelta(days=6 if market is alone else 36)
        rows = [made.search(ShelfQuery(), at) for made in (market, longer)]
        assert market.offers(rows[0], at) == longer.offers(rows[1], at)


def test_a_market_that_goes_on_stays_as_full_as_busy_and_as_dear() -> None:
    made = generate(7, START, DAYS, days_after=60)
    counts, births, medians = [], [], []
    for day in (15, 40, 65, 90):
        rows = made.search(ShelfQuery(catalog_ids=(IDS["Donna > Vestiti > Abiti"],)), daily(day))
        counts.append(len(rows))
        births.append(int((made.stock.published_s[rows] > (daily(day) - timedelta(days=1)).timestamp()).sum()))
        medians.append(float(np.median(made.stock.timeline.at(int(daily(day).timestamp()), rows).cents)))
    assert max(counts) < 1.15 * min(counts)
    assert min(births) > 15
    assert max(medians) < 1.15 * min(medians)
    assert len(np.unique(made.stock.listing_id)) == len(made)


def test_what_is_deleted_at_the_end_of_a_block_is_tried_again_in_the_next() -> None:
    made = generate(7, START, 5, days_after=30)
    assert made.truth is not None
    turn_s = START_S + 7 * 86_400
    again = np.flatnonzero((made.truth.relist_of > 0) & (made.stock.published_s > turn_s))
    formers = [made.row_of(int(listing_id)) for listing_id in made.truth.relist_of[again]]
    assert any(row is not None and made.stock.published_s[row] < turn_s for row in formers)
