"""What happens to a question: in the order asked, with the session, the pace and the refusals of the facts (§4)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from vopt_lib.errors import (
    AccessRefused,
    BudgetSpent,
    CertificateWrong,
    Challenged,
    CollectingPaused,
    ConsentNeeded,
    DisallowedByRobots,
    EndpointMoved,
    ForeignAddress,
    HomepageRefused,
    ItemPagesSpent,
    NotJson,
    PageGone,
    QueryRejected,
    RateLimited,
    RunBudgetSpent,
    SessionRefused,
    UnexpectedAnswer,
    Unreachable,
)
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted import consent
from vopt_lib.sources.vinted.client import Kind
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.site import Site
from vopt_lib.words import Words

ITEMS = "/svc-catalogue/items"
CATALOGUE = Kind.CATALOGUE
PAGE_403 = "<html><head><title>Just a moment...</title></head></html>"


# A question and its answer


def test_a_question_is_asked_in_the_order_robots_home_page_robots_catalogue(open_client, vinted, site):
    answer = open_client().get(site.items_url, {"attribute_ids[catalog]": "1904,5", "page": "1"}, kind=CATALOGUE)

    assert [(request.method, request.url) for _, request in vinted.sent] == [
        ("GET", "https://api.vinted.it/robots.txt"),
        ("GET", "https://www.vinted.it/robots.txt"),
        ("HEAD", "https://www.vinted.it/"),
        ("GET", "https://api.vinted.it/svc-catalogue/items?attribute_ids%5Bcatalog%5D=1904%2C5&page=1"),
    ]
    assert (answer.status, answer.body) == (200, b'{"items": []}')
    assert answer.content_type == "application/json"
    assert answer.received_at == vinted.sent[-1][0]


def test_the_web_api_gets_the_headers_of_a_browser_on_the_site(open_client, vinted, site):
    open_client().get(site.items_url, kind=CATALOGUE)

    headers = dict(vinted.asked(ITEMS)[0].headers)
    assert headers.pop("cookie").startswith("access_token_web=ey")
    assert headers == {
        "accept": "application/json, text/plain, */*",
        "accept-language": "it-IT,it;q=0.9",
        "locale": "it-IT",
        "origin": "https://www.vinted.it",
        "platform": "web",
        "priority": "u=1, i",
        "referer": "https://www.vinted.it/",
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "same-site",
        "sec-fetch-user": None,
        "upgrade-insecure-requests": None,
        "x-next-app": "marketplace-web",
        "x-anon-id": "11111111-2222-3333-4444-555555555555",
    }


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/svc-filters/filters", "https://api.vinted.it/svc-filters/filters"),
        ("/api/v2/wardrobe/7/items", "https://www.vinted.it/api/v2/wardrobe/7/items"),
    ],
)
def test_a_path_is_looked_up_on_the_host_that_serves_it(open_client, vinted, path, url):
    vinted.on(path, vinted.reply(200, {"x": 1}))
    assert open_client().get(path, kind=Kind.METADATA).url == url


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://evil.example/items", CATALOGUE),
        ("http://www.vinted.it/catalog", CATALOGUE),
        ("https://www.vinted.it@evil.example/", CATALOGUE),
        ("https://evil.example/t/1/f800/1.webp", Kind.IMAGE),
        ("https://xvinted.net/t/1.webp", Kind.IMAGE),
        ("http://127.0.0.1:8421/t/1.webp", Kind.IMAGE),
    ],
)
def test_an_address_of_somebody_else_is_never_asked(open_client, vinted, url, kind):
    with pytest.raises(ForeignAddress):
        open_client().get(url, kind=kind)
    assert vinted.sent == []


# Consent


def test_a_real_host_is_not_asked_before_the_owner_agrees(open_client, vinted, site, tmp_path, clock):
    fresh = tmp_path / "fresh"
    with pytest.raises(ConsentNeeded, match=r"www\.vinted\.it"):
        open_client(state=fresh).get(site.items_url, kind=CATALOGUE)
    assert vinted.sent == []

    consent.accept(fresh, site.host, clock.now(), "Anna")
    open_client(state=fresh).get(site.items_url, kind=CATALOGUE)
    assert vinted.paths[-1] == ITEMS


def test_a_withdrawn_consent_stops_a_client_that_is_at_work(open_client, vinted, site, clock):
    client = open_client()
    client.get(site.items_url, kind=CATALOGUE)
    consent.withdraw(client.state, site.host, clock.now(), "Anna")
    before = len(vinted.sent)
    with pytest.raises(ConsentNeeded):
        client.get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == before


def test_a_consent_withdrawn_during_a_pause_stops_the_request_that_waits(open_client, vinted, site, clock):
    client = open_client()
    client.get(site.items_url, kind=CATALOGUE)
    before, sleep = len(vinted.sent), clock.sleep

    def sleep_and_think(seconds):
        sleep(seconds)
        consent.withdraw(client.state, site.host, clock.now(), "Anna")

    clock.sleep = sleep_and_think
    with pytest.raises(ConsentNeeded):
        client.get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == before


def test_a_loopback_host_needs_neither_consent_nor_patience(open_client, vinted, settings, tmp_path, clock):
    local = Settings(
        data=tmp_path, vinted_www="http://www.vinted.localhost:8421", vinted_api="http://api.vinted.localhost:8421"
    )
    vinted.on(
        "/", vinted.reply(200, "<html>", "access_token_web=opaque; Domain=.vinted.localhost; Path=/", x_anon_id="a")
    )
    client = open_client(site=Site.of(local, "it"), state=tmp_path / "local", pacing=Pacing.none())
    for _ in range(200):
        client.get(client.site.items_url, kind=CATALOGUE)
    assert clock.slept == []


# The session


def test_a_session_is_used_until_its_token_ends_also_by_another_process(open_client, vinted, site, clock):
    open_client().get(site.items_url, kind=CATALOGUE)
    open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/")) == 1

    clock.sleep(7200)  # the token's own 2 h, although its cookie lasts 7 days
    open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/")) == 2


def test_a_401_opens_one_new_session_and_asks_again(open_client, vinted, site):
    vinted.on("/", vinted.home(label="old"), vinted.home(label="new"))
    vinted.on(ITEMS, vinted.reply(401, {"code": 100}), vinted.reply(200, {"items": []}))
    client = open_client()
    assert client.get(site.items_url, kind=CATALOGUE).status == 200

    old, new = (request.headers["cookie"] for request in vinted.asked(ITEMS))
    assert old != new
    assert [Words("en").say(event["what"], **event["facts"]) for event in client.stats.events] == [
        "api.vinted.it ended the session (401); vopt opened a new one."
    ]


def test_a_second_401_is_a_refusal_and_the_session_is_forgotten(open_client, vinted, site):
    vinted.on(ITEMS, vinted.reply(401, {"code": 100, "message_code": "invalid_authentication_token"}))
    with pytest.raises(SessionRefused):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 2
    assert len(vinted.asked("/")) == 2


def test_a_home_page_that_says_406_is_left_alone_for_an_hour(open_client, vinted, site, clock):
    vinted.on("/", vinted.reply(406), lambda request: vinted.home())
    with pytest.raises(HomepageRefused, match="406"):
        open_client().get(site.items_url, kind=CATALOGUE)
    with pytest.raises(HomepageRefused, match="406"):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/")) == 1

    clock.sleep(3600)
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200


def test_cookies_that_an_answer_sets_are_sent_with_the_next_question(open_client, vinted, site):
    vinted.on(
        ITEMS,
        vinted.reply(200, {"items": []}, "__cf_bm=abc; Domain=.vinted.it; Path=/; Max-Age=1800"),
        vinted.reply(200, {"items": []}),
    )
    for _ in range(2):
        open_client().get(site.items_url, kind=CATALOGUE)
    first, second = (request.headers["cookie"] for request in vinted.asked(ITEMS))
    assert "__cf_bm" not in first
    assert "__cf_bm=abc" in second


def test_the_session_file_is_for_its_owner_alone(open_client, site):
    client = open_client()
    client.get(site.items_url, kind=CATALOGUE)
    assert (client.state / "session-it.json").stat().st_mode & 0o777 == 0o600


# robots.txt


def test_a_disallowed_path_is_never_requested(open_client, vinted, site):
    vinted.on("/robots.txt", vinted.reply(200, "User-agent: *\nDisallow: /svc-catalogue/\n"))
    with pytest.raises(DisallowedByRobots, match="/svc-catalogue/items"):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert vinted.paths == ["/robots.txt"]


def test_a_disallowed_home_page_opens_no_session(open_client, vinted, site):
    def robots(request):
        is_www = request.url.startswith("https://www.")
        return vinted.reply(200, "User-agent: *\nDisallow: /$" if is_www else "")

    vinted.on("/robots.txt", robots)
    with pytest.raises(DisallowedByRobots):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert vinted.asked("/") == []


def test_robots_txt_is_read_once_a_day_whatever_the_process(open_client, vinted, site, clock):
    for _ in range(3):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/robots.txt")) == 2  # www and api
    clock.sleep(24 * 3600)
    open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/robots.txt")) == 4


@pytest.mark.parametrize("status", [500, 503])
def test_without_a_readable_robots_txt_nothing_else_is_asked(open_client, vinted, site, status):
    vinted.on("/robots.txt", vinted.reply(status))
    with pytest.raises(Unreachable):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert set(vinted.paths) == {"/robots.txt"}


def test_a_robots_txt_that_has_moved_is_followed(open_client, vinted, site):
    def robots(request):
        if request.url.startswith("https://api."):
            return vinted.reply(301, b"", location="https://www.vinted.it/robots.txt")
        return vinted.reply(200, "User-agent: *\nDisallow: /svc-catalogue/")

    vinted.on("/robots.txt", robots)
    with pytest.raises(DisallowedByRobots):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert min(vinted.pauses) >= 10


@pytest.mark.parametrize("location", ["https://evil.example/robots.txt", "/robots.txt"])
def test_a_robots_txt_that_leads_nowhere_is_not_there_to_allow_anything(open_client, vinted, site, location):
    vinted.on("/robots.txt", vinted.reply(301, b"", location=location))
    with pytest.raises(Unreachable, match=r"robots\.txt"):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert set(vinted.paths) == {"/robots.txt"}


def test_while_robots_txt_cannot_be_read_yesterdays_rules_hold(open_client, vinted, site, clock):
    vinted.on("/robots.txt", vinted.reply(200, "User-agent: *\nDisallow: /private\n"))
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(30 * 3600)
    vinted.on("/robots.txt", vinted.reply(503))
    client = open_client()
    assert client.get(site.items_url, kind=CATALOGUE).status == 200
    with pytest.raises(DisallowedByRobots):
        client.get("https://api.vinted.it/private/x", kind=Kind.METADATA)
    assert "robots.txt" in client.stats.events[-1]["what"]


def test_a_robots_txt_that_the_connection_cuts_is_not_read_and_yesterdays_rules_hold(open_client, vinted, site, clock):
    vinted.on("/robots.txt", vinted.reply(200, "User-agent: *\nDisallow: /private\n"))
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(30 * 3600)
    vinted.on("/robots.txt", replace(vinted.reply(200, "User-agent: *"), is_complete=False))
    with pytest.raises(DisallowedByRobots):
        open_client().get("https://api.vinted.it/private/x", kind=Kind.METADATA)


def test_a_robots_txt_that_cannot_be_read_is_asked_for_once_an_hour(open_client, vinted, site, clock):
    vinted.on("/robots.txt", vinted.reply(200, "User-agent: *\nDisallow: /private\n"))
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(30 * 3600)
    vinted.on("/robots.txt", vinted.reply(503))
    open_client().get(site.items_url, kind=CATALOGUE)
    before = len(vinted.asked("/robots.txt"))
    open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/robots.txt")) == before
    clock.sleep(3600)
    open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/robots.txt")) > before


# Pace and budgets


def test_requests_to_a_real_host_are_10_to_20_seconds_apart_each_pause_another(open_client, vinted, site):
    client = open_client()
    for _ in range(12):
        client.get(site.items_url, kind=CATALOGUE)
    assert len(vinted.pauses) == 14
    assert all(10 <= pause <= 20 for pause in vinted.pauses)
    assert len({round(pause, 3) for pause in vinted.pauses}) == 14
    assert client.stats.waited_s == pytest.approx(sum(vinted.pauses))


class Killed(BaseException):
    """The end of a process in the middle of a request."""


def test_a_process_killed_while_it_asks_makes_the_next_one_wait(open_client, vinted, site, clock):
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(60)
    state = open_client().state
    pace = (state / "pace.json").read_bytes()
    noted = []

    def kill(request):
        noted.append((state / "pace.json").read_bytes())
        raise Killed

    vinted.on(ITEMS, kill, vinted.reply(200, {"items": []}))
    with pytest.raises(Killed):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert noted[0] != pace
    (state / "pace.json").write_bytes(noted[0])
    open_client().get(site.items_url, kind=CATALOGUE)
    assert vinted.pauses[-1] >= 10


def test_the_pause_begins_when_the_answer_has_come(open_client, vinted, site):
    vinted.answer_takes_s = 30
    open_client().get(site.items_url, kind=CATALOGUE)
    assert all(40 <= pause <= 50 for pause in vinted.pauses)


def test_a_new_process_waits_for_the_pause_of_the_last_one(open_client, vinted, site):
    for seed in range(5):
        open_client(seed=seed).get(site.items_url, kind=CATALOGUE)
    assert min(vinted.pauses) >= 10


def test_no_caller_gets_below_3_seconds_on_a_real_host(open_client, vinted, site):
    client = open_client(pacing=Pacing.none())
    for _ in range(5):
        client.get(site.items_url, kind=CATALOGUE)
    assert min(vinted.pauses) >= 3


def test_a_clock_set_back_does_not_make_the_client_wait_for_hours(open_client, vinted, site, clock):
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(-3600)
    open_client().get(site.items_url, kind=CATALOGUE)
    assert clock.slept[-1] <= 20


def test_the_hours_budget_is_kept_across_processes_and_slides(open_client, vinted, site, clock):
    limits = {"requests_per_hour": 6}
    open_client(limits=limits).get(site.items_url, kind=CATALOGUE)  # 4 requests: robots twice, home page, catalogue
    first = vinted.sent[0][0]
    open_client(limits=limits).get(site.items_url, kind=CATALOGUE)
    open_client(limits=limits).get(site.items_url, kind=CATALOGUE)
    with pytest.raises(BudgetSpent) as spent:
        open_client(limits=limits).get(site.items_url, kind=CATALOGUE)
    assert spent.value.facts == {"limit": 6, "until": first + timedelta(hours=1)}
    assert len(vinted.sent) == 6

    clock.sleep((first + timedelta(hours=1) - clock.now()).total_seconds())
    open_client(limits=limits).get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == 7


def test_any_hour_of_a_long_run_holds_at_most_its_budget(open_client, vinted, site, clock):
    client = open_client(limits={"requests_per_hour": 20, "requests_per_run": None})
    for _ in range(60):
        try:
            client.get(site.items_url, kind=CATALOGUE)
        except BudgetSpent as spent:
            clock.sleep((spent.facts["until"] - clock.now()).total_seconds())
    moments = [moment for moment, _ in vinted.sent]
    busiest = max(sum(0 <= (other - moment).total_seconds() < 3600 for other in moments) for moment in moments)
    assert busiest == 20


def test_no_setting_gets_a_real_host_more_than_100_requests_an_hour(open_client, vinted, site):
    client = open_client(pacing=Pacing(0, 0, requests_per_hour=None, item_pages_per_hour=None, requests_per_run=None))
    for _ in range(97):  # beside robots.txt of two hosts and the home page
        client.get(site.items_url, kind=CATALOGUE)
    with pytest.raises(BudgetSpent):
        client.get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == 100


def test_item_pages_have_an_hours_budget_of_their_own(open_client, vinted, site):
    vinted.on("/items/1", vinted.reply(200, "<html>scarpe</html>"))
    client = open_client(limits={"item_pages_per_hour": 2})
    for _ in range(2):
        client.get("/items/1", kind=Kind.ITEM_PAGE)
    with pytest.raises(ItemPagesSpent):
        client.get("/items/1", kind=Kind.ITEM_PAGE)
    assert client.get(site.items_url, kind=CATALOGUE).status == 200


def test_a_run_has_a_budget_that_the_next_run_gets_again(open_client, vinted, site):
    client = open_client(limits={"requests_per_run": 5})
    for _ in range(2):
        client.get(site.items_url, kind=CATALOGUE)
    with pytest.raises(RunBudgetSpent):
        client.get(site.items_url, kind=CATALOGUE)
    assert client.stats.requests == 5
    assert open_client(limits={"requests_per_run": 5}).get(site.items_url, kind=CATALOGUE).status == 200


def test_two_clients_at_once_share_one_pace_and_one_budget(open_client, vinted, site):
    at_work = []

    def answer(request):
        at_work.append("in")
        assert at_work[-2:] != ["in", "in"], "two requests at the same time"
        threading.Event().wait(0.002)
        at_work.append("out")
        return vinted.reply(200, {"items": []})

    vinted.on(ITEMS, answer)
    failures = []

    def work(seed):
        client = open_client(seed=seed, limits={"requests_per_hour": 30})
        try:
            while True:
                client.get(site.items_url, kind=CATALOGUE)
        except BudgetSpent:
            return
        except BaseException as error:  # a thread's failure must fail the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(vinted.sent) == 30
    assert min(vinted.pauses) >= 10


# Faults that pass


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
def test_a_server_fault_is_waited_out_longer_each_time(open_client, vinted, site, status):
    vinted.on(ITEMS, *[vinted.reply(status)] * 3, vinted.reply(200, {"items": []}))
    client = open_client()
    assert client.get(site.items_url, kind=CATALOGUE).status == 200
    first, second, third = vinted.pauses[-3:]
    assert 15 <= first <= 45
    assert 30 <= second <= 90
    assert 60 <= third <= 180
    assert client.stats.retries == 3
    assert [event["facts"]["why"] for event in client.stats.events] == [f"HTTP {status}"] * 3


@pytest.mark.parametrize(
    "fault", [Unreachable(host="api.vinted.it", why="no answer in time"), Unreachable(host="x", why="no connection")]
)
def test_no_answer_is_tried_four_times_then_named(open_client, vinted, site, fault):
    vinted.on(ITEMS, fault)
    with pytest.raises(Unreachable):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 4


def test_a_connection_that_cannot_be_trusted_is_not_tried_again(open_client, vinted, site):
    vinted.on("/robots.txt", CertificateWrong(host="api.vinted.it", why="curl 60"))
    with pytest.raises(CertificateWrong):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == 1


@pytest.mark.parametrize("body", [b'{"items": [{"id": 1', b"", b"["], ids=["cut", "empty", "bracket"])
def test_json_that_is_cut_off_is_asked_again_then_named(open_client, vinted, site, body):
    cut = vinted.reply(200, body, content_type="application/json")
    vinted.on(ITEMS, cut, vinted.reply(200, {"items": []}))
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200

    vinted.on(ITEMS, cut)
    with pytest.raises(NotJson, match="cut-off"):
        open_client().get(site.items_url, kind=CATALOGUE)


def test_a_body_that_the_connection_cut_is_asked_again_then_named(open_client, vinted, site):
    cut = replace(vinted.reply(200, {"items": []}), is_complete=False)
    vinted.on(ITEMS, cut)
    with pytest.raises(NotJson, match="cut-off"):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 4


def test_an_error_page_that_the_connection_cut_is_asked_again_then_unreachable(open_client, vinted, site):
    vinted.on(ITEMS, replace(vinted.reply(404, "<html>"), is_complete=False))
    with pytest.raises(Unreachable, match="cut-off"):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 4


def test_half_an_emoji_in_a_title_does_not_make_an_answer_cut_off(open_client, vinted, site):
    vinted.on(ITEMS, vinted.reply(200, b'{"items": [{"title": "\\ud83d abito"}]}', content_type="application/json"))
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200
    assert len(vinted.asked(ITEMS)) == 1


# Retry-After


def test_retry_after_in_seconds_is_obeyed(open_client, vinted, site):
    vinted.on(ITEMS, vinted.reply(429, retry_after="60"), vinted.reply(200, {"items": []}))
    client = open_client()
    client.get(site.items_url, kind=CATALOGUE)
    assert vinted.pauses[-1] == 60
    assert client.stats.events[-1]["facts"] == {"host": "api.vinted.it", "why": "HTTP 429", "seconds": 60}


def test_retry_after_as_a_date_is_obeyed(open_client, vinted, site, clock):
    def limited(request):
        return vinted.reply(429, retry_after=format_datetime(clock.now() + timedelta(seconds=300), usegmt=True))

    vinted.on(ITEMS, limited, vinted.reply(200, {"items": []}))
    open_client().get(site.items_url, kind=CATALOGUE)
    assert vinted.pauses[-1] == pytest.approx(300, abs=1)  # a date has whole seconds


@pytest.mark.parametrize("given", [{}, {"retry_after": "soon"}, {"retry_after": "0"}], ids=["none", "word", "zero"])
def test_a_429_that_names_no_time_means_a_minute(open_client, vinted, site, given):
    vinted.on(ITEMS, vinted.reply(429, **given), vinted.reply(200, {"items": []}))
    open_client().get(site.items_url, kind=CATALOGUE)
    assert vinted.pauses[-1] == 60


def test_a_wait_longer_than_the_run_may_last_ends_it_and_binds_the_next_one(open_client, vinted, site, clock):
    vinted.on(ITEMS, vinted.reply(429, retry_after="3600"), vinted.reply(200, {"items": []}))
    with pytest.raises(RateLimited) as limited:
        open_client().get(site.items_url, kind=CATALOGUE)
    assert limited.value.facts["seconds"] == 3600

    clock.sleep(1800)
    before = len(vinted.sent)
    with pytest.raises(RateLimited):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == before

    clock.sleep(1750)
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200
    assert clock.slept[-1] == pytest.approx(50)


def test_a_site_that_stays_rate_limited_is_named_so(open_client, vinted, site):
    vinted.on(ITEMS, vinted.reply(429, retry_after="60"))
    with pytest.raises(RateLimited):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 4


# Refusals and the breaker


@pytest.mark.parametrize("body", [{"code": 106}, {"code": "FORBIDDEN", "message": "Access denied"}])
def test_a_403_in_json_gets_one_fresh_session(open_client, vinted, site, body):
    vinted.on(ITEMS, vinted.reply(403, body), vinted.reply(200, {"items": []}))
    client = open_client()
    assert client.get(site.items_url, kind=CATALOGUE).status == 200
    assert len(vinted.asked("/")) == 2
    assert "403" in client.stats.events[0]["what"]


def test_a_second_403_in_json_rests_for_6_hours(open_client, vinted, site, clock):
    vinted.on(ITEMS, vinted.reply(403, {"code": 106}))
    with pytest.raises(AccessRefused) as refused:
        open_client().get(site.items_url, kind=CATALOGUE)
    assert refused.value.facts["until"] == clock.now() + timedelta(hours=6)
    assert len(vinted.asked(ITEMS)) == 2


def test_a_403_again_within_the_hour_is_a_second_one_also_in_another_process(open_client, vinted, site, clock):
    refused, fine = vinted.reply(403, {"code": 106}), vinted.reply(200, {"items": []})
    vinted.on(ITEMS, refused, fine, refused, fine)
    open_client().get(site.items_url, kind=CATALOGUE)
    with pytest.raises(AccessRefused):
        open_client().get(site.items_url, kind=CATALOGUE)


def test_a_403_of_yesterday_is_forgotten(open_client, vinted, site, clock):
    refused, fine = vinted.reply(403, {"code": 106}), vinted.reply(200, {"items": []})
    vinted.on(ITEMS, refused, fine, refused, fine)
    open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(24 * 3600)
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200


CHALLENGES = {
    "Cloudflare": (403, "<html><title>Just a moment...</title></html>", {}),
    "Cloudflare 1020": (403, '<h1>Website currently unavailable</h1><div class="cf-error-details cf-error-1020">', {}),
    "DataDome": (403, "<html><script>var dd={'host':'geo.captcha-delivery.com'}</script></html>", {}),
    "DataDome in JSON": (403, {"url": "https://geo.captcha-delivery.com/captcha/?cid=1"}, {}),
    "Client Challenge": (403, "<html><title>Client Challenge</title></html>", {}),
    "403": (403, "<html><body>Nein</body></html>", {}),
    "403 without a body": (403, b"", {}),
    "Cloudflare with 503": (503, "<html><title>Just a moment...</title></html>", {}),
    "Cloudflare with 200": (200, "<html><title>Just a moment...</title></html>", {}),
    "Cloudflare by header": (403, b"", {"cf_mitigated": "challenge"}),
}


@pytest.mark.parametrize(("status", "body", "headers"), CHALLENGES.values(), ids=CHALLENGES.keys())
def test_a_challenge_stops_everything_at_once(open_client, vinted, site, clock, status, body, headers):
    vinted.on(ITEMS, vinted.reply(status, body, **headers))
    client = open_client()
    with pytest.raises(Challenged) as challenged:
        client.get(site.items_url, kind=CATALOGUE)
    assert challenged.value.facts["until"] == clock.now() + timedelta(hours=6)
    assert client.stats.events[-1]["facts"]["hours"] == 6
    assert len(vinted.asked(ITEMS)) == 1

    before = len(vinted.sent)
    with pytest.raises(CollectingPaused):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.sent) == before


@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_challenge_on_the_way_in_stops_everything_too(open_client, vinted, site, path):
    vinted.on(path, vinted.reply(403, PAGE_403))
    with pytest.raises(Challenged):
        open_client().get(site.items_url, kind=CATALOGUE)
    with pytest.raises(CollectingPaused):
        open_client().get(site.items_url, kind=CATALOGUE)


def test_a_home_page_that_refuses_in_json_rests_at_once_for_it_is_the_fresh_session(open_client, vinted, site):
    vinted.on("/", vinted.reply(403, {"code": 106}))
    with pytest.raises(AccessRefused):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked("/")) == 1


def test_the_next_challenge_rests_for_24_hours_and_a_success_closes_the_breaker(open_client, vinted, site, clock):
    fine = vinted.reply(200, {"items": []})
    vinted.on(ITEMS, vinted.reply(403, PAGE_403), fine, vinted.reply(403, PAGE_403), fine)
    with pytest.raises(Challenged):
        open_client().get(site.items_url, kind=CATALOGUE)
    clock.sleep(6 * 3600)
    assert open_client().get(site.items_url, kind=CATALOGUE).status == 200

    with pytest.raises(Challenged) as second:
        open_client().get(site.items_url, kind=CATALOGUE)
    assert second.value.facts["until"] == clock.now() + timedelta(hours=24)
    clock.sleep(6 * 3600)
    with pytest.raises(CollectingPaused) as paused:
        open_client().get(site.items_url, kind=CATALOGUE)
    assert paused.value.facts["why"] == "Cloudflare"


# Answers that do not pass


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"code": "INVALID_REQUEST"}, QueryRejected),
        (404, {"code": 104, "message": "Content not found", "message_code": "not_found"}, EndpointMoved),
        (404, {"code": "NOT_FOUND"}, EndpointMoved),
        (404, "<html><h1>Questa pagina non esiste</h1></html>", EndpointMoved),
        (301, b"", EndpointMoved),
        (406, b"", HomepageRefused),
        (410, b"", EndpointMoved),
        (451, b"", UnexpectedAnswer),
        (204, b"", UnexpectedAnswer),
    ],
)
def test_a_lasting_error_is_asked_once_and_named(open_client, vinted, site, status, body, error):
    vinted.on(ITEMS, vinted.reply(status, body))
    with pytest.raises(error):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 1


@pytest.mark.parametrize("body", ["<html><p>Un momento…</p></html>", "hello", '"text"'])
def test_a_200_that_is_not_json_is_never_an_empty_result(open_client, vinted, site, body):
    vinted.on(ITEMS, vinted.reply(200, body))
    with pytest.raises(NotJson):
        open_client().get(site.items_url, kind=CATALOGUE)
    assert len(vinted.asked(ITEMS)) == 1


def test_a_listing_that_quotes_a_challenge_is_none(open_client, vinted):
    vinted.on("/items/1", vinted.reply(200, "<html><title>Zara</title>just a moment, client challenge!</html>"))
    assert open_client().get("/items/1", kind=Kind.ITEM_PAGE).status == 200


# Item pages and photos


def test_an_item_page_is_followed_to_its_full_address(open_client, vinted):
    vinted.on("/items/1", vinted.reply(301, b"", location="/items/1-vestito-zara"))
    vinted.on("/items/1-vestito-zara", vinted.reply(200, "<html>vestito</html>"))
    answer = open_client().get("/items/1", kind=Kind.ITEM_PAGE)
    assert answer.url == "https://www.vinted.it/items/1-vestito-zara"


def test_an_item_page_that_leads_on_and_on_is_given_up(open_client, vinted):
    vinted.on("/items/1", vinted.reply(301, b"", location="/items/1-a"))
    vinted.on("/items/1-a", vinted.reply(301, b"", location="/items/1"))
    with pytest.raises(PageGone):
        open_client().get("/items/1", kind=Kind.ITEM_PAGE)
    assert len(vinted.asked("/items/1")) + len(vinted.asked("/items/1-a")) == 3


@pytest.mark.parametrize(
    ("status", "location"), [(404, ""), (410, ""), (302, "/catalog/4-vestiti"), (302, "/items/2-altro")]
)
def test_an_item_page_that_is_gone_says_so(open_client, vinted, status, location):
    vinted.on("/items/1", vinted.reply(status, "<html></html>", location=location))
    with pytest.raises(PageGone) as gone:
        open_client().get("/items/1", kind=Kind.ITEM_PAGE)
    assert gone.value.facts["status"] == status
    assert vinted.paths[-1] == "/items/1"


def test_a_photo_is_asked_without_a_session(open_client, vinted):
    vinted.on("/t/1/f800/2.webp", vinted.reply(200, b"RIFF....WEBP", content_type="image/webp"))
    open_client().get("https://images1.vinted.net/t/1/f800/2.webp?s=abc", kind=Kind.IMAGE)
    assert vinted.paths == ["/robots.txt", "/t/1/f800/2.webp"]
    assert "cookie" not in vinted.sent[-1][1].headers


@pytest.mark.parametrize("status", [403, 404])
def test_an_expired_photo_address_is_gone_and_no_challenge(open_client, vinted, status):
    vinted.on("/t/1/f800/2.webp", vinted.reply(status, "expired"))
    with pytest.raises(PageGone):
        open_client().get("https://images1.vinted.net/t/1/f800/2.webp?s=abc", kind=Kind.IMAGE)


def test_a_photo_host_that_refuses_its_robots_txt_has_none_and_shows_no_challenge(open_client, vinted):
    vinted.on("/robots.txt", vinted.reply(403, "<Error><Code>AccessDenied</Code></Error>"))
    vinted.on("/t/1/f800/2.webp", vinted.reply(200, b"RIFF....WEBP", content_type="image/webp"))
    assert open_client().get("https://images1.vinted.net/t/1/f800/2.webp?s=abc", kind=Kind.IMAGE).status == 200


def test_what_was_done_is_counted(open_client, vinted, site):
    client = open_client()
    client.get(site.items_url, kind=CATALOGUE)
    assert client.stats.requests == 4
    assert client.stats.received_bytes == len("no such file") * 2 + len("<html></html>") + len('{"items": []}')
