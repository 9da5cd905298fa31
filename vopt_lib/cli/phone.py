"""This is where `vopt phone` is: photos come into a listing from her phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.shop.phone_page import OpenPage


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("phone", cls=Command, help=N_("Show a code to scan with your phone, to add photos to a listing."))(
        phone
    )


def phone(
    listing: Annotated[
        str, typer.Argument(metavar=N_("LISTING"), help=N_("Its number, or the code of its thing such as A-0012."))
    ],
) -> None:
    """Open the page for photos in the home network, and tell of each that arrives until the page is over."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.shop.phone import listing_called
    from vopt_lib.desk.shop.phone_page import open_phone_page

    desk = open_desk()
    member = member_of(desk)
    with open_phone_page(desk, member, listing_called(desk, member, listing)) as opened:
        follow(opened)


def follow(opened: OpenPage) -> None:
    """Show the code, and tell of each photo."""
    from vopt_lib.desk.qr_code import printed, qr_code

    page = opened.page
    for line in printed(qr_code(page.address)):
        # Whatever the colours of her terminal: a camera needs dark on light.
        console().print(line, style="#000000 on #ffffff", markup=False)
    say(N_("Scan it with your phone's camera to add photos to “{title}”."), title=page.title[:80])
    tell(page.address)
    say(
        N_("For one phone in this home network, until {until}, at most {most:d} photos."),
        until=words().moment(page.ends_at),
        most=page.most,
    )
    say(N_("Press Ctrl-C to close it."))
    arrived = 0
    for photo in opened.photos():
        arrived = photo.number
        hints = "".join(f" {words().say(hint.sentence)}" for hint in photo.hints)
        tell(words().say(N_("Photo {number:d} is here."), number=photo.number) + hints)
    tell(
        words().count(
            N_("The page is closed. {n} photo arrived."), N_("The page is closed. {n} photos arrived."), arrived
        )
    )
