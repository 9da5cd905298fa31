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
