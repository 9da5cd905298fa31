"""Where everything lies: below VOPT_DATA, but for a lake that a setting puts elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.paths import Paths, checkout, descriptor_file, floors_file
from vopt_lib.settings import load_settings

PROPERTIES = [name for name, value in vars(Paths).items() if isinstance(value, property)]


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_place_is_below_the_data(name: str) -> None:
    paths = Paths.of(load_settings(data=Path("/somewhere/data"), lake=None))
    place = getattr(paths, name)
    assert place.is_relative_to("/somewhere/data")
    assert place != Path("/somewhere/data")


def test_hosts_are_kept_apart_and_below_the_state() -> None:
    paths = Paths(Path("/data"), "/data/lake")
    assert paths.host_state("localhost:8421") == Path("/data/state/hosts/localhost_8421")
    assert paths.host_state("vinted").is_relative_to(paths.state)


@pytest.mark.parametrize(
    ("lake", "table"),
    [
        (None, "/data/lake/run"),
        ("/other/", "/other/run"),
        ("s3://bucket/lake", "s3://bucket/lake/run"),
    ],
)
def test_the_lake_lies_where_the_setting_says(lake: str | None, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert Paths.of(load_settings(data=Path("/data"), lake=lake)).table("run") == table


def test_models_of_the_checkouts_own_data_lie_beside_it_and_those_of_any_other_below_it() -> None:
    assert Paths.of(load_settings(data=checkout() / "data")).price_models == checkout() / "models" / "price"
    demo = Paths.of(load_settings(data=checkout() / "data" / "demo"))
    assert demo.price_models == checkout() / "data" / "demo" / "models" / "price"


def test_the_floors_come_with_the_checkout_wherever_the_data_is() -> None:
    assert floors_file() == checkout() / "models" / "floors.json"
    assert floors_file().exists()


def test_what_photos_are_compared_with_comes_with_the_checkout() -> None:
    assert descriptor_file() == checkout() / "models" / "shapes-1.npz"
    assert descriptor_file().exists()


def test_the_checkout_is_where_the_flows_are() -> None:
    assert (checkout() / "flows" / "daily.py").exists()
