"""This is where one country's Vinted (or the local simulator) gets its addresses."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from vopt_lib.errors import SettingsError, UnknownMarket
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.settings import Settings

LOCALES = MappingProxyType(
    {
        "at": "de-AT",
        "be": "fr-BE",
        "co.uk": "en-GB",
        "com": "en-US",
        "cz": "cs-CZ",
        "de": "de-DE",
        "dk": "da-DK",
        "ee": "et-EE",
        "es": "es-ES",
        "fi": "fi-FI",
        "fr": "fr-FR",
        "gr": "el-GR",
        "hr": "hr-HR",
        "hu": "hu-HU",
        "ie": "en-IE",
        "it": "it-IT",
        "lt": "lt-LT",
        "lu": "fr-LU",
        "lv": "lv-LV",
        "nl": "nl-NL",
        "pl": "pl-PL",
        "pt": "pt-PT",
        "ro": "ro-RO",
        "se": "sv-SE",
        "si": "sl-SI",
        "sk": "sk-SK",
    }
)
"""Market (the end of the site's name) and the `Locale` header in which it speaks to its own country."""

MARKETPLACE = "vinted"
PHOTO_DOMAIN = "vinted.net"


@dataclass(frozen=True)
class Site:
    """One marketplace site: where its pages and its web API are.

    `host` names the folder of what is remembered of it. All countries of the real marketplace share one, because its
    limits are counted per visitor across countries (facts: one bucket per address for all TLDs); what differs by
    market (a session, a category tree) says so in its file name.
    """

    source: Literal["vinted", "simulator"]
    market: str
    www: str
    api: str
    items_url: str
    locale: str
    host: str
    is_real: bool
    impersonate: str = "chrome146"

    @classmethod
    def of(cls, settings: Settings, market: str) -> Site:
        """The site of a market ("it", "fr", "co.uk" …) at the addresses that the settings name.

        Raises: UnknownMarket for a market that Vinted does not have, SettingsError for an address that cannot be used.
        """
        if market not in LOCALES:
            raise UnknownMarket(name=market, near=", ".join(LOCALES))
        www = _address("vinted_www", settings.vinted_www, market)
        api = _address("vinted_api", settings.vinted_api, market)
        path = settings.vinted_items_path
        items_url = _address("vinted_items_path", path, market) if "://" in path else f"{api}/{path.lstrip('/')}"
        is_real = not all(is_loopback(host_of(address)) for address in (www, api, items_url))
        return cls(
            source="vinted" if is_real else "simulator",
            market=market,
            www=www,
            api=api,
            items_url=items_url,
            locale=LOCALES[market],
            host=MARKETPLACE if is_real else urlsplit(www).netloc,
            is_real=is_real,
            impersonate=settings.impersonate,
        )

    @property
    def name(self) -> str:
        """The name people know the site by: www.vinted.it."""
        return host_of(self.www)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts its pages and its web API live on, with their ports."""
        return frozenset(urlsplit(address).netloc for address in (self.www, self.api, self.items_url))

    def owns(self, url: str) -> bool:
        """Whether an address is one of the site's pages or of its web API."""
        parts = urlsplit(url)
        return parts.netloc in self.hosts and _is_safe(parts.scheme, parts.hostname or "")

    def owns_photo(self, url: str) -> bool:
        """Whether an address is one of the marketplace's photos, as listings deliver them."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        family = f".{PHOTO_DOMAIN}" if self.is_real else ".localhost"
        is_theirs = host.endswith(family) or (not self.is_real and is_loopback(host))
        return is_theirs and "@" not in parts.netloc and _is_safe(parts.scheme, host)


def is_loopback(host: str) -> bool:
    """Whether a host name (without port) is this very machine, by its name alone: no look-up."""
    name = host.rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host name of an address, without port."""
    return urlsplit(url).hostname or ""


def _is_safe(scheme: str, host: str) -> bool:
    return scheme == "https" or (scheme == "http" and is_loopback(host))


def _address(setting: str, template: str, market: str) -> str:
    address = template.replace("{tld}", market).rstrip("/")
    parts = urlsplit(address)
    if not parts.hostname or "@" in parts.netloc or not _is_safe(parts.scheme, parts.hostname):
        raise SettingsError(
            name=f"VOPT_{setting.upper()}",
            value=repr(template),
            why=N_("it must be an https:// address (http:// only on this computer)"),
            where=N_("the environment or vopt.toml"),
        )
    return address
