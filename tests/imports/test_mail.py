"""What Vinted's e-mails tell, and which are not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.mails import COMPLETED_ES, COMPLETED_PT, GOOD, LABEL, LABEL_ES, MAIL_SERVER, SOLD_IT, mail
from vopt_lib.imports.mail import LARGEST_MAIL, REASONS, read_mail, read_mails
from vopt_lib.schema.own_mails import DoubtfulMail, MailKind, OwnMail


def read(raw: bytes) -> OwnMail:
    found = read_mail(raw, mail_server=MAIL_SERVER)
    assert isinstance(found, OwnMail), found
    return found


def doubt(raw: bytes, *, mail_server: str | None = MAIL_SERVER) -> str:
    found = read_mail(raw, mail_server=mail_server)
    assert isinstance(found, DoubtfulMail), found
    assert found.reason in REASONS
    return found.reason


@pytest.mark.parametrize("html", [False, True], ids=["plain", "html"])
def test_a_sale_tells_who_bought_what_for_how_much(html: bool) -> None:
    assert read(mail("Hai venduto un articolo su Vinted", SOLD_IT, html=html)) == OwnMail(
        MailKind.SOLD,
        "<m1@vinted.it>",
        datetime(2026, 11, 9, 17, 31, tzinfo=UTC),
        title="Abito 12.50 Zara nero",
        things=1,
        buyer="luisa88",
        price=Decimal("24.00"),
    )


def test_a_bundle_tells_how_many_things_it_holds() -> None:
    found = read(
        mail("Hai venduto un articolo su Vinted", SOLD_IT.replace("Abito 12.50 Zara nero", "Set di 3 articoli"))
    )
    assert (found.title, found.things) == ("Set di 3 articoli", 3)


@pytest.mark.parametrize(
    ("subject", "text", "transaction", "received"),
    [
        ("La transacción se ha completado", COMPLETED_ES, "16606466410", Decimal("24.00")),
        ("Este pedido está concluído", COMPLETED_PT, "16606466411", Decimal("10.00")),
    ],
)
def test_a_completion_tells_what_was_paid_out(subject: str, text: str, transaction: str, received: Decimal) -> None:
    found = read(mail(subject, text, sender="noreply@vinted.es", results=(GOOD.replace("vinted.it", "vinted.es"),)))
    assert (found.kind, found.transaction, found.received, found.currency) == (
        MailKind.COMPLETED,
        transaction,
        received,
        "EUR",
    )
    assert found.completed_at == datetime(2026, 11, 9, 17, 30, tzinfo=UTC)


def test_shipping_is_told_apart_from_what_is_hers() -> None:
    found = read(mail("La transacción se ha completado", COMPLETED_ES))
    assert (found.price, found.shipping) == (Decimal("24.00"), Decimal("2.99"))


def test_a_label_tells_until_when_to_send_and_comes_with_its_file() -> None:
    found = read(mail("Etiqueta de envío para Abito nero", LABEL_ES, pdf="Vinted-Label-16606466410.pdf"))
    assert (found.title, found.transaction, found.tracking) == ("Abito nero", "16606466410", "ES1234567890")
    assert found.send_by == datetime(2026, 11, 14, 22, 59, tzinfo=UTC)
    assert found.label
    assert (found.label.name, found.label.content) == ("Vinted-Label-16606466410.pdf", LABEL)


@pytest.mark.parametrize(
    ("subject", "pdf", "title", "transaction"),
    [
        ("Abito nero etichetta di spedizione", "label.pdf", "Abito nero", None),
        ("Abito nero etichetta digitale", "", "Abito nero", None),
        (
            "Bordereau d'envoi Vinted - à utiliser avant le 14/11",
            "Bordereau-Vinted-16606466412.pdf",
            None,
            "16606466412",
        ),
    ],
)
def test_labels_of_every_country(subject: str, pdf: str, title: str | None, transaction: str | None) -> None:
    found = read(mail(subject, pdf=pdf))
    assert (found.kind, found.title, found.transaction) == (MailKind.LABEL, title, transaction)


def test_a_pdf_that_is_none_is_no_label() -> None:
    raw = mail("Abito nero etichetta", pdf="x.pdf").replace(b"JVBERi0xLjcKbGFiZWw=", b"PHNjcmlwdD4=")
    assert read(raw).label is None


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@vinted.it.evil.com",
        '"no-reply@vinted.it" <me@evil.com>',
        "no-reply@evil-vinted.it",
        "service@vinted.it",
        "no-reply@vinted.cc",
        "no-reply@vinted.it, me@evil.com",
        "",
    ],
)
def test_mails_of_others_are_none_of_ours(sender: str) -> None:
    assert read_mail(mail("Hai venduto un articolo su Vinted", SOLD_IT, sender=sender), mail_server=MAIL_SERVER) is None


@pytest.mark.parametrize(
    "results",
    [
        (),
        ("mx.evil.com; dkim=pass header.d=vinted.it",),
        ("mx.evil.com; dkim=fail", GOOD),
        (f"{MAIL_SERVER}; dkim=fail header.d=vinted.it",),
        (f"{MAIL_SERVER}; dkim=pass header.d=vinted.it.evil.com",),
        (f"{MAIL_SERVER}; dkim=pass header.d=evilvinted.it",),
        (f"{MAIL_SERVER}; dkim=pass header.d=vinted.cc",),
        (f"{MAIL_SERVER}; spf=pass smtp.mailfrom=vinted.it; dkim=none",),
    ],
    ids=["none", "another server's", "forged below", "failed", "longer", "like it", "other ending", "not signed"],
)
def test_what_nobody_proved_waits_for_her(results: tuple[str, ...]) -> None:
    assert doubt(mail("Hai venduto un articolo su Vinted", SOLD_IT, results=results)) == "not_proven"


def test_without_a_mail_server_named_nothing_is_believed() -> None:
    assert doubt(mail("Hai venduto un articolo su Vinted", SOLD_IT), mail_server=None) == "not_proven"


def test_an_unknown_kind_and_a_sale_that_does_not_say_enough_wait_for_her() -> None:
    assert doubt(mail("Novità per te", "Scopri")) == "unknown"
    assert doubt(mail("Hai venduto un articolo su Vinted", "Ciao")) == "incomplete"
    assert doubt(mail("La transacción se ha completado", "Gracias")) == "incomplete"


def test_a_mail_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.eml"
    file.write_bytes(mail("Hai venduto un articolo su Vinted", SOLD_IT) + b"x" * 2 * LARGEST_MAIL)
    (found,) = read_mails(file, mail_server=MAIL_SERVER)
    assert isinstance(found, DoubtfulMail)
    assert found.reason == "too_large"


def test_an_mbox_is_read_mail_by_mail(tmp_path: Path) -> None:
    file = tmp_path / "all.mbox"
    mails = [
        mail("Hai venduto un articolo su Vinted", SOLD_IT),
        mail("Ciao", sender="zia@example.it"),
        mail("Novità"),
    ]
    file.write_bytes(b"".join(b"From x Mon Nov  9 18:31:00 2026\n" + one + b"\n" for one in mails))
    kinds = [type(found) for found in read_mails(file, mail_server=MAIL_SERVER)]
    assert kinds == [OwnMail, DoubtfulMail]


@given(st.binary(max_size=2_000), st.text(max_size=300))
def test_no_mail_breaks_the_reader(raw: bytes, text: str) -> None:
    for wild in (raw, mail("Hai venduto un articolo su Vinted", text.replace("\x00", "")) + raw):
        read_mail(wild, mail_server=MAIL_SERVER)
