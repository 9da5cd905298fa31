"""This is where a QR code is drawn on a page, with the address that it opens below it."""

from __future__ import annotations

from markupsafe import Markup

from vopt_lib.schema.phone import PhoneShown
from vopt_lib.schema.qr_code import QrCode
from vopt_lib.ui.markup import tag
from vopt_lib.words import N_, Words


def qr_drawing(code: QrCode, label: str) -> Markup:
    """The code as an SVG that is as wide as its place: dark on white in a dark theme too, or no camera reads it."""
    bars = "".join(
        f"M{column} {row}h1v1h-1z" for row, dots in enumerate(code.rows) for column, dot in enumerate(dots) if dot
    )
    return tag(
        "svg",
        tag("rect", width=code.side, height=code.side, fill="#fff"),
        tag("path", d=bars, fill="#000"),
        viewBox=f"0 0 {code.side} {code.side}",
        role="img",
        aria_label=label,
        shape_rendering="crispEdges",
        style="display:block;width:100%;max-width:20rem",
    )


def phone_card(words: Words, phone: PhoneShown) -> Markup:
    """What she scans to send photos of a listing from her phone, and how long it holds."""
    page = phone.page
    return tag(
        "figure",
        qr_drawing(phone.code, words.say(N_("Code that opens the page for photos on your phone"))),
        tag(
            "figcaption",
            tag("p", words.say(N_("Scan it with your phone's camera to add photos to “{title}”."), title=page.title)),
            tag("p", tag("code", page.address)),
            tag(
                "p",
                words.say(
                    N_("For one phone in this home network, until {until}, at most {most:d} photos."),
                    until=words.moment(page.ends_at),
                    most=page.most,
                ),
            ),
        ),
        class_="vopt-phone",
    )
