"""A tunnel leads to the pages alone, by a name that the whole net knows, and only where somebody must sign in."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.signing_in import accept, first_link
from vopt_lib.desk.tunnel import config, public_name, tunnel_name, write_tunnel
from vopt_lib.errors import CannotWrite, FileThere, NobodyHasAPassword, NotAPublicName, NotATunnel, TunnelError
from vopt_lib.schema.signing_in import Where

HOST = "vopt.example.org"
NUMBER = "6ff42ae2-765d-4adf-8112-31c55c1551ef"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt whose owner has a password."""
    desk = open_desk(data=tmp_path / "data")
    link = first_link(desk)
    assert link is not None
    accept(desk, link, "a long password of hers", Where("127.0.0.1"))
    return desk


def test_only_the_pages_answer_and_everything_else_is_not_found(desk: Desk) -> None:
    made = write_tunnel(desk, HOST)
    told = yaml.safe_load(made.file.read_text())
    pages, rest = told["ingress"]
    assert (pages["hostname"], pages["service"]) == (HOST, "http://127.0.0.1:8420")
    assert "httpHostHeader" not in pages["originRequest"]
    assert rest == {"service": "http_status:404"}
    assert told["tunnel"] == "vopt"
    assert (made.public_address, made.is_told) == (f"https://{HOST}", False)


def test_a_tunnel_named_by_its_number_names_its_key() -> None:
    told = yaml.safe_load(config(HOST, tunnel_name(NUMBER.upper()), 9000))
    assert told["tunnel"] == NUMBER
    assert told["credentials-file"] == str(Path.home() / ".cloudflared" / f"{NUMBER}.json")
    assert told["ingress"][0]["service"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HOST, HOST),
        (" VOPT.Example.org. ", HOST),
        ("città.example.org", "xn--citt-3na.example.org"),
        ("xn--citt-3na.example.org", "xn--citt-3na.example.org"),
    ],
)
def test_a_name_is_written_as_the_net_does(text: str, name: str) -> None:
    assert public_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "localhost", "imac", "imac.local", "vopt.lan", "x.home.arpa", "192.168.1.5", "::1", "[::1]"),
        *("127.1", "https://vopt.example.org", "vopt.example.org/", "vopt.example.org:8420", "a b.example.org"),
        *("-a.example.org", "a-.example.org", "a..example.org", "*.example.org", "a_b.example.org", "x." * 130 + "org"),
        *("a" * 64 + ".org", "straße.de", "vopt.example.org\nservice: ssh://127.0.0.1:22", "a.org#x", "a.123"),
    ],
)
def test_what_is_no_public_name_is_refused(text: str) -> None:
    with pytest.raises(NotAPublicName):
        public_name(text)


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_whatever_is_typed_the_file_holds_two_rules_or_nothing(text: str) -> None:
    try:
        told = yaml.safe_load(config(public_name(text), "vopt", 8420))
    except NotAPublicName:
        return
    assert [set(rule) for rule in told["ingress"]] == [{"hostname", "service", "originRequest"}, {"service"}]


@pytest.mark.parametrize("text", ["", "a b", "../x", "a\nb", "-x", 'a"b', "x" * 64])
def test_what_is_no_tunnel_is_refused(text: str) -> None:
    with pytest.raises(NotATunnel):
        tunnel_name(text)


def test_without_a_password_nothing_is_written(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    with pytest.raises(NobodyHasAPassword):
        write_tunnel(desk, HOST, tmp_path / "x.yml")
    assert not (tmp_path / "x.yml").exists()


def test_pages_without_a_port_of_their_own_have_no_tunnel(desk: Desk) -> None:
    with pytest.raises(TunnelError):
        write_tunnel(open_desk(data=desk.paths.data, pages_port=0), HOST)


def test_a_file_that_is_there_is_replaced_only_by_force_or_by_itself(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    write_tunnel(desk, HOST, file)
    write_tunnel(desk, HOST, file)
    with pytest.raises(FileThere):
        write_tunnel(desk, "other.example.org", file)
    assert HOST in file.read_text()
    write_tunnel(desk, "other.example.org", file, force=True)
    assert "other.example.org" in file.read_text()
    with pytest.raises(CannotWrite):
        write_tunnel(desk, HOST, tmp_path / "nowhere" / "config.yml")
