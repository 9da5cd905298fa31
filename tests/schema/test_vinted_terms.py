"""What vopt knows of Vinted's words by heart."""

from __future__ import annotations

import pytest

from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage
from vopt_lib.schema.vinted_terms import (
    INVENTED_FROM,
    LABEL_LANGUAGES,
    brands,
    catalogue_nodes,
    colour_forms,
    colours,
    condition_id,
    conditions,
    folded,
    is_no_brand,
    kinds,
    materials,
    patterns,
    seen_as,
    size_group,
    sizes,
)

# Vinted's own ids (vinted-web.md §3.4); whatever else is real must be added here with its source.
REAL_CATALOGUES = {
    "Donna": 1904,
    "Donna > Vestiti": 4,
    "Donna > Scarpe": 16,
    "Donna > Borse": 19,
    "Donna > Accessori": 1187,
    "Donna > Bellezza": 146,
    "Uomo": 5,
    "Uomo > Vestiti": 2050,
    "Uomo > Scarpe": 1231,
    "Uomo > Accessori": 82,
    "Articoli griffati": 2993,
    "Bambini": 1193,
    "Casa": 1918,
    "Casa > Animali": 5106,
    "Elettronica": 2994,
    "Intrattenimento": 2309,
    "Hobby e collezionismo": 4824,
    "Sport": 4332,
}
REAL_BRANDS = {"Nike": 53, "adidas": 14, "Zara": 12, "H&M": 7, "Jordan": 2703, "Nike Air": 5977, "LEGO": 89162}
REAL_SIZES = {2, 3, 4, 5, 6, 7, 90, 97, 206, 207, 208, 209, 210, 211, 212, 55}


def test_only_recorded_catalogue_ids_are_real() -> None:
    assert {
        node.path: node.catalog_id for node in catalogue_nodes() if node.catalog_id < INVENTED_FROM
    } == REAL_CATALOGUES


def test_only_recorded_brand_ids_are_real() -> None:
    assert {brand.title: brand.id for brand in brands() if brand.id < INVENTED_FROM} == REAL_BRANDS


def test_only_recorded_size_ids_are_real() -> None:
    assert {size.id for group in sizes().values() for size in group if size.id < INVENTED_FROM} == REAL_SIZES


def test_the_tree_is_about_150_catalogues() -> None:
    assert 140 <= len(catalogue_nodes()) <= 160


def test_catalogue_ids_and_paths_are_unique() -> None:
    nodes = catalogue_nodes()
    assert len({node.catalog_id for node in nodes}) == len(nodes)
    assert len({folded(node.path) for node in nodes}) == len(nodes)


def test_every_parent_exists_and_comes_before_its_children() -> None:
    seen: dict[int, int] = {}
    for node in catalogue_nodes():
        assert node.depth == (seen[node.parent_id] + 1 if node.parent_id is not None else 0)
        seen[node.catalog_id] = node.depth


def test_a_path_ends_with_the_title_and_holds_its_parents() -> None:
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    assert paths[4] == "Donna > Vestiti"
    assert all(node.path.split(" > ")[-1] == node.title for node in catalogue_nodes())
    assert all(node.path.rpartition(" > ")[0] == paths[node.parent_id] for node in catalogue_nodes() if node.parent_id)


def test_there_are_about_200_brands_with_unique_ids_and_names() -> None:
    known = brands()
    assert 180 <= len(known) <= 220
    assert len({brand.id for brand in known}) == len({folded(brand.title) for brand in known}) == len(known)


def test_conditions_are_ranked_by_their_order_not_their_id() -> None:
    assert [(condition.id, condition.order) for condition in conditions()] == [
        (6, 5),
        (1, 10),
        (2, 20),
        (3, 30),
        (4, 40),
        (7, 50),
    ]


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_every_language_has_a_label_of_its_own_for_every_condition(language: str) -> None:
    labels = [condition.labels[language] for condition in conditions()]  # type: ignore[index]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_no_label_names_two_conditions() -> None:
    owners: dict[str, set[int]] = {}
    for condition in conditions():
        for label in (*condition.labels.values(), *condition.aliases):
            owners.setdefault(folded(label), set()).add(condition.id)
    assert {label: ids for label, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Nuovo con cartellino", 6),
        ("Nuovo senza cartellino", 1),
        ("Ottime", 2),
        ("Buone", 3),
        ("Discrete", 4),
        ("Neuf avec étiquette", 6),
        ("Neuf sans étiquette", 1),
        ("Très bon état", 2),
        ("Bon état", 3),
        ("Satisfaisant", 4),
        ("tres bon etat", 2),
        ("TRÈS BON  ÉTAT", 2),
        (" Nowy z metka ", 6),
        ("Sehr gut", 2),
        ("Very good", 2),
        ("Muy bueno", 2),
        ("Heel goed", 2),
        ("ottimo", 2),
    ],
)
def test_a_condition_is_found_by_its_label_blind_to_accents_and_case(label: str, expected: int) -> None:
    assert condition_id(label) == expected


@pytest.mark.parametrize("label", ["", "Like a dream", "Nike", "38"])
def test_a_label_nobody_uses_names_no_condition(label: str) -> None:
    assert condition_id(label) is None


def test_colours_have_unique_ids_and_names_and_a_hex_value() -> None:
    known = colours()
    assert len(known) == len({colour.id for colour in known}) == 29
    assert (
        len({folded(colour.labels["it"]) for colour in known}) == len({colour.labels["en"] for colour in known}) == 29
    )
    assert all(len(colour.hex) == 7 and int(colour.hex[1:], 16) >= 0 for colour in known)
    assert next(colour.labels["it"] for colour in known if colour.id == 27) == "Blu marino"


def test_size_ids_are_unique_over_all_groups_and_titles_within_one() -> None:
    every = [size.id for group in sizes().values() for size in group]
    assert len(set(every)) == len(every)
    assert all(len({size.title for size in group}) == len(group) for group in sizes().values())


def test_recorded_sizes_carry_their_ids() -> None:
    assert {size.title: size.id for size in sizes()["men_clothing"]}["M"] == 208
    assert {size.title: size.id for size in sizes()["women_clothing"]}["M"] == 4
    assert {size.title: size.id for size in sizes()["women_shoes"]}["35"] == 55


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("Donna > Vestiti", "women_clothing"),
        ("Donna > Vestiti > Jeans > Jeans skinny", "women_clothing"),
        ("Donna > Scarpe > Sneakers", "women_shoes"),
        ("Uomo > Vestiti > Jeans", "men_clothing"),
        ("Bambini > Abbigliamento bambina", "children_clothing"),
        ("Donna > Borse", None),
        ("Donna", None),
    ],
)
def test_a_catalogue_uses_the_size_group_of_its_nearest_parent(path: str, group: str | None) -> None:
    node = next(node for node in catalogue_nodes() if node.path == path)
    assert size_group(node.catalog_id) == group


def test_an_unknown_catalogue_has_no_size_group() -> None:
    assert size_group(123456789) is None


def test_every_size_group_in_the_tree_has_sizes() -> None:
    used = {size_group(node.catalog_id) for node in catalogue_nodes()} - {None}
    assert used == set(sizes())


@pytest.mark.parametrize(("text", "expected"), [("Levi’s", "levi's"), ("HERMÈS", "hermes"), ("a\xa0 b", "a b")])
def test_names_are_compared_without_accents_case_and_doubled_spaces(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize("language", TEXT_LANGUAGES)
def test_colours_patterns_and_materials_have_a_name_of_their_own_in_every_language(language: TextLanguage) -> None:
    for things in (colours(), patterns(), materials()):
        names = [folded(thing.labels[language]) for thing in things]
        assert all(names)
        assert len(set(names)) == len(names)


def test_every_leaf_catalogue_has_a_kind_in_every_language() -> None:
    parents = {node.parent_id for node in catalogue_nodes()}
    leaves = {node.catalog_id for node in catalogue_nodes()} - parents
    assert leaves == set(seen_as()) <= set(kinds()) <= leaves | parents
    for kind in kinds().values():
        assert all(kind.labels[language] == kind.labels[language].strip() != "" for language in TEXT_LANGUAGES), kind


def test_kinds_say_what_adjectives_agree_with() -> None:
    allowed = {"it": {"m", "f", "mp", "fp"}, "en": {"n", "p"}, "de": {"m", "f", "n", "p"}}
    allowed["fr"] = allowed["es"] = allowed["it"]
    for kind in kinds().values():
        assert all(kind.forms[language] in allowed[language] for language in TEXT_LANGUAGES), kind


def test_a_kind_is_what_sellers_call_it() -> None:
    assert dict(kinds()[9000019].labels) == {
        "it": "giacca di jeans",
        "en": "denim jacket",
        "fr": "veste en jean",
        "de": "Jeansjacke",
        "es": "chaqueta vaquera",
    }


def test_a_colour_agrees_with_its_thing_where_the_language_says_so() -> None:
    assert set(colour_forms()) == {(colour.id, language) for colour in colours() for language in TEXT_LANGUAGES}
    azzurro = colour_forms()[26, "it"]
    assert [azzurro[form] for form in ("m", "f", "mp", "fp")] == ["azzurro", "azzurra", "azzurri", "azzurre"]
    assert set(colour_forms()[9, "it"].values()) == {"blu"}
    assert colour_forms()[12, "fr"]["fp"] == "blanches"


def test_there_are_about_50_materials_and_no_word_names_two() -> None:
    assert 45 <= len(materials()) <= 60
    owners: dict[str, set[str]] = {}
    for material in materials():
        for word in (*material.labels.values(), *material.also):
            owners.setdefault(folded(word), set()).add(material.name)
    assert {word: names for word, names in owners.items() if len(names) > 1 or not word} == {}


@pytest.mark.parametrize("brand", ["Senza marca", "no brand", "SANS MARQUE", "ohne Marke"])
def test_a_brand_may_say_that_there_is_none(brand: str) -> None:
    assert is_no_brand(brand)
    assert not is_no_brand("Levi's")
