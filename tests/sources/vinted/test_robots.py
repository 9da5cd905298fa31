from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.sources.vinted.robots import Robots, RobotsMemory, robots_url

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SITE = "https://www.vinted.it"


def allows(text: str, path: str) -> bool:
    return Robots.parse(text).allows(SITE + path)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/api", "/api/v2/items", True),
        ("/api", "/apis", True),
        ("/api/", "/api", False),
        ("/*?search_text=", "/catalog?search_text=zara", True),
        ("/*?search_text=", "/catalog?order=x", False),
        ("/*.json$", "/a.json", True),
        ("/*.json$", "/a.json?b", False),
        ("/$", "/", True),
        ("/$", "/catalog", False),
        ("*", "/anything", True),
        ("/a*b*c", "/a-b-c-d", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a*x*c", "/a-b-c", False),
        ("/a*a$", "/a", False),
        ("/a*a$", "/aa", True),
        ("/*brand_ids[]=", "/catalog?brand_ids%5B%5D=53", True),
        ("/caff%C3%A8", "/caffè", True),
        ("/API", "/api", False),
    ],
)
def test_a_pattern_fits_from_the_start_with_wildcards(pattern, path, fits):
    assert allows(f"User-agent: *\nDisallow: {pattern}", path) is not fits


def test_the_longest_rule_decides_and_permission_wins_a_tie():
    text = "User-agent: *\nDisallow: /\nAllow: /catalog\nDisallow: /catalog/private\nAllow: /x\nDisallow: /x\n"
    assert allows(text, "/catalog/4")
    assert not allows(text, "/catalog/private/1")
    assert not allows(text, "/items/1")
    assert allows(text, "/x")


def test_rules_for_everybody_are_ours_and_those_for_others_are_not():
    text = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /member\n"
    assert allows(text, "/catalog")
    assert not allows(text, "/member/1")


def test_a_group_that_names_us_counts_instead():
    text = "User-agent: *\nAllow: /\n\nUser-agent: other\nUser-agent: VOPT\nDisallow: /\n"
    assert not allows(text, "/catalog")


def test_groups_of_the_same_name_count_together_and_other_lines_do_not_part_them():
    text = (
        "User-agent: *\nSitemap: https://x/\nDisallow: /a\n\nUser-agent: b\nDisallow: /\n\nUSER-AGENT : *\ndisallow: /c"
    )
    assert not allows(text, "/a")
    assert not allows(text, "/c")
    assert allows(text, "/d")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nDisallow:\n",
        "Disallow: /\n",
        "# Disallow: /",
        "<html>page</html>",
        "\ufeffUser-agent: x\nDisallow: /",
    ],
)
def test_a_file_without_rules_for_us_forbids_nothing(text):
    assert allows(text, "/catalog")


def test_comments_line_ends_and_a_byte_order_mark_do_not_disturb():
    assert not allows("\ufeffUser-agent: * # all\r\nDisallow: /a # this\r\n", "/a")


def test_robots_txt_itself_may_always_be_read():
    assert allows("User-agent: *\nDisallow: /", "/robots.txt")


def test_each_host_has_its_own_file():
    assert robots_url("https://api.vinted.it/svc-catalogue/items?page=1") == "https://api.vinted.it/robots.txt"
    assert robots_url("http://www.vinted.localhost:8421/") == "http://www.vinted.localhost:8421/robots.txt"


@pytest.mark.parametrize(
    ("hours", "is_fresh", "is_known"),
    [(0, True, True), (23.9, True, True), (24, False, True), (30 * 24, False, False)],
)
def test_a_file_is_fresh_for_a_day_and_kept_for_30_as_a_fallback(tmp_path, hours, is_fresh, is_known):
    memory = RobotsMemory(tmp_path)
    assert memory.fresh(SITE, NOW) is None
    memory.remember(SITE, "User-agent: *\nDisallow: /a", NOW)
    assert memory.fresh("https://api.vinted.it/", NOW) is None
    later = NOW + timedelta(hours=hours)
    assert (memory.fresh(SITE, later) is not None) is is_fresh
    assert (memory.tried_in_vain(SITE, later) is not None) is is_known


def test_a_file_read_in_the_future_is_read_again(tmp_path):
    memory = RobotsMemory(tmp_path)
    memory.remember(SITE, "", NOW)
    assert memory.fresh(SITE, NOW - timedelta(days=1)) is None


@given(st.text(alphabet="Useragntdilow:*/$?ab%5B\n #", max_size=300), st.text(alphabet="/ab*$%?", max_size=30))
def test_no_text_breaks_the_reading(text, path):
    assert allows(text, "/" + path) in (True, False)


def test_a_file_full_of_stars_is_read_in_no_time():
    assert allows("User-agent: *\nDisallow: /" + "*a" * 2_000 + "$", "/" + "a" * 5_000 + "b")
