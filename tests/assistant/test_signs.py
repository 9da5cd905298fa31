"""A disguised word is brought to plain signs, and what no listing holds goes."""

from __future__ import annotations

import pytest

from vopt_lib.assistant.signs import listed, plain
from vopt_lib.schema.listing_text import MOST_HASHTAGS, ListingText


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ğυ\u200bссі", "Gucci"),
        ("Ｇｕｃｃｉ ٣", "Gucci 3"),
        ("𝐆𝐮𝐜𝐜𝐢", "Gucci"),
        ("Größe, Hermès, cœur", "Grosse, Hermes, coeur"),
    ],
)
def test_signs_are_made_plain(written: str, read: str) -> None:
    assert plain(written).text == read


def test_it_is_known_where_a_plain_sign_stood() -> None:
    found = plain("la Größe\u200b XL")
    start = found.text.index("Grosse")
    assert found.as_it_stood(start, start + 6) == "Größe"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("**Bella** giacca, `blu`", "Bella giacca, blu"),
        ("# Titolo\n- una riga", "Titolo\nuna riga"),
        ("Vedi [qui](https://example.com/a) ora", "Vedi qui ora"),
        ("<b>Bella</b><script>x()</script> giacca", "Bella giacca"),
        ("Scrivi a anna.rossi@example.com, grazie", "Scrivi a, grazie"),
        ("Su www.example.com o https://example.com/x", "Su o"),
        ("Chiama +39 333 123 4567 oggi", "Chiama oggi"),
        ("Chiama 333 1234567 oggi", "Chiama oggi"),
        ("petto 52 cm, lunghezza 60,5 cm", "petto 52 cm, lunghezza 60,5 cm"),
        ("a\u202eb\x07c\u200bd", "abcd"),
        ("Una riga\n\n\n\nun'altra", "Una riga\n\nun'altra"),
    ],
)
def test_marks_contacts_and_turning_signs_go(written: str, kept: str) -> None:
    assert listed(ListingText("Giacca", written)).description == kept


def test_hashtags_are_single_words_each_once_and_not_too_many() -> None:
    tags = ("#giacca", "giacca", "blu notte", "", "#", *(f"tag{n}" for n in range(20)))
    found = listed(ListingText("a", "b", tags)).hashtags
    assert found[:3] == ("giacca", "blunotte", "tag0")
    assert len(found) == MOST_HASHTAGS
