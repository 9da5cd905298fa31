from vopt_lib.simulator.tree import below, children, way_down


def test_a_way_leads_from_the_root_down_to_the_catalogue():
    assert [node.path for node in way_down(9_000_042)] == ["Donna", "Donna > Scarpe", "Donna > Scarpe > Sneakers"]
    assert way_down(777) == ()


def test_children_lie_directly_under_their_parent():
    assert [node.title for node in children(None)][:2] == ["Donna", "Uomo"]
    assert {node.depth for node in children(1904)} == {1}
    assert children(9_000_042) == ()


def test_below_are_all_that_lie_under_a_catalogue_and_itself():
    assert {1904, 16, 9_000_042} <= below(1904)
    assert 5 not in below(1904)
    assert below(777) == {777}
