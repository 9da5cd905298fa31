"""What is secret is in no text that vopt makes of it: no repr, no error, no traceback, no crash report, no audit."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.cli.conftest import Vopt, environment, vopt  # noqa: F401
from tests.desk.whole import PASSWORD, whole_vopt
from tests.shop.people import author
from vopt_lib.desk.environment import settings_environment
from vopt_lib.desk.shop.keys import secrets_of
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import SettingsError, ShopUnreachable, VoptError
from vopt_lib.settings import Settings, load_settings
from vopt_lib.shop.store import open_shop
from vopt_lib.shop.tables import ChannelAccount

URL = f"postgresql+psycopg://vopt:{PASSWORD}@127.0.0.1:1/vopt"


def test_a_person_who_prints_everything_sees_no_password_and_no_key(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    secrets, shop = secrets_of(desk), shop_of(desk)
    with shop.reading() as session:
        account = session.scalars(select(ChannelAccount)).one()
        audit = session.execute(text("SELECT * FROM audit_event")).all()
        seen = f"{desk!r} {secrets!r} {secrets} {vars(account)!r} {account!r} {shop!r} {audit!r}"
    assert PASSWORD not in seen
    assert secrets.keys[0].decode() not in seen


def test_the_address_of_a_server_is_shown_without_its_password(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, database_url=URL)
    assert PASSWORD not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_process_that_vopt_starts_gets_the_real_address_of_the_server(tmp_path: Path) -> None:
    """Only in its environment, which is its owner's."""
    settings = load_settings(data=tmp_path, database_url=URL)
    assert settings_environment(settings)["VOPT_DATABASE_URL"] == URL


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(ShopUnreachable) as refused:
        open_shop(URL)
    assert PASSWORD not in everything_told(refused.value)


@pytest.mark.parametrize(
    "address", [f"vopt:{PASSWORD}", f"mystery://a:{PASSWORD}@b/c", f"postgresql+psycopg://a:b@c:{PASSWORD}/d"]
)
def test_an_address_that_is_none_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SettingsError, match="VOPT_DATABASE_URL") as refused:
        open_shop(address)
    assert PASSWORD not in everything_told(refused.value)


def test_a_setting_of_the_wrong_kind_is_refused_without_showing_it(tmp_path: Path) -> None:
    (tmp_path / "vopt.toml").write_text(f'database_url = ["{PASSWORD}"]\n')
    with pytest.raises(SettingsError, match="database_url") as refused:
        load_settings(data=tmp_path)
    assert PASSWORD not in everything_told(refused.value)


def test_a_row_that_the_database_refuses_shows_only_what_is_locked(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    locked = secrets_of(desk).lock(PASSWORD)
    account = {"person_id": 99, "channel": "mail", "market": "it", "name": "x", "credentials": locked}
    with pytest.raises(IntegrityError) as refused, shop_of(desk).writing(author()) as session:
        session.add(ChannelAccount(household_id=1, **account))
    assert PASSWORD not in everything_told(refused.value)


def test_commands_print_no_key_and_no_password(vopt: Vopt, tmp_path: Path) -> None:  # noqa: F811
    desk = whole_vopt(tmp_path / "data")
    key = desk.paths.shop_key.read_text().strip()
    said = [vopt(*words.split()) for words in ("status", "status --json", "backup", "backup --json --without market")]
    assert [one.status for one in said] == [0] * 4
    assert [one for one in said if PASSWORD in one.out + one.err or key in one.out + one.err] == []


def everything_told(error: BaseException) -> str:
    """What a log, a crash report and a person would get of it."""
    facts = error.facts if isinstance(error, VoptError) else ""
    return "".join(traceback.format_exception(error)) + f"{error!r} {facts}"


def test_secrets_are_secret_by_type() -> None:
    assert "SecretStr" in str(Settings.model_fields["database_url"].annotation)
