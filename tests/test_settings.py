from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.errors import SettingsError, SettingsFileDamaged
from vopt_lib.settings import load_settings


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VOPT_DATA", "VOPT_SIMULATOR_PORT", "VOPT_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def write_toml(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "vopt.toml").write_text(text)


def test_an_argument_wins_over_the_environment_and_the_environment_over_vopt_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_toml(tmp_path / "data", 'simulator_port = 1\nlanguage = "it"\n')
    assert load_settings().simulator_port == 1
    monkeypatch.setenv("VOPT_SIMULATOR_PORT", "2")
    assert load_settings().simulator_port == 2
    assert load_settings(simulator_port=3).simulator_port == 3
    assert load_settings().language == "it"


def test_vopt_toml_is_read_where_the_data_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml(tmp_path / "mine", "simulator_port = 7\n")
    monkeypatch.setenv("VOPT_DATA", "~/mine")
    settings = load_settings()
    assert (settings.data, settings.simulator_port) == (tmp_path / "mine", 7)


def test_an_empty_variable_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml(tmp_path / "data", "simulator_port = 7\n")
    for name in ("VOPT_DATA", "VOPT_SIMULATOR_PORT", "VOPT_LANGUAGE"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert (settings.data, settings.simulator_port, settings.language) == (tmp_path / "data", 7, None)


def test_a_damaged_vopt_toml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml(tmp_path / "mine", "a = = 1\n")
    monkeypatch.setenv("VOPT_DATA", "~/mine")
    with pytest.raises(SettingsFileDamaged) as refused:
        load_settings()
    assert refused.value.facts["file"] == str(tmp_path / "mine" / "vopt.toml")


@pytest.mark.parametrize("text", ["simulator_prt = 1\n", "pause_min_s = 1\n"])
def test_a_setting_that_does_not_exist_or_is_impolite_is_refused(tmp_path: Path, text: str) -> None:
    write_toml(tmp_path / "data", text)
    with pytest.raises(SettingsError, match=text.split()[0]):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("pages_host", value) for value in ("", "localhost", "vopt.example.org", "::", "1.2.3", "0.0.0.0:80")),
        *(
            ("public_address", value)
            for value in (
                *("", "vopt.example.org", "http://vopt.example.org", "https://", "https://a b", "https://a/b"),
                *("https://a?b", "https://a#b", "https://anna@a", "https://a:0", "https://a:x", "ftp://a", "https://é.it"),
                *("http://evil.localhost.example.org", "https://a\n", "https://-a", "https://[::1]", "https://a,b"),
            )
        ),
    ],
)
def test_an_address_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match="it must be"):
        load_settings(**{name: value})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://vopt.example.org", "https://vopt.example.org"),
        ("https://VOPT.Example.org/", "https://vopt.example.org"),
        ("https://vopt.example.org:8443", "https://vopt.example.org:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://vopt.localhost:9000", "http://vopt.localhost:9000"),
    ],
)
def test_a_public_address_is_a_scheme_and_a_name(written: str, kept: str) -> None:
    assert load_settings(public_address=written).public_address == kept
    assert load_settings(pages_host="0.0.0.0").pages_host == "0.0.0.0"
