"""What Apprise reaches: plain text arrives, and an address that opens something is seen nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tests.desk.receivers import Ntfy, running_ntfy
from tests.desk.shop.clocks import NOW
from vopt_lib.desk.alert_channels import AppriseChannel, channels_of
from vopt_lib.desk.alert_message import Message
from vopt_lib.desk.ports import free_port
from vopt_lib.errors import AlertNotSent
from vopt_lib.settings import load_settings

MESSAGE = Message("vopt: *una* <b>cosa</b>", "Città <b>&amp; [x](https://evil.example)\n\n- due :bomb: \\n", "bad", NOW)
SECRET = "tk_geheimes_Wort"


@pytest.fixture
def ntfy() -> Iterator[Ntfy]:
    with running_ntfy() as running:
        yield running


def address_of(port: int) -> str:
    return f"ntfy://{SECRET}@127.0.0.1:{port}/topic?auth=token"


def only(address: str) -> AppriseChannel:
    return AppriseChannel(SecretStr(address), "ntfy")


def test_a_message_arrives_as_it_is_and_opens_with_its_token(ntfy: Ntfy) -> None:
    only(address_of(ntfy.port)).send(MESSAGE)
    assert [(one["topic"], one["title"], one["message"].strip()) for one in ntfy.got] == [
        ("topic", MESSAGE.subject, MESSAGE.text.strip())
    ]
    assert ntfy.authorizations == [f"Bearer {SECRET}"]


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "refuses the name, password or token"), (404, "knows nobody"), (429, "too many"), (500, "did not take")],
)
def test_why_it_did_not_arrive_is_told_and_its_token_is_in_no_log(
    ntfy: Ntfy, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], status: int, told: str
) -> None:
    ntfy.status = status
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AlertNotSent, match=told) as caught:
        only(address_of(ntfy.port)).send(MESSAGE)
    assert SECRET not in f"{caught.value} {caught.value.facts} {caplog.text} {capfd.readouterr()}"
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    ("address", "told"),
    [("ntfy://127.0.0.1:{port}/topic", "no connection"), (f"nothing://{SECRET}", "no address that Apprise knows")],
    ids=["nobody there", "unknown"],
)
def test_an_address_where_nobody_is_and_one_that_is_none(address: str, told: str) -> None:
    with pytest.raises(AlertNotSent, match=told) as caught:
        only(address.format(port=free_port(0))).send(MESSAGE)
    assert SECRET not in f"{caught.value} {caught.value.facts}"


def test_logging_is_as_before_when_it_has_sent(ntfy: Ntfy) -> None:
    logger = logging.getLogger("urllib3")
    before = (logger.propagate, list(logger.handlers))
    only(address_of(ntfy.port)).send(MESSAGE)
    assert (logger.propagate, list(logger.handlers)) == before


def test_channels_are_named_without_what_is_secret_in_them() -> None:
    settings = load_settings(
        alert_to=f" ntfy://{SECRET}  tgram://1:{SECRET}/2 ntfy://b ntfy://b {SECRET}",
        alert_smtp_host="mail.example.org",
    )
    channels = channels_of(settings)
    assert [one.name for one in channels] == ["e-mail (mail.example.org)", "ntfy", "tgram", "ntfy (2)", "?"]
    assert len({one.id for one in channels}) == 5
    assert SECRET not in repr(channels)
    assert channels_of(load_settings()) == []
