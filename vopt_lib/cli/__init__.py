"""This is where the commands are: `vopt …`. Each is one call into the desk; this package stays light to import."""

from vopt_lib.cli.app import main

__all__ = ["main"]
