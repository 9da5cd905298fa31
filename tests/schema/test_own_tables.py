"""Heads are known in both languages, and text that a spreadsheet would run is made harmless and comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.imports.columns import guessed
from vopt_lib.schema.own_tables import FIELDS, guarded, head_word, is_formula, unguarded

ITALIAN = {
    **{"title": "Titolo", "description": "Descrizione", "brand": "Marca", "size": "Taglia", "condition": "Condizioni"},
    **{"category": "Categoria", "colour": "Colore", "second_colour": "Secondo colore", "material": "Materiale"},
    **{"state": "Stato", "price": "Prezzo richiesto", "currency": "Valuta", "quantity": "Quantità", "sku": "Codice"},
    **{"place": "Posto", "cost": "Costo", "bought_on": "Comprato il", "tags": "Etichette", "url": "Link"},
    **{"parcel_size": "Misura del pacco", "listed_at": "Pubblicato il", "sold_at": "Venduto il"},
    **{"completed_at": "Concluso il", "received": "Incassato", "paid": "Pagato dall’acquirente", "fee": "Commissione"},
    **{"shipping": "Spedizione", "listing_number": "Numero annuncio", "transaction": "Numero ordine"},
    **{"buyer": "Acquirente", "views": "Visualizzazioni", "favourites": "Preferiti"},
}


def test_the_heads_of_our_own_exports_are_known_in_both_languages() -> None:
    assert guessed([field.title for field in FIELDS.values()], ()) == {
        name: field.title for name, field in FIELDS.items()
    }
    assert guessed(list(ITALIAN.values()), ()) == ITALIAN


def test_no_head_means_two_fields() -> None:
    heads = [head for field in FIELDS.values() for head in field.heads]
    assert sorted(set(heads)) == sorted(heads)
    assert [head for head in heads if head_word(head) != head] == []


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+39 333", "-20 %", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '"=1', "'=1", "''=1"),
        *("＝1+1", "＋1", "－1", "＠x", "\N{ZERO WIDTH SPACE}=1", "\N{NO-BREAK SPACE}=1", "\N{BYTE ORDER MARK}=1"),
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Abito", "a=1", "(=1)", "'90", "1-2", "è=", "–10"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("='\" +-@\t＝a"), max_size=6))
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not is_formula(guarded(text).lstrip("'\" ")) or guarded(text).startswith("'")
