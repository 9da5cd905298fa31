import pytest

from vopt_lib.errors import UnknownTerm
from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import CatalogueNode
from vopt_lib.sources.vinted.terms import find_brand, find_catalogue, find_condition, find_size

WOMEN, MEN = Term(4, "Donna > Vestiti"), Term(2050, "Uomo > Vestiti")


@pytest.mark.parametrize(
    "words", ["Donna > Vestiti", "donna>VESTITI", "  Donna  >  Vestiti ", "Donna / Vestiti", "donna › vestiti"]
)
def test_a_catalogue_is_found_by_its_path_however_it_is_typed(words):
    assert find_catalogue(words) == WOMEN


def test_a_name_that_only_one_catalogue_has_is_enough():
    assert find_catalogue("mini abiti").title == "Donna > Vestiti > Abiti > Mini abiti"


def test_a_name_that_several_catalogues_have_is_offered_with_its_paths():
    with pytest.raises(UnknownTerm) as refused:
        find_catalogue("Vestiti")
    assert refused.value.facts["near"] == "Donna > Vestiti; Uomo > Vestiti"


def test_a_nearly_right_catalogue_is_offered_and_never_taken():
    with pytest.raises(UnknownTerm) as refused:
        find_catalogue("Donna > Vestti")
    assert str(refused.value.facts["near"]).startswith("Donna > Vestiti")


def test_the_sites_own_tree_is_used_when_there_is_one():
    tree = [CatalogueNode(77, None, "Casa", "Casa", 0), CatalogueNode(78, 77, "Tende", "Casa > Tende", 1)]
    assert find_catalogue("tende", tree) == Term(78, "Casa > Tende")


def test_an_invented_catalogue_is_unknown_to_the_real_site():
    assert find_catalogue("Donna > Vestiti > Abiti").id >= 9_000_000
    with pytest.raises(UnknownTerm):
        find_catalogue("Donna > Vestiti > Abiti", is_real=True)


@pytest.mark.parametrize(
    ("name", "brand"), [("zara", Term(12, "Zara")), ("h&m", Term(7, "H&M")), ("NIKE", Term(53, "Nike"))]
)
def test_a_brand_is_found_by_its_name(name, brand):
    assert find_brand(name) == brand


def test_brands_near_it_are_offered():
    with pytest.raises(UnknownTerm) as refused:
        find_brand("Zarra")
    assert "Zara" in str(refused.value.facts["near"])


def test_a_brand_that_only_the_site_knows_is_found_among_its_own():
    assert find_brand("zenobia", [Term(8, "Zenobia")]) == Term(8, "Zenobia")


def test_the_same_size_of_women_and_men_are_two():
    assert (find_size("m", WOMEN), find_size("M", MEN)) == (Term(4, "M"), Term(208, "M"))


def test_a_size_without_a_catalogue_does_not_say_whose_it_is():
    with pytest.raises(UnknownTerm) as refused:
        find_size("M", None)
    assert refused.value.facts["near"] == "Donna > Vestiti, Uomo > Vestiti"


def test_a_size_of_another_catalogue_is_unknown():
    with pytest.raises(UnknownTerm) as refused:
        find_size("41", WOMEN)
    assert refused.value.facts["name"] == "41"


@pytest.mark.parametrize(
    ("label", "condition"),
    [
        ("ottime", Term(2, "Ottime")),
        ("Très bon état", Term(2, "Ottime")),
        ("tres bon etat", Term(2, "Ottime")),
        ("Good", Term(3, "Buone")),
    ],
)
def test_a_condition_is_found_in_any_language(label, condition):
    assert find_condition(label) == condition


def test_every_condition_is_offered_for_an_unknown_one():
    with pytest.raises(UnknownTerm) as refused:
        find_condition("ottimissime")
    assert "Nuovo con cartellino" in str(refused.value.facts["near"])
