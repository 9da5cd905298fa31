from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.errors import SettingsError, SettingsFileDamaged
from vopt_lib.settings import load_settings, storage_options


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
                *(
                    "https://a?b",
                    "https://a#b",
                    "https://anna@a",
                    "https://a:0",
                    "https://a:x",
                    "ftp://a",
                    "https://é.it",
                ),
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


KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize("lake", ["/data/lake", "file:///data/lake"])
def test_a_lake_in_a_folder_is_reached_without_keys(lake: str) -> None:
    assert storage_options(lake, KEYS) == {}


def test_a_bucket_is_reached_by_the_aws_variables_and_commits_by_conditional_put() -> None:
    known = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "aws_conditional_put": "etag"}
    assert storage_options("s3://bucket/vopt", KEYS) == known | {"aws_region": "us-east-1"}
    elsewhere = KEYS | {"AWS_DEFAULT_REGION": "eu-south-1", "AWS_ENDPOINT_URL": "https://store.example"}
    assert storage_options("s3://bucket/vopt", elsewhere) == known | {
        "aws_region": "eu-south-1",
        "aws_endpoint_url": "https://store.example",
    }


@pytest.mark.parametrize(("host", "is_allowed"), [("127.0.0.1", True), ("[::1]", True), ("store.example", False)])
def test_keys_are_sent_in_the_open_to_this_computer_only(host: str, is_allowed: bool) -> None:
    environ = KEYS | {"AWS_ENDPOINT_URL": f"http://{host}:9000"}
    if is_allowed:
        assert storage_options("s3://bucket/vopt", environ)["aws_allow_http"] == "true"
    else:
        with pytest.raises(SettingsError, match=r"AWS_ENDPOINT_URL cannot be .*must begin with https://"):
            storage_options("s3://bucket/vopt", environ)


def test_a_bucket_without_keys_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match=r"VOPT_LAKE cannot be .*: it needs AWS_ACCESS_KEY_ID and"):
        storage_options("s3://bucket/vopt", {"AWS_ACCESS_KEY_ID": "key"})
