"""The home page, its cookies and who is let through, over HTTP."""

import socket
from datetime import timedelta

import pytest
from curl_cffi import requests as browser

from tests.servers import SMALL_SIMULATOR, running_simulator
from tests.simulator.small_market import START

API = "api.vinted.localhost"
ITEMS = "/svc-catalogue/items"


def named(cookies: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in cookies:
        found.setdefault(line.partition("=")[0], []).append(line)
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_home_page_opens_a_session(small_site, method):
    answer = small_site.ask("/", method=method)
    cookies = named(answer.cookies)
    assert answer.status == 200
    assert answer.headers["x-anon-id"] == cookies["anon_id"][0].split(";")[0].removeprefix("anon_id=")
    assert answer.headers["x-v-udt"] == cookies["v_udt"][0].split(";")[0].removeprefix("v_udt=")
    assert "Domain=.vinted.localhost" in cookies["anon_id"][0]
    assert any("Domain=.vinted.localhost" in line and "Max-Age=604800" in line for line in cookies["access_token_web"])
    assert "Domain=" not in cookies["v_sid"][0]
    assert cookies["non_dot_com_www_domain_cookie_buster"] == ["non_dot_com_www_domain_cookie_buster=1; Path=/"]
    assert {"refresh_token_web", "anonymous-iso-locale", "anonymous-locale", "v_udt", "__cf_bm"} <= set(cookies)
    assert (answer.body == b"") == (method == "HEAD")


def test_the_real_token_stands_between_two_empty_ones(small_site):
    tokens = [
        line.split(";")[0].removeprefix("access_token_web=") for line in small_site.ask("/").cookies if "access" in line
    ]
    assert [bool(token) for token in tokens] == [False, True, False]


def test_a_browsers_jar_gets_through_from_the_home_page_to_the_api(small_site):
    with browser.Session() as session:
        session.head(small_site.www + "/")
        answer = session.get(small_site.api + ITEMS)
        assert answer.status_code == 200
        assert "v_sid" not in small_site.requests()[-1]["headers"]["cookie"]
        assert "anon_id" in small_site.requests()[-1]["headers"]["cookie"]


def test_a_token_on_a_redirect_reaches_who_follows_with_a_jar():
    with running_simulator(program=SMALL_SIMULATOR, token_on_redirect=True) as site:
        first = site.ask("/")
        assert (first.status, first.cookies) == (307, ())
        second = site.ask(first.headers["location"])
        assert second.status == 307
        assert any(line.startswith("access_token_web=ey") for line in second.cookies)
        with browser.Session() as session:
            assert session.get(site.www + "/").status_code == 200
            assert session.get(site.api + ITEMS).status_code == 200
        site.switch_on("expired_token")
        with browser.Session() as session:
            assert session.get(site.www + "/").status_code == 200
            assert session.get(site.api + ITEMS).status_code == 401


def test_without_a_session_the_answer_is_401_in_french(small_site):
    answer = small_site.ask(ITEMS, host=API)
    assert (answer.status, answer.headers["content-type"]) == (401, "application/json")
    assert answer.json == {
        "code": 100,
        "message": "Jeton d'authentification invalide",
        "message_code": "invalid_authentication_token",
    }


def test_a_bearer_token_is_a_session_too(small_site):
    token = small_site.guest()["Cookie"].removeprefix("access_token_web=")
    assert small_site.ask(ITEMS, host=API, headers={"Authorization": f"Bearer {token}"}).status == 200
    assert small_site.ask(ITEMS, host=API, headers={"Authorization": "Bearer nonsense"}).status == 401


def test_a_session_ends_when_its_token_says():
    with running_simulator(program=SMALL_SIMULATOR, token_lifetime_s=600) as site:
        guest = site.guest()
        site.clock.sleep(599)
        assert site.ask(ITEMS, host=API, headers=guest).status == 200
        site.clock.sleep(1)
        assert site.ask(ITEMS, host=API, headers=guest).status == 401


def test_a_refresh_token_renews_the_session_once(small_site):
    cookies = [line.split(";")[0] for line in small_site.ask("/").cookies]
    refresh = {"Cookie": next(line for line in cookies if line.startswith("refresh_token_web="))}
    small_site.clock.move_to(START + timedelta(hours=3))
    answer = small_site.ask("/web/api/auth/refresh", method="POST", headers=refresh)
    fresh = {line.split(";")[0] for line in answer.cookies}
    token = next(line for line in fresh if line.startswith("access_token_web=ey"))
    assert answer.status == 200
    assert any(line.startswith("refresh_token_web=ey") and line not in cookies for line in fresh)
    assert small_site.ask(ITEMS, host=API, headers={"Cookie": token}).status == 200
    assert small_site.ask("/web/api/auth/refresh", method="POST", headers=refresh).status == 401


def test_the_anonymous_id_can_be_demanded_of_services_only():
    with running_simulator(program=SMALL_SIMULATOR, needs_anon_id=True) as site:
        named_guest = site.guest(X_Anon_Id="b1", X_Next_App="marketplace-web")
        assert site.ask(ITEMS, host=API, headers=site.guest()).status == 401
        assert site.ask(ITEMS, host=API, headers=site.guest(X_Anon_Id="b1")).status == 401
        assert site.ask(ITEMS, host=API, headers=named_guest).status == 200
        assert site.ask("/web/gateway" + ITEMS, headers=site.guest()).status == 401
        assert site.ask("/api/v2/countries", headers=site.guest()).status == 200


def test_an_expired_token_looks_fresh_and_is_refused(small_site):
    small_site.switch_on("expired_token:1")
    assert small_site.ask(ITEMS, host=API, headers=small_site.guest()).status == 401
    assert small_site.ask(ITEMS, host=API, headers=small_site.guest()).status == 200


@pytest.mark.parametrize("host", ["www.vinted.it", "vinted.localhost", "localhost", "127.0.0.1", "evil.example"])
def test_other_hosts_are_not_served(small_site, host):
    assert small_site.ask("/", host=host).status == 421


def test_a_host_serves_only_its_own_addresses(small_site):
    assert small_site.ask("/", host=API).status == 404
    assert small_site.ask(ITEMS).status == 404
    assert small_site.ask(ITEMS, host="images1.vinted.localhost").status == 404


def test_the_api_host_sets_the_bot_cookie_again(small_site):
    assert small_site.search().cookies[0].startswith("__cf_bm=")


@pytest.mark.parametrize(
    "host", ["", "[::1", "a b", "evil_example", "evil@www.vinted.localhost", "www.vinted.localhost:80:80", "\xff"]
)
@pytest.mark.parametrize("target", ["/robots.txt", "/__clock__"])
def test_a_host_without_a_proper_name_is_not_taken_for_this_one(small_site, host, target):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=10) as client:
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        assert client.recv(20).startswith(b"HTTP/1.1 421")


@pytest.mark.parametrize("path", ["/api/v2/users/", "/api/v2/items/", "/items/", "/catalog/", "/__clock__/"])
def test_an_endless_path_is_414(small_site, path):
    assert small_site.ask(path + "9" * 5000, headers=small_site.guest()).status == 414
