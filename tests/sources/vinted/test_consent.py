from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from vopt_lib.settings import Settings
from vopt_lib.sources.vinted import consent
from vopt_lib.sources.vinted.consent import Decision, accept, consent_text, decisions, is_accepted, withdraw
from vopt_lib.sources.vinted.pacing import HOUR_CEILING, ITEM_PAGES_CEILING, PAUSE_FLOOR_S

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_nothing_is_accepted_at_first(tmp_path):
    assert is_accepted(tmp_path, "vinted") is False


def test_a_decision_is_kept_with_who_and_when(tmp_path):
    accept(tmp_path, "vinted", NOW, "Anna")
    assert is_accepted(tmp_path, "vinted") is True
    withdraw(tmp_path, "vinted", NOW + timedelta(days=1), "Bruno")
    assert is_accepted(tmp_path, "vinted") is False
    assert decisions(tmp_path) == (
        Decision("accepted", "vinted", "Anna", NOW, 2),
        Decision("withdrawn", "vinted", "Bruno", NOW + timedelta(days=1), 2),
    )
    accept(tmp_path, "vinted", NOW + timedelta(days=2), "Anna")
    assert is_accepted(tmp_path, "vinted") is True


def test_consent_is_for_one_marketplace(tmp_path):
    accept(tmp_path, "vinted", NOW, "Anna")
    assert is_accepted(tmp_path, "other") is False


def test_consent_to_an_older_text_does_not_count(tmp_path):
    accept(tmp_path, "vinted", NOW, "Anna")
    kept = json.loads((tmp_path / "consent.json").read_text())
    kept["decisions"][0]["text_version"] = consent.TEXT_VERSION - 1
    (tmp_path / "consent.json").write_text(json.dumps(kept))
    assert is_accepted(tmp_path, "vinted") is False


def test_the_text_names_the_limits_that_hold():
    text = " ".join(consent_text())
    settings = Settings()
    assert f"{settings.pause_min_s:.0f} to {settings.pause_max_s:.0f} seconds apart" in text
    assert f"never less than {PAUSE_FLOOR_S:.0f} seconds" in text
    assert f"{HOUR_CEILING} requests and {ITEM_PAGES_CEILING} pages" in text
    for word in ("not affiliated", "object", "robots.txt", "never logs in", "180 days", "vopt embed", "--withdraw"):
        assert word in text
