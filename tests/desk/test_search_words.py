"""Italian words for things become English; what is not known stays."""

from __future__ import annotations

import pytest

from vopt_lib.desk.search_words import in_english


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("giacca di jeans blu", "jacket denim blue"),
        ("Giacche di jeans rosse", "jacket denim red"),
        ("Borse a tracolla nere in pelle", "crossbody bag black leather"),
        ("scarpe con il tacco", "shoes high heel"),
        ("pantaloni della tuta grigi", "jogging bottoms grey"),
        ("felpa Nike bianca", "sweatshirt nike white"),
        ("blue denim jacket", "blue denim jacket"),
        ("Levi's 501", "Levi's 501"),
        ("", ""),
    ],
)
def test_words_that_are_known_become_english(said: str, english: str) -> None:
    assert in_english(said) == english
