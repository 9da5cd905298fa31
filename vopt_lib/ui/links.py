"""This is where an address becomes a link, or does not: nothing but the web and our own pages can be reached."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

from vopt_lib.ui.markup import Content, tag

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def link(content: Content, href: str | None, *, class_: str | None = None, dir_: str | None = None) -> Markup:
    """The content as a link. Another site opens beside the page and is not told where she came from.

    An address that is neither of the web (http, https) nor of a page of ours ("?…", "/…", "#…") leaves the content as
    it is, in bold letters' element, so that nothing moves.
    """
    if href is not None and is_ours(href):
        return tag("a", content, href=href, class_=class_, dir=dir_)
    if href is not None and is_web(href):
        return tag("a", content, href=href, class_=class_, dir=dir_, target="_blank", rel="noopener noreferrer")
    return tag("b", content, class_=class_, dir=dir_)


def is_ours(href: str) -> bool:
    """Whether this leads to a page of vopt: "?brand=Zara", "/follow", "#prices"."""
    return href.startswith(("?", "#")) or (href.startswith("/") and not href.startswith(("//", "/\\")))


def is_web(href: str) -> bool:
    """Whether this is an address of the web with a host."""
    return _host(href, "https") is not None or _host(href, "http") is not None


def is_photo(href: str) -> bool:
    """Whether a photo may be shown from there: https, or this very machine."""
    host = _host(href, "http")
    return _host(href, "https") is not None or (host is not None and (host in _LOOPBACK or host.endswith(".localhost")))


def _host(href: str, scheme: str) -> str | None:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    return parts.hostname if parts.scheme == scheme and parts.hostname else None
