"""Passwords and tokens: locked, opened, locked anew, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.shop.people import author
from vopt_lib.errors import SecretsLost
from vopt_lib.shop.secrets import Secrets, change_key, load_secrets
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "state" / "shop.key"


def keep(shop: Shop, secrets: Secrets, secret: str) -> None:
    with shop.writing(author("log in")) as session:
        session.scalars(select(ChannelAccount)).one().credentials = secrets.lock(secret)


def kept(shop: Shop) -> bytes:
    with shop.reading() as session:
        locked = session.scalars(select(ChannelAccount.credentials)).one()
    assert locked
    return locked


def test_a_secret_is_kept_locked_and_comes_back(shop: Shop, key: Path) -> None:
    keep(shop, load_secrets(key), "pässwörd")
    with shop.reading() as session:
        everything = str(session.execute(text("SELECT * FROM channel_account, audit_event")).all())
    assert "pässwörd" not in everything
    assert load_secrets(key).open(kept(shop)) == "pässwörd"


def test_the_key_is_for_its_owner_only_and_is_never_shown(key: Path) -> None:
    secrets = load_secrets(key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert secrets.keys[0].decode() not in repr(secrets)
    assert load_secrets(key) == secrets


def test_with_a_new_key_everything_is_locked_anew_and_the_old_one_opens_nothing(shop: Shop, key: Path) -> None:
    before = load_secrets(key)
    keep(shop, before, "token")
    after = change_key(shop, key, author("new key"))
    assert (len(after.keys), after.open(kept(shop))) == (1, "token")
    with pytest.raises(SecretsLost, match="does not open your accounts' passwords"):
        before.open(kept(shop))


def test_a_change_of_keys_that_is_killed_half_way_loses_nothing(shop: Shop, key: Path) -> None:
    """The new key is written first, and the old one forgotten last."""
    keep(shop, load_secrets(key), "token")
    old = key.read_bytes()
    change_key(shop, key, author("new key"))
    key.write_bytes(key.read_bytes() + old)
    assert load_secrets(key).open(kept(shop)) == "token"
    assert change_key(shop, key, author("new key")).open(kept(shop)) == "token"


@pytest.mark.parametrize("content", [b"", b"not a key\n"])
def test_a_file_without_keys_is_said_to_be_so_and_not_replaced(key: Path, content: bytes) -> None:
    load_secrets(key)
    key.write_bytes(content)
    with pytest.raises(SecretsLost):
        load_secrets(key)
    assert key.read_bytes() == content
