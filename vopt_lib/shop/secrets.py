"""This is where what opens an account elsewhere is locked: passwords and tokens, never in the database as they are.

They are encrypted with Fernet (AES-128-CBC and HMAC-SHA256, from `cryptography`). The keys lie in a file that only its
owner may read, or in the system's keyring under an entry that the file names, so that the folder can be moved. The
newest comes first: an older one still opens what it locked, until all is locked anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select

from vopt_lib.errors import KeyringUnusable, SecretsLost
from vopt_lib.files import write_bytes, write_first
from vopt_lib.shop.audit import Author
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount, Credential
from vopt_lib.words import N_

T = TypeVar("T")

SERVICE: Final = "vopt"
"""The name under which a keyring shows what is ours."""

OTHERS: Final = 0o077
"""The rights of everybody but the owner."""

_POINTER: Final = b"keyring:"


class Keyring(Protocol):
    """What is asked of the library `keyring`, or of one of its backends."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept under this name."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep this under this name."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""


OpenKeyring = Callable[[], Keyring]


def system_keyring() -> Keyring:
    """The keyring of this computer: Keychain of macOS, Secret Service of Linux. Raises: KeyringUnusable."""
    try:
        import keyring  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise KeyringUnusable(why=N_("the package keyring is not installed")) from error
    ring: Keyring = keyring.get_keyring()
    return ring


@dataclass(frozen=True)
class Secrets:
    """What locks and opens. Nothing of it is ever printed."""

    keys: tuple[bytes, ...] = field(repr=False)
    path: Path
    entry: str | None = None
    """Their name in the system's keyring; None: they lie in the file."""

    def lock(self, text: str) -> bytes:
        """The text, so that only these keys open it."""
        return self._fernet.encrypt(text.encode())

    def open(self, locked: bytes) -> str:
        """The text again. Raises: SecretsLost, when another key locked it."""
        try:
            return self._fernet.decrypt(locked).decode()
        except InvalidToken as error:
            raise SecretsLost(path=str(self.path)) from error

    def again(self, locked: bytes) -> bytes:
        """The same secret, locked with the newest key. Raises: SecretsLost."""
        try:
            return self._fernet.rotate(locked)
        except InvalidToken as error:
            raise SecretsLost(path=str(self.path)) from error

    @property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def load_secrets(path: Path, *, keyring: OpenKeyring = system_keyring) -> Secrets:
    """The keys of the file at path, or of the keyring's entry that it names; the first caller makes a file with one,
    whoever else starts at the same moment. A file that others can read is closed to them first.

    Raises: OSError; SecretsLost, when there are no keys: a new one would open nothing; KeyringUnusable.
    """
    with suppress(FileNotFoundError):
        return _read(path, keyring)
    write_first(path, _lines((Fernet.generate_key(),)))
    return _read(path, keyring)


def move_to_keyring(path: Path, *, keyring: OpenKeyring = system_keyring) -> Secrets:
    """Keep the keys in the system's keyring from now on; the file only names the entry.

    Killed half-way, they are still in the file. Raises: as `load_secrets`.
    """
    secrets = load_secrets(path, keyring=keyring)
    if secrets.entry is not None:
        return secrets
    entry = uuid.uuid4().hex
    _put(keyring, entry, secrets.keys)
    write_bytes(path, _POINTER + entry.encode())
    return _read(path, keyring)


def move_to_file(path: Path, *, keyring: OpenKeyring = system_keyring) -> Secrets:
    """Keep the keys in the file from now on; the keyring forgets them. Raises: as `load_secrets`."""
    secrets = load_secrets(path, keyring=keyring)
    if secrets.entry is None:
        return secrets
    write_bytes(path, _lines(secrets.keys))
    _asked(keyring, lambda ring: ring.delete_password(SERVICE, secrets.entry or ""))
    return _read(path, keyring)


def change_key(shop: Shop, path: Path, author: Author, *, keyring: OpenKeyring = system_keyring) -> Secrets:
    """Lock all secrets of the shop anew with a new key, and forget the old ones.

    Killed half-way, both keys are there and everything opens: doing it again ends it.

    Raises: SecretsLost; KeyringUnusable; ChangedMeanwhile; ShopBusy; OSError.
    """
    before = load_secrets(path, keyring=keyring)
    both = replace(before, keys=(Fernet.generate_key(), *before.keys))
    _write(both, keyring)
    with shop.writing(author) as session:
        for account in session.scalars(select(ChannelAccount).where(ChannelAccount.credentials.is_not(None))):
            account.credentials = both.again(account.credentials or b"")
        for one in session.scalars(select(Credential).where(Credential.code_secret.is_not(None))):
            one.code_secret = both.again(one.code_secret or b"")
    after = replace(both, keys=both.keys[:1])
    _write(after, keyring)
    return after


def _read(path: Path, keyring: OpenKeyring) -> Secrets:
    content = path.read_bytes()
    if path.stat().st_mode & OTHERS:
        # A disk without rights (exFAT) leaves it as it is: there is nothing to close.
        path.chmod(0o600)
    entry = content.removeprefix(_POINTER).decode("ascii", "replace") if content.startswith(_POINTER) else None
    if entry is not None:
        content = (_asked(keyring, lambda ring: ring.get_password(SERVICE, entry)) or "").encode()
    keys = tuple(line for line in content.split(b"\n") if line)
    try:
        MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise SecretsLost(path=str(path)) from error
    return Secrets(keys, path, entry)


def _write(secrets: Secrets, keyring: OpenKeyring) -> None:
    if secrets.entry is None:
        write_bytes(secrets.path, _lines(secrets.keys))
    else:
        _put(keyring, secrets.entry, secrets.keys)


def _put(keyring: OpenKeyring, entry: str, keys: tuple[bytes, ...]) -> None:
    _asked(keyring, lambda ring: ring.set_password(SERVICE, entry, _lines(keys).decode()))


def _asked(keyring: OpenKeyring, ask: Callable[[Keyring], T]) -> T:
    """What the keyring answers. Raises: KeyringUnusable."""
    ring = keyring()
    try:
        return ask(ring)
    except Exception as error:  # each system's keyring fails in its own way; what it says may hold what it was given
        raise KeyringUnusable(why=type(error).__name__) from None


def _lines(keys: tuple[bytes, ...]) -> bytes:
    return b"".join(key + b"\n" for key in keys)
