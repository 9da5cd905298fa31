"""This is where help pages are drawn: calm plain text in her language, no wider than her terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from vopt_lib.cli.speech import complain, words
from vopt_lib.words import N_

WIDEST = 100
LEFT_COLUMN = 28
# In the order in which a newcomer needs them.
_AS_MET = (
    *(
        "demo",
        "up",
        "down",
        "serve",
        "logs",
        "prefect",
        "consent",
        "follow",
        "collect",
        "recheck",
        "status",
        "price",
        "sql",
        "train",
        "models",
    ),
    *(
        "alerts",
        "import",
        "mailbox",
        "shop",
        "photos",
        "draft",
        "phone",
        "embed",
        "similar",
        "duplicates",
        "assistant",
        "package",
        "labels",
        "export",
        "publish",
        "people",
        "ingest",
    ),
    *("refine", "tidy", "backup", "restore", "service", "tunnel", "doctor", "simulate", "evaluate"),
)
INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


# Typer takes its pages from the class of a command: these two only replace the drawing.
class Command(TyperCommand):
    """A command with a help page of ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        formatter.write(help_page(self, ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C ends it with a sentence."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain(words().say(N_("Stopped. What was done before stays; the next run goes on from there.")))
            raise typer.Exit(INTERRUPTED) from None


class CommandGroup(TyperGroup):
    """A family of commands with a help page of ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        formatter.write(help_page(self, ctx))


def family(purpose: str) -> typer.Typer:
    """An empty family of commands, `vopt NAME …`, that shows its help when no command is named."""
    return typer.Typer(cls=CommandGroup, help=purpose, no_args_is_help=True, rich_markup_mode=None)


def help_page(command: Any, ctx: Any) -> str:
    """What a command does, how it is written, and what may be added to it."""
    say = words().say
    width = min(shutil.get_terminal_size().columns, WIDEST)
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    lines = [usage(command, ctx), "", *textwrap.wrap(say(command.help or ""), width), ""]
    lines += _columns([(_placeholder(param), say(param.help or "")) for param in arguments], width)
    if isinstance(command, TyperGroup):
        lines += [say(N_("Commands:")), *_columns(_commands(command), width)]
    rows = [(_flags(param), _told(param)) for param in options]
    lines += [say(N_("Options:")), *_columns([*rows, ("-h, --help", say(N_("Show this help and end.")))], width)]
    if command.epilog:
        lines += textwrap.wrap(say(command.epilog), width)
    return "\n".join(lines).strip("\n") + "\n"


def usage(command: Any, ctx: Any) -> str:
    """How a command is written: vopt sql QUERY [options]."""
    say = words().say
    pieces = [say(N_("COMMAND"))] if isinstance(command, TyperGroup) else []
    pieces += [
        _placeholder(param) if param.required else f"[{_placeholder(param)}]"
        for param in command.params
        if param.param_type_name == "argument"
    ]
    return " ".join([ctx.command_path, *pieces, say(N_("[options]"))])


def _commands(group: TyperGroup) -> list[tuple[str, str]]:
    shown = [(name, words().say(command.help or "")) for name, command in group.commands.items() if not command.hidden]
    return sorted(shown, key=lambda row: _AS_MET.index(row[0]) if row[0] in _AS_MET else len(_AS_MET))


def _placeholder(param: Any) -> str:
    """What stands for a value on the page: FILE…"""
    several = "…" if param.nargs == -1 else ""
    return words().say(param.metavar or param.name.upper()) + several


def _flags(param: Any) -> str:
    names = ", ".join([*param.opts, *param.secondary_opts])
    return names if param.is_flag else f"{names} {_placeholder(param)}"


def _told(param: Any) -> str:
    """Its help, and what is taken where nothing is said."""
    told, default = words().say(param.help or ""), param.default
    if default in (None, True, False, ()) or callable(default):
        return told
    shown = default.value if isinstance(default, Enum) else default
    return told + " " + words().say(N_("(otherwise {value})"), value=str(shown))


def _columns(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Names on the left, what they mean on the right; an empty line at the end."""
    if not rows:
        return []
    left = min(max(len(name) for name, _ in rows), LEFT_COLUMN) + 2
    return [*(line for name, told in rows for line in _row(name, told, left, width)), ""]


def _row(name: str, told: str, left: int, width: int) -> Iterable[str]:
    first, *rest = textwrap.wrap(told, max(width - left - 2, 20)) or [""]
    if len(name) >= left:
        yield "  " + name
        yield " " * (left + 2) + first
    else:
        yield "  " + name.ljust(left) + first
    for line in rest:
        yield " " * (left + 2) + line


def usage_error(error: typer.TyperException) -> str:
    """A mistyped command as sentences: what is wrong with it, and where the right way stands."""
    ctx: Any = getattr(error, "ctx", None)
    told = _wrong(error, ctx)
    if ctx is None:
        return told
    return told + " " + words().say(N_("`{command} --help` shows how it is written."), command=ctx.command_path)


def _wrong(error: Any, ctx: Any) -> str:
    # By name, because Typer keeps these classes to itself.
    say = words().say
    match type(error).__name__:
        case "MissingParameter":
            return say(N_("`{command}` needs {what}."), command=ctx.command_path, what=_placeholder(error.param))
        case "NoSuchOption":
            near = ", ".join(error.possibilities or ())
            known = " " + say(N_("Did you mean {near}?"), near=near) if near else ""
            return say(N_("There is no option {option} here."), option=error.option_name) + known
        case "BadOptionUsage":
            return say(N_("The option {option} is not used like that."), option=error.option_name)
        case "BadParameter" if error.param is not None:
            return _wrong_value(error)
        case "BadParameter":
            return str(error.message)
        case _ if isinstance(ctx.command if ctx else None, TyperGroup):
            return _wrong_command(ctx)
    return say(N_("This has more words than `{command}` takes. Put what belongs together in quotes."),
               command=ctx.command_path if ctx else "vopt")  # fmt: skip


def _wrong_command(ctx: Any) -> str:
    """No command, or none of that name: the names there are."""
    known = ", ".join(ctx.command.commands)
    return words().say(N_("`{command}` needs one of these: {known}."), command=ctx.command_path, known=known)


def _wrong_value(error: Any) -> str:
    from vopt_lib.settings import why_refused

    say, param = words().say, error.param
    name = param.opts[0] if param.param_type_name == "option" else _placeholder(param)
    refused = error.__cause__.errors()[0] if hasattr(error.__cause__, "errors") else {}
    value, kind = refused.get("input", ""), str(refused.get("type", ""))
    if kind.startswith(("datetime", "date")):
        return say(
            N_("{name} cannot be “{value}”: write a date and time such as 2026-09-19T10:00."), name=name, value=value
        )
    if choices := getattr(param.type_descriptor, "choices", None):
        known = ", ".join(str(choice.value) for choice in choices)
        return say(N_("{name} cannot be “{value}”. Choose one of these: {known}."), name=name, value=value, known=known)
    return say(N_("{name} cannot be {value}: {why}."), **{**why_refused(refused), "name": name, "value": f"“{value}”"})
