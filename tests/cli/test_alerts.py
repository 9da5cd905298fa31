"""`vopt alerts` as a person uses it: what lasts, putting it aside, and whether it would reach her."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Vopt
from tests.desk.receivers import SmtpServer, receiving_mail, running_ntfy
from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.ports import free_port
from vopt_lib.schema.alerts import Alert


def test_what_lasts_is_listed_with_its_next_step_and_put_aside(vopt: Vopt) -> None:
    desk = open_desk()
    raise_alert(desk, Alert("flow:collect", "bad", "Collecting failed.", "Look at [its] log.\x1b[31m"))
    raise_alert(desk, Alert("b", "warn", "Over."))
    end_alert(desk, "b")
    told = vopt("alerts", "list")
    place = told.lines.index("Collecting failed.")
    assert told.lines[place + 1] == "  Look at [its] log.\ufffd[31m"
    assert told.lines[place + 2].startswith("  urgent, since ")
    assert told.lines[told.lines.index("Over.") + 1].startswith("  over since ")
    assert vopt("alerts", "seen").out.endswith(" put aside.\n")
    assert vopt("alerts", "seen").out == "0 alerts put aside.\n"
    assert vopt("alerts", "list").lines[place + 2].endswith(", put aside")


def test_a_trial_goes_everywhere_and_what_failed_is_a_sentence(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    assert vopt("alerts", "test").out.startswith("Nothing is set yet. Set VOPT_ALERT_TO ")
    with running_ntfy() as ntfy, receiving_mail(SmtpServer()) as server:
        nobody = f"ntfy://127.0.0.1:{free_port(0)}/geheim"
        environment.setenv("VOPT_ALERT_TO", f"ntfy://127.0.0.1:{ntfy.port}/thema {nobody}")
        for name, value in {"HOST": "localhost", "PORT": str(server.port), "SECURITY": "none", "TO": "a@b.it"}.items():
            environment.setenv(f"VOPT_ALERT_SMTP_{name}", value)
        told = vopt("alerts", "test")
    assert told.lines == [
        "e-mail (localhost): the trial was sent. Look whether it arrived.",
        "ntfy: the trial was sent. Look whether it arrived.",
    ]
    assert (told.status, told.err) == (
        1, "Alerts do not reach ntfy (2): no connection. `vopt alerts test` tries again.\n",
    )  # fmt: skip
    assert (ntfy.got[0]["title"], server.mails[0]["Subject"]) == ("vopt: a trial", "vopt: a trial")
    assert "geheim" not in told.out + told.err
    listed = vopt("alerts", "list")
    assert "Alerts do not reach ntfy (2): no connection. `vopt alerts test` tries again." in listed.lines


def test_a_secret_that_is_refused_is_not_shown(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_ALERT_SMTP_PORT", "0")
    environment.setenv("VOPT_ALERT_TO", "ntfy://geheim@host/x")
    told = vopt("alerts", "list")
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "geheim" not in told.err
