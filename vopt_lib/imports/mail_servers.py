"""This is where the mail servers that Italian families use are known: their names, and how programs get in.

Source: Thunderbird's database of providers (github.com/thunderbird/autoconfig, ispdb), where it knows them; else what
several public mail programs agree on (Libero, Aruba), November 2026. Microsoft lets no program in with a password since
16 September 2024; Google, Apple and Yahoo only with one made for it ("app password").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vopt_lib.schema.own_mailbox import Mailbox, Security


@dataclass(frozen=True)
class Provider:
    """A provider of mailboxes. app_passwords: where a password for programs is made, if hers alone is not enough.

    takes_passwords: False where no program gets in with any. authserv_id: how its servers sign what they have checked.
    """

    name: str
    domains: tuple[str, ...]
    host: str
    port: int = 993
    security: Security = "tls"
    app_passwords: str | None = None
    takes_passwords: bool = True
    authserv_id: str | None = None


PROVIDERS: Final = (
    Provider(
        "Gmail",
        ("gmail.com", "googlemail.com"),
        "imap.gmail.com",
        app_passwords="https://myaccount.google.com/apppasswords",
        authserv_id="mx.google.com",
    ),
    Provider(
        "iCloud",
        ("icloud.com", "me.com", "mac.com"),
        "imap.mail.me.com",
        app_passwords="https://account.apple.com",
    ),
    Provider(
        "Yahoo",
        ("yahoo.it", "yahoo.com", "ymail.com"),
        "imap.mail.yahoo.com",
        app_passwords="https://login.yahoo.com/account/security",
    ),
    Provider(
        "Outlook",
        ("outlook.it", "outlook.com", "hotmail.it", "hotmail.com", "live.it", "live.com", "msn.com"),
        "outlook.office365.com",
        takes_passwords=False,
    ),
    Provider("Libero", ("libero.it", "inwind.it", "iol.it", "blu.it", "giallo.it"), "imapmail.libero.it"),
    Provider("Virgilio", ("virgilio.it",), "in.virgilio.it"),
    Provider("Tiscali", ("tiscali.it",), "imap.tiscali.it"),
    Provider("Alice", ("alice.it",), "in.alice.it", 143, "starttls"),
    Provider("TIM", ("tim.it",), "imap.tim.it", 143, "starttls"),
    Provider("Aruba", ("aruba.it",), "imaps.aruba.it"),
)


def provider_of(address: str, host: str | None = None) -> Provider | None:
    """Whose mailbox an address is, by its ending, or by the server where a family has its own domain there."""
    domain = address.rpartition("@")[2].casefold()
    return next((one for one in PROVIDERS if domain in one.domains or one.host == host), None)


def proposed(address: str) -> Mailbox | None:
    """The mailbox of an address as its provider has it; None where vopt does not know the server."""
    one = provider_of(address)
    return Mailbox(address, one.host, one.port, one.security, authserv_id=one.authserv_id) if one else None
