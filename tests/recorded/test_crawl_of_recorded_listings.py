"""Real listings, 1,131 of 1,771 at one price and 75 without a brand, collected whole over HTTP."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.recorded.listings import MENS_JEANS, jeans, needs_listings
from tests.servers import running_simulator
from vopt_lib.schema.queries import CatalogueQuery
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.crawl import crawl
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.site import Site

pytestmark = [pytest.mark.recorded, needs_listings]


@pytest.mark.parametrize("with_promoted", [True, False])
def test_a_crowded_single_price_is_collected_whole_by_brand_and_then_by_condition(tmp_path, with_promoted):
    served = tmp_path / "jeans.parquet"
    sightings = jeans()
    sightings.write_parquet(served)
    with running_simulator(listings=served, start="2026-11-01", no_promoted=not with_promoted) as running:
        settings = Settings(data=tmp_path, vinted_www=running.www, vinted_api=running.api)
        site = Site.of(settings, "fr")
        with VintedClient(site, state=tmp_path / "state", clock=running.clock, pacing=Pacing.none()) as client:
            origin = Origin(source=site.source, market="fr", run_id="run-1")
            query = CatalogueQuery("fr", catalog=MENS_JEANS)
            steps = list(crawl(client, query, origin=origin, pseudonyms=Pseudonyms(b"k" * 32)))
        asked = [request for request in running.requests() if request["path"].endswith("/items")]
    items = [item for step in steps for page in step.pages for item in page.items if not item.promoted]
    assert Counter(item.id for item in items) == dict.fromkeys(range(1, sightings.height + 1), 1)
    assert sorted(Decimal(item.asked_amount) for item in items) == sorted(sightings["asked_amount"])
    row = steps[-1].coverage
    assert (row["is_exhaustive"], row["listings"], row["catalog_count"], row["share_seen"]) == (True, 1771, 1771, 1.0)
    assert any("brand" in str(request) for request in asked)
