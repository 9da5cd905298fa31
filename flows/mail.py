"""This is where the household's mailboxes are read under Prefect, every hour of the day."""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.scheduled import scheduled
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.mail_round import read_mailboxes
from vopt_lib.words import Words


@task(name="read mailboxes")
def mail_task() -> None:
    """Take in what is new in every mailbox that was set; one that cannot be read is told, and stops no other."""
    desk, log = open_desk(), get_run_logger()
    words = Words(desk.settings.language or "en")
    for one in read_mailboxes(desk):
        (log.warning if one.error else log.info)(one.said(words))


@scheduled("mail")
def mail() -> None:
    """Take in Vinted's e-mails of every mailbox that was set."""
    mail_task()
