from __future__ import annotations

import pytest

from vopt_lib.errors import SettingsError, UnknownMarket
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.pacing import Pacing, pacing_for
from vopt_lib.sources.vinted.site import LOCALES, Site, is_loopback

LOCAL = {"vinted_www": "http://www.vinted.localhost:8421", "vinted_api": "http://api.vinted.localhost:8421"}


def test_italy_is_the_real_site_with_todays_addresses(tmp_path):
    assert Site.of(Settings(data=tmp_path), "it") == Site(
        source="vinted",
        market="it",
        www="https://www.vinted.it",
        api="https://api.vinted.it",
        items_url="https://api.vinted.it/svc-catalogue/items",
        locale="it-IT",
        host="vinted",
        is_real=True,
        impersonate="chrome146",
    )


def test_all_countries_share_one_memory_for_their_limits_are_counted_together(tmp_path):
    assert {Site.of(Settings(data=tmp_path), market).host for market in LOCALES} == {"vinted"}


def test_the_simulator_is_known_by_its_address_and_gets_no_pacing(tmp_path):
    settings = Settings(data=tmp_path, **LOCAL)
    site = Site.of(settings, "it")
    assert (site.source, site.is_real, site.host) == ("simulator", False, "www.vinted.localhost:8421")
    assert site.items_url == "http://api.vinted.localhost:8421/svc-catalogue/items"
    assert pacing_for(site, settings) == Pacing.none()


def test_a_site_with_one_real_address_is_real_and_gets_the_polite_pacing(tmp_path):
    settings = Settings(data=tmp_path, vinted_www=LOCAL["vinted_www"])
    site = Site.of(settings, "it")
    assert (site.source, site.is_real) == ("vinted", True)
    assert pacing_for(site, settings) == Pacing.polite(settings)


def test_the_items_address_may_be_given_in_full(tmp_path):
    gateway = "https://www.vinted.{tld}/web/gateway/svc-catalogue/items"
    site = Site.of(Settings(data=tmp_path, vinted_items_path=gateway), "co.uk")
    assert site.items_url == "https://www.vinted.co.uk/web/gateway/svc-catalogue/items"


@pytest.mark.parametrize("market", ["", "xx", "IT", "it/../x", "it@evil.example", "itt"])
def test_a_market_that_vinted_does_not_have_is_refused_with_the_known_ones(tmp_path, market):
    with pytest.raises(UnknownMarket) as unknown:
        Site.of(Settings(data=tmp_path), market)
    assert unknown.value.facts["near"]


@pytest.mark.parametrize(
    "www",
    ["http://www.vinted.it", "ftp://www.vinted.it", "www.vinted.it", "https://me:secret@www.vinted.it", "https://"],
)
def test_an_address_that_is_not_encrypted_or_not_one_is_refused(tmp_path, www):
    with pytest.raises(SettingsError, match="VOPT_VINTED_WWW"):
        Site.of(Settings(data=tmp_path, vinted_www=www), "it")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("www.vinted.localhost", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("www.vinted.it", False),
        ("localhost.vinted.it", False),
        ("notlocalhost", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_name_alone(host, expected):
    assert is_loopback(host) is expected
