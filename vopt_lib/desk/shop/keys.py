"""This is where the keys of account passwords are brought to where the settings want them: a file, or the keyring."""

from __future__ import annotations

from vopt_lib.desk.instance import Desk
from vopt_lib.shop.secrets import (
    OpenKeyring,
    Secrets,
    load_secrets,
    move_to_file,
    move_to_keyring,
    system_keyring,
)


def secrets_of(desk: Desk, *, keyring: OpenKeyring = system_keyring) -> Secrets:
    """What locks and opens the secrets of this vopt. Raises: SecretsLost; KeyringUnusable; OSError."""
    move = move_to_keyring if desk.settings.key_place == "keyring" else move_to_file
    return move(desk.paths.shop_key, keyring=keyring)


def keys_of(desk: Desk, *, keyring: OpenKeyring = system_keyring) -> bytes | None:
    """The keys as a file of keys holds them, wherever they are kept; None: there are none yet.

    Raises: SecretsLost; KeyringUnusable; OSError.
    """
    if not desk.paths.shop_key.exists():
        return None
    return b"".join(key + b"\n" for key in load_secrets(desk.paths.shop_key, keyring=keyring).keys)
