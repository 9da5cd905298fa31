"""A page learns who looks at it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from vopt_lib.schema.visitor import Visitor
from vopt_lib.ui.visitor import visitor_of

ANNA = Visitor("anna", "it", "dark", "member")


def test_the_server_says_who_looks() -> None:
    assert visitor_of(SimpleNamespace(meta=ANNA.as_json())) == ANNA


@pytest.mark.parametrize("request_", [None, SimpleNamespace(meta=None), SimpleNamespace(meta={})])
def test_without_our_server_the_owner_looks(request_: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOPT_LANGUAGE", "it")
    assert visitor_of(request_) == Visitor("owner", "it", role="admin")
