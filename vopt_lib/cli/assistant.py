"""This is where `vopt assistant` is: how the language models are, how to fetch one, and a word with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import console, harmless, say, tell, tell_error, words
from vopt_lib.errors import ModelMissing
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.schema.assistant import Attempt, BackendState, Fetched, WantedModel
    from vopt_lib.schema.own_assistant import UseSum

assistant_app = family(N_("Look after the language models that vopt asks: status, pull, ask, usage."))


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(assistant_app, name="assistant")


@assistant_app.command("status", cls=Command, help=N_("Tell how the language models are, and which are missing."))
def status(as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False) -> None:
    """Print each backend that is set: whether it answers, and the models that vopt would ask. Exit 1: none answers."""
    from vopt_lib.desk.assistant import backend_states
    from vopt_lib.desk.instance import open_desk

    states = backend_states(open_desk())
    if as_json:
        sys.stdout.write(json.dumps([_plain(one) for one in states], indent=2, ensure_ascii=False) + "\n")
    else:
        for one in states:
            _tell(one)
        if not states:
            say(N_("No language model is set: vopt does without."))
    if not any(one.trouble is None for one in states):
        raise typer.Exit(1)


@assistant_app.command("pull", cls=Command, help=N_("Let Ollama fetch a model, else those that are missing."))
def pull(
    model: Annotated[str | None, typer.Argument(metavar=N_("MODEL"), help=N_("Its name at Ollama."))] = None,
) -> None:
    """Fetch models, saying how far each is."""
    from vopt_lib.desk.assistant import pull_models
    from vopt_lib.desk.instance import open_desk

    done: dict[str, Fetched] = {}
    with console().status("") as live:
        for name, step in pull_models(open_desk(), model):
            live.update(_progress(name, step))
            done[name] = step
    for name in done:
        say(N_("{model} is there."), model=name)
    if not done:
        say(N_("Nothing to fetch: every model that vopt would ask is there."))


@assistant_app.command("ask", cls=Command, help=N_("Ask the model that writes, to try it."))
def ask(question: Annotated[str, typer.Argument(metavar=N_("QUESTION"), help=N_("In your words."))]) -> None:
    """Print its answer as it is written, and who gave it after how long."""
    from vopt_lib.desk.assistant import asked
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.errors import NobodyAnswered

    writing = _Writing()
    try:
        attempts = asked(open_desk(), question, writing.show)
    except NobodyAnswered as error:
        writing.end()
        _tell_failed(cast("tuple[Attempt, ...]", error.facts["attempts"]))
        raise
    writing.end()
    _tell_failed(attempts[:-1])
    by = attempts[-1]
    told = {"model": by.model, "backend": by.backend, "seconds": words().number(by.seconds, 1)}
    say(N_("{model} of {backend}, in {seconds} s."), **told)


@assistant_app.command("usage", cls=Command, help=N_("Tell what language models were asked for whom, and the cost."))
def usage(
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help=N_("So many days, today included."))] = 30,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what each person used of each model, and what the owner may still use today."""
    from vopt_lib.desk.assistant_use import owners_usage
    from vopt_lib.desk.instance import open_desk

    used, left = owners_usage(open_desk(), days)
    if as_json:
        plain = {"allowance": vars(left), "used": [vars(one) for one in used.sums]}
        sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    for one in used.sums:
        _tell_used(one)
    if not used.sums:
        say(N_("No language model was asked in these days."))
    say(N_("Left for you today: {left} of {n} tokens."), left=left.tokens_left, n=left.tokens_a_day)


def _tell_used(one: UseSum) -> None:
    """Two lines: who and which model; how much."""
    tell(f"{one.person or words().say(N_('erased'))}: {one.model}, {one.backend}")
    told = [
        words().count(N_("{n} answer"), N_("{n} answers"), one.answers),
        words().count(N_("{n} in vain"), N_("{n} in vain"), one.failures),
        words().count(N_("{n} token"), N_("{n} tokens"), one.tokens),
        words().say(N_("{seconds} s"), seconds=words().number(one.seconds)),
    ]
    if one.unpriced < one.answers + one.failures:
        told.append(words().money(one.cost, digits=4))
    if one.unpriced:
        n = one.unpriced
        told.append(words().count(N_("{n} request without a known price"), N_("{n} requests without a known price"), n))
    tell("  " + ", ".join(told))


@dataclass
class _Writing:
    """An answer on the terminal while it is written; whoever begins anew begins on a line of his own."""

    shown: str = ""

    def show(self, text: str) -> None:
        if not text.startswith(self.shown):
            self.end()
        sys.stdout.write(harmless(text[len(self.shown) :]))
        sys.stdout.flush()
        self.shown = text

    def end(self) -> None:
        if self.shown:
            sys.stdout.write("\n")
        self.shown = ""


def _tell_failed(attempts: Sequence[Attempt]) -> None:
    for one in attempts:
        if one.error is not None:
            tell_error(one.error)


def _tell(state: BackendState) -> None:
    tell(f"{state.name}, {state.url}")
    if state.trouble is not None:
        tell(f"  {words().error(state.trouble)}")
        return
    for one in state.wanted:
        tell(f"  {words().say(one.label)}: {_here(one, state)}")


def _here(wanted: WantedModel, state: BackendState) -> str:
    if wanted.here is None:
        return f"{wanted.name} – {words().error(ModelMissing(backend=state.name, model=wanted.name))}"
    size = wanted.here.size
    return wanted.here.name if size is None else f"{wanted.here.name} ({words().number(size / 1e9, 1)} GB)"


def _progress(name: str, step: Fetched) -> str:
    share = f" {words().percent(step.here / step.of)}" if step.of and step.here is not None else ""
    return harmless(f"{name}: {step.what}{share}")


def _plain(state: BackendState) -> dict[str, object]:
    """The same for programs."""
    return {
        "backend": state.name,
        "url": state.url,
        "trouble": str(state.trouble) if state.trouble else None,
        "models": [{"job": one.job, "model": one.name, "is_here": one.here is not None} for one in state.wanted],
    }
