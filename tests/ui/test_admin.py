"""How Administration is drawn: what needs somebody comes first, and what strangers wrote stays words."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.html import fragment_fromstring

from vopt_lib.schema.admin_page import AdminMoment, AdminPage, BackupFile, MarketState, Storage, Stored
from vopt_lib.schema.health import Check
from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.searches import Told
from vopt_lib.schema.signing_in import OpenSession, Where
from vopt_lib.ui import admin
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.markup import Markup
from vopt_lib.words import Words

WORDS = Words("en")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
ANNA = OwnPerson(1, "Anna <b>", "admin", None, False, (), 3, 1)
SESSION = OpenSession(4, 1, "Anna", AT, AT, AT, Where("10.0.0.2", "<script>alert(1)</script>"))
PAGE = AdminPage(
    (ANNA,),
    1,
    (SESSION,),
    "http://127.0.0.1:4200",
    (MarketState("it", "vinted.it", False, True, AT, "<i>challenge</i>"),),
    (BackupFile("vopt-backup-1.tar", 2_500_000, AT),),
    False,
    {"qwen <u>": 1200},
    (),
    {"person 1": (("invite", "Invitation link"),), "session 4": (("end", "End"),), "backup": (("back-up", "Back up"),)},
)


def text(html: Markup) -> str:
    return " ".join(fragment_fromstring(html, create_parent=True).text_content().split())


def test_what_is_bad_comes_before_what_is_well() -> None:
    found = [Check("lake", "good", "Fine."), Check("odd", "warn", "Hm."), Check("disk", "bad", "Full.", "Make room.")]
    told = text(admin.health_shown(found, WORDS))
    assert told == "How vopt is DiskFull.Make room. oddHm. Market dataFine."


def test_each_has_her_sessions_and_their_buttons() -> None:
    held = buttons(PAGE.acts, lambda act, thing: None)
    drawn = admin.people_shown(PAGE, held, WORDS)
    assert "<script>" not in drawn
    assert "Anna <b> (you)" in text(drawn)
    assert "<script>alert(1)</script>seen 12 Nov 2026" in text(drawn)
    assert len(held.elements) == 3


def test_a_link_is_shown_with_its_answer() -> None:
    shown = admin.told_shown(AdminMoment(Told("Copy it now.", "good"), "http://127.0.0.1:8420/invitation/x<y"))
    assert shown is not None
    assert "Copy it now." in text(shown)
    assert "invitation/x&lt;y" in shown
    assert admin.told_shown(AdminMoment()) is None


def test_a_rest_says_until_when_and_why() -> None:
    held = buttons(PAGE.acts, lambda act, thing: None)
    drawn = admin.kept_safe(PAGE, held, WORDS)
    assert "because the site showed: <i>challenge</i>." in text(drawn)
    assert "qwen <u>: 1,200 tokens" in text(drawn)
    assert "2.5 MB" in text(drawn)


def test_what_takes_most_room_is_in_sight_and_the_rest_is_folded() -> None:
    parts = tuple(Stored(f"table_{n}", 10**9 - n, 1, "for ever") for n in range(10))
    drawn = fragment_fromstring(admin.storage_shown(Storage(parts, 5 * 10**9, 10**10), WORDS), create_parent=True)
    assert "10.0 GB in all; 5.0 GB of 10.0 GB are free" in drawn.text_content()
    assert len(drawn.xpath("//details//tbody/tr")) == 2
