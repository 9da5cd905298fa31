"""This is where the page of searches learns what happens now, and what was just done."""

from __future__ import annotations

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.progress import Progress, progress_of, told_last, told_now
from vopt_lib.desk.watched import may_collect
from vopt_lib.schema.searches import Act, News, Told
from vopt_lib.words import N_, Words


def news(desk: Desk, words: Words, told: Told | None, *, may_change: bool) -> News:
    """What happens now, after `told` was answered to what she pressed last; else how the last collecting ended."""
    progress = progress_of(desk)
    now = told_now(progress, words)
    lines = [told] if told else [*told_last(progress, words, desk.clock.now())]
    if now is not None and not progress.is_moving:
        lines.append(now)
    return News(
        lines=tuple(lines),
        moving=(now.text, progress.share) if now is not None and progress.is_moving else None,
        mark=progress.mark,
        acts=_acts(progress, told, words) if may_change and may_collect(desk) else {},
    )


def _acts(progress: Progress, told: Told | None, words: Words) -> dict[str, tuple[Act, ...]]:
    if progress.state == "stopped":
        return {"": (("go-on", words.say(N_("Go on"))),)}
    if told is not None and told.offers and not progress.is_moving:
        return {told.offers: (("collect", words.say(N_("Collect it now"))),)}
    return {}
