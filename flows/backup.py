"""This is where everything is copied into one file under Prefect, every week."""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.scheduled import scheduled
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.weekly_backup import back_up_weekly
from vopt_lib.words import N_, Words


@task(name="back up")
def backup_task() -> None:
    """Copy everything; the oldest copies that this made leave."""
    desk = open_desk()
    done, words = back_up_weekly(desk), Words(desk.settings.language or "en")
    told = N_("Everything was copied into {file}, {megabytes} MB.")
    get_run_logger().info(words.say(told, file=str(done.file), megabytes=words.number(done.bytes / 1e6, 1)))


@scheduled("backup")
def backup() -> None:
    """Copy everything into a new file of data/backups."""
    backup_task()
