"""The simulator as a process: how it starts, announces itself and ends."""

import json
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from email.utils import parsedate_to_datetime

import polars as pl
import pytest

from tests.servers import REPOSITORY, SMALL_SIMULATOR, is_alive, running_simulator
from vopt_lib.simulator.__main__ import how_to_visit
from vopt_lib.words import Words

START = [sys.executable, *SMALL_SIMULATOR, "--port", "0"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_itself_on_one_line_and_ends_cleanly(number):
    process = subprocess.Popen(START, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready["pid"] == process.pid
    assert ready["url"] == f"http://www.vinted.localhost:{ready['port']}"
    process.send_signal(number)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, b"")


def test_a_person_is_told_how_to_send_vopt_there():
    assert how_to_visit(8421, Words("it")).splitlines()[1:] == [
        "  export VOPT_DATA=data/simulated",
        "  export VOPT_VINTED_WWW=http://www.vinted.localhost:8421",
        "  export VOPT_VINTED_API=http://api.vinted.localhost:8421",
    ]


def test_it_ends_while_a_client_keeps_its_connection():
    with (
        running_simulator(program=SMALL_SIMULATOR) as site,
        socket.create_connection(("127.0.0.1", site.port)) as client,
    ):
        client.sendall(f"GET /robots.txt HTTP/1.1\r\nHost: www.vinted.localhost:{site.port}\r\n\r\n".encode())
        assert client.recv(20).startswith(b"HTTP/1.1 200")


def test_it_ends_when_its_parent_is_killed():
    parent = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({[*START, '--die-with-parent']!r}, stdout=subprocess.PIPE)\n"
        "print(child.stdout.readline().decode(), flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    with socket.create_connection(("127.0.0.1", ready["port"]), timeout=10) as orphan:
        process.kill()
        process.communicate(timeout=10)
        assert orphan.recv(1) == b""


def test_a_port_in_use_is_a_sentence_not_a_traceback():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, *SMALL_SIMULATOR, "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "is used by another program" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--fault", "rate_limitd"], "near it is rate_limited"),
        (["--start", "tomorrow"], "--start"),
        (["--start", "9999-12-31"], "between 1990 and 2100"),
        (["--listings", "/nowhere.parquet"], "--listings"),
        (["--port", "70000"], "--port cannot be “70000”: it must be between 0 and 65,535"),
        (["--seed", "-1"], "--seed"),
        (["--scale", "nan"], "--scale"),
    ],
)
def test_a_flag_that_cannot_be_used_is_a_sentence(flags, said):
    command = [sys.executable, "-m", "vopt_lib.simulator", "--port", "0", *flags]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_faults_given_at_the_start_are_in_force():
    with running_simulator(program=SMALL_SIMULATOR, fault=["rate_limited:1", "frozen_feed"]) as site:
        assert [fault["name"] for fault in site.ask("/__faults__").json["faults"]] == ["rate_limited", "frozen_feed"]
        assert [site.search().status, site.search().status] == [429, 200]


def test_a_ticking_clock_moves_by_itself():
    with running_simulator(program=SMALL_SIMULATOR, ticking=True) as site:
        assert site.clock.now() < site.clock.now()


def test_given_listings_are_served_as_they_are(tmp_path):
    listings = pl.DataFrame(
        {
            "listing_id": [7_000_000_001, 7_000_000_002],
            "query_catalog_id": [5, 5],
            "title": ["Jeans dritti", "Jeans rovinati"],
            "brand": ["Levi's", None],
            "asked_amount": ["39.00", "12.50"],
            "currency": ["EUR", "EUR"],
            "wire_override": [None, '{"price": {"amount": "boh", "currency_code": "EUR"}}'],
        }
    ).with_columns(pl.col("asked_amount").cast(pl.Decimal(12, 2)))
    listings.write_parquet(tmp_path / "given.parquet")
    with running_simulator(listings=tmp_path / "given.parquet", start="2026-11-01") as site:
        items = {item["title"]: item for item in site.search("attribute_ids[catalog]=5").json["items"]}
    assert items["Jeans dritti"]["id"] == 7_000_000_001
    assert items["Jeans dritti"]["price"] == {"amount": "39.00", "currency_code": "EUR"}
    assert items["Jeans dritti"]["item_box"]["first_line"] == "Levi's"
    assert items["Jeans rovinati"]["price"] == {"amount": "boh", "currency_code": "EUR"}


def test_a_running_simulator_is_gone_after_its_with_block():
    with running_simulator(program=SMALL_SIMULATOR) as site:
        assert is_alive(site.pid)
    assert not is_alive(site.pid)


def test_each_page_of_a_search_may_take_its_time_on_the_virtual_clock():
    with running_simulator(program=SMALL_SIMULATOR, answer_takes_s=15) as site:
        before = site.clock.now()
        site.ask("/")
        assert site.clock.now() == before
        answers = [site.search("page=1"), site.search("page=2")]
        assert (site.clock.now() - before).total_seconds() == 30
        assert [parsedate_to_datetime(answer.headers["date"]) for answer in answers] == [
            before + timedelta(seconds=15),
            before + timedelta(seconds=30),
        ]
