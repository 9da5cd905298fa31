"""What a person said of a table's columns is known at the next table with the same heads."""

from __future__ import annotations

from tests.shop.people import FAMILY, NOW, author
from vopt_lib.shop.mappings import read_mapping, write_mapping
from vopt_lib.shop.store import Shop

HEAD = "a" * 64


def test_the_last_say_is_kept(shop: Shop) -> None:
    for columns in ({"title": "Nome"}, {"title": "Nome", "price": "Prezzo"}):
        with shop.writing(author()) as session:
            write_mapping(session, FAMILY, HEAD, columns, at=NOW)
    with shop.reading() as session:
        assert read_mapping(session, FAMILY, HEAD) == {"title": "Nome", "price": "Prezzo"}
        assert read_mapping(session, FAMILY, "b" * 64) is None
        assert read_mapping(session, FAMILY + 1, HEAD) is None
