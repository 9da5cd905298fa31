"""What a person types about a thing, in two languages, with and without quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk.facts_typed import NAMES, SHOWN, facts_of, facts_of_lines
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import NotAFact, UnknownFact, UnknownTerm
from vopt_lib.schema.listing_text import Facts


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ("brand=Levi's,size=M", Facts(brand="Levi's", size="M")),
        ("marca = 'Dolce & Gabbana' , taglia = 42", Facts(brand="Dolce & Gabbana", size="42")),
        ('difetti="macchia, un buco = piccolo",cura=a mano', Facts(flaws="macchia, un buco = piccolo", care="a mano")),
        ("misure=60 cm, 45 cm, taglia=M", Facts(measurements="60 cm, 45 cm", size="M")),
        ("materiale=80% cotone, 20% lino", Facts(material="80% cotone, 20% lino")),
        ("Condizioni=ottime", Facts(condition_id=2)),
        ("condition=New with tags", Facts(condition_id=6)),
        ("condition=6", Facts(condition_id=6)),
        ("colore=nero e bianco", Facts(colours=("Nero", "Bianco"))),
        ("colour=light blue", Facts(colours=("Azzurro",))),
        ("colori=bianca/rosse", Facts(colours=("Bianco", "Rosso"))),
        ("fantasia=a righe", Facts(pattern="stripes")),
        ("categoria=Giubbotti di jeans", Facts(catalog_id=9000019)),
        ("category=denim jacket", Facts(catalog_id=9000019)),
        ("catalogo=1904", Facts(catalog_id=1904)),
        ("vestibilità=ampia; note=di mia zia", Facts(fit="ampia", notes="di mia zia")),
        ("brand=,size=S", Facts(size="S")),
        ("brand=A,marca=B", Facts(brand="B")),
        ("", Facts()),
    ],
)
def test_facts_are_understood_as_people_type_them(desk: Desk, told: str, facts: Facts) -> None:
    assert facts_of(desk, [told]) == facts


def test_a_file_tells_a_fact_a_line(desk: Desk) -> None:
    text = '\ufeff# la giacca di Anna\nmarca: Levi\'s\n\ntaglia=M\r\ndifetti = "macchia, sulla manica"\n'
    assert facts_of_lines(desk, text) == Facts(brand="Levi's", size="M", flaws="macchia, sulla manica")


def test_an_unknown_name_is_answered_with_the_known_ones(desk: Desk) -> None:
    with pytest.raises(UnknownFact, match=r"Nothing of a thing is called “prezzo”. Known: brand \(marca\), size"):
        facts_of(desk, ["prezzo=10"])


def test_every_name_that_is_shown_is_understood() -> None:
    shown = SHOWN.replace("(", "").replace(")", "").replace(",", "").replace("à", "a").split()
    assert set(shown) <= set(NAMES)


@pytest.mark.parametrize("told", ["Levi's", "=M", 'brand="Zara",M'])
def test_what_is_no_fact_is_told(desk: Desk, told: str) -> None:
    with pytest.raises(NotAFact, match="Write it as name=value"):
        facts_of(desk, [told])


@pytest.mark.parametrize("told", ["colore=verdone", "fantasia=boh", "condizioni=boh", "categoria=Jeans"])
def test_a_value_that_nobody_knows_is_answered_with_those_near_it(desk: Desk, told: str) -> None:
    with pytest.raises(UnknownTerm, match="There is no"):
        facts_of(desk, [told])
