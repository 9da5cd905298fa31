"""Passwords and tokens: locked, opened, locked anew, and never shown."""

from __future__ import annotations

import stat
import sys
import traceback
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.shop.people import author
from vopt_lib.errors import KeyringUnusable, SecretsLost
from vopt_lib.shop.secrets import (
    SERVICE,
    Secrets,
    change_key,
    load_secrets,
    move_to_file,
    move_to_keyring,
    system_keyring,
)
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount


class Ring:
    """A keyring that remembers what it is given."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedRing(Ring):
    """A keyring that nobody opens."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")


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


def test_a_key_that_others_could_read_is_closed_to_them(key: Path) -> None:
    before = load_secrets(key)
    key.chmod(0o644)
    assert load_secrets(key) == before
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_in_the_keyring_the_keys_leave_the_file_and_still_open_everything(shop: Shop, key: Path) -> None:
    ring = Ring()
    keep(shop, load_secrets(key), "token")
    secrets = move_to_keyring(key, keyring=lambda: ring)
    assert load_secrets(key, keyring=lambda: ring).open(kept(shop)) == "token"
    assert secrets.keys[0] not in key.read_bytes()
    assert [service for service, _ in ring.kept] == [SERVICE]
    assert move_to_keyring(key, keyring=lambda: ring) == secrets


def test_in_the_keyring_keys_are_changed_there(shop: Shop, key: Path) -> None:
    ring = Ring()
    keep(shop, move_to_keyring(key, keyring=lambda: ring), "token")
    before = dict(ring.kept)
    after = change_key(shop, key, author("new key"), keyring=lambda: ring)
    assert (ring.kept.keys() == before.keys(), ring.kept == before) == (True, False)
    assert load_secrets(key, keyring=lambda: ring) == after
    assert after.open(kept(shop)) == "token"


def test_back_in_the_file_the_keyring_forgets_them(key: Path) -> None:
    ring = Ring()
    secrets = move_to_keyring(key, keyring=lambda: ring)
    assert move_to_file(key, keyring=lambda: ring).keys == secrets.keys
    assert ring.kept == {}
    assert load_secrets(key).keys == secrets.keys


def test_a_keyring_that_does_not_open_leaves_the_keys_in_the_file_and_shows_none(key: Path) -> None:
    secrets = load_secrets(key)
    with pytest.raises(KeyringUnusable, match="RuntimeError") as refused:
        move_to_keyring(key, keyring=LockedRing)
    assert secrets.keys[0].decode() not in "".join(traceback.format_exception(refused.value))
    assert load_secrets(key) == secrets


def test_an_entry_that_the_keyring_lost_is_said_to_be_lost(key: Path) -> None:
    ring = Ring()
    move_to_keyring(key, keyring=lambda: ring)
    with pytest.raises(SecretsLost):
        load_secrets(key, keyring=Ring)


def test_without_the_library_the_keyring_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringUnusable, match="the package keyring is not installed"):
        system_keyring()
