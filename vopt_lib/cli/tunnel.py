"""This is where `vopt tunnel` is: the pages behind a Cloudflare tunnel, and how to bring it up."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.tunnel import Tunnel

tunnel_app = family(N_("Reach your pages from anywhere, through a tunnel: config."))


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.add_typer(tunnel_app, name="tunnel")


@tunnel_app.command("config", cls=Command, help=N_("Describe a Cloudflare tunnel that leads to your pages alone."))
def config(
    hostname: Annotated[str, typer.Argument(metavar=N_("NAME"), help=N_("A name in a domain of yours at Cloudflare."))],
    tunnel: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Name or number of the tunnel, instead of vopt."))
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar=N_("FILE"), help=N_("File to write to, instead of one in the data folder."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=N_("Replace a file that is there."))] = False,
) -> None:
    """Write the file, and tell the commands that bring the tunnel up, in order."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.tunnel import write_tunnel

    desk = open_desk()
    made = write_tunnel(desk, hostname, output, tunnel=tunnel, force=force)
    say(N_("The tunnel to your pages, and to nothing else, is described in {file}."), file=str(made.file))
    say(N_("Now, in this order (cloudflared is Cloudflare's own program, and {host} in a domain that is there):"),
        host=made.host)  # fmt: skip
    _tell_steps(made, desk.paths.data / "vopt.toml")
    say(N_("From then on everybody must sign in. To let nobody in any more, stop cloudflared."))


def _tell_steps(made: Tunnel, settings: Path) -> None:
    name, file = shlex.quote(made.name), shlex.quote(str(made.file))
    for step in (
        "cloudflared tunnel login",
        f"cloudflared tunnel create {name}",
        f"cloudflared tunnel route dns {name} {made.host}",
    ):
        tell(f"  {step}")
    if not made.is_told:
        address = f'public_address = "{made.public_address}"'
        sentence = N_("write {line} into {file} (or set VOPT_PUBLIC_ADDRESS), then start `vopt up` again")
        tell("  " + words().say(sentence, line=address, file=str(settings)))
    tell(f"  cloudflared tunnel --config {file} run")
