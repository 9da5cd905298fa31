"""This is where a browser is answered: the home page and its session, pages for people, photos, robots.txt."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from vopt_lib.simulator import pages, refusals
from vopt_lib.simulator.dialects import BadQuery, pairs, peoples_search
from vopt_lib.simulator.faults import Fault, Taken
from vopt_lib.simulator.offers import ImageFormat, ShelfQuery
from vopt_lib.simulator.photo_wire import FULL_SIZE, SIZES
from vopt_lib.simulator.sessions import opaque_id, token_cookies, visitor_cookies
from vopt_lib.simulator.simulation import Simulation
from vopt_lib.simulator.tree import way_down

_REFRESH = "/session-refresh?ref_url=%2F"
_REFRESHED = "/?session_refreshed=1"
_NEIGHBOURS = 4
_ON_PROFILE = 96


def home(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """The home page: opens a session, at once or by way of a redirect that carries the token."""
    expired = Fault.EXPIRED_TOKEN in taken
    if not simulation.options.token_on_redirect:
        return _with_session(simulation, HTMLResponse(pages.home_page()), expired=expired)
    if "session_refreshed" in request.query_params or is_known(simulation, request):
        return HTMLResponse(pages.home_page())
    return RedirectResponse(_REFRESH + ("&expired=1" if expired else ""))


def session_refresh(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """The stop on the way that sets the token and sends the visitor back."""
    return _with_session(simulation, RedirectResponse(_REFRESHED), expired="expired" in request.query_params)


def refresh_token(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """New tokens for a refresh token that has not been used yet."""
    given = request.cookies.get("refresh_token_web", "")
    session = simulation.sessions.refresh(given, simulation.clock.now())
    if session is None:
        return refusals.unauthorized()
    answer = refusals.json_answer({"code": 0, "message": "Ok", "message_code": "ok"})
    for cookie in token_cookies(session):
        answer.headers.append("set-cookie", cookie)
    return answer


def is_known(simulation: Simulation, request: Request) -> bool:
    """Whether the request carries a valid token, and what else is demanded."""
    headers = request.headers
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    token = bearer if scheme.lower() == "bearer" else request.cookies.get("access_token_web", "")
    if simulation.options.needs_anon_id and "/svc-" in request.url.path:
        is_named = bool(headers.get("x-anon-id")) and headers.get("x-next-app") == "marketplace-web"
        if not is_named:
            return False
    return simulation.sessions.is_valid(token, simulation.clock.now())


def item(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """A listing's page; a deleted listing is a 404 or, every other one, a redirect to the catalogue."""
    now = simulation.clock.now()
    listing_id = _leading_number(request.path_params["reference"])
    row = simulation.market.row_of(listing_id) if listing_id is not None else None
    if listing_id is None or row is None:
        return refusals.page_not_found()
    [offer] = simulation.market.offers([row], now)
    if offer.published_at > now:
        return refusals.page_not_found()
    if offer.status == "deleted":
        return RedirectResponse("/catalog") if listing_id % 2 else refusals.page_not_found()
    neighbours = simulation.market.search(ShelfQuery(catalog_ids=(offer.catalog_id,)), now)
    rows = [other for other in neighbours[: _NEIGHBOURS + 1].tolist() if other != row][:_NEIGHBOURS]
    others = simulation.market.offers([*rows, *simulation.market.of_seller(offer.seller_id, now)[:2].tolist()], now)
    strangers = {other.listing_id: other for other in others if other.listing_id != listing_id}
    return HTMLResponse(pages.item_page(offer, list(strangers.values()), simulation.addresses, now))


def catalogue(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """A page of search results at a link that people share; with the header `RSC: 1` its flight data alone."""
    written, is_brand = request.path_params.get("reference"), request.url.path.startswith("/brand/")
    reference = _leading_number(written) if written is not None else None
    if written is not None and reference is None:
        return refusals.page_not_found()
    try:
        asked = peoples_search(
            pairs(request.scope["query_string"]),
            catalog_id=None if is_brand else reference,
            brand_id=reference if is_brand else None,
        )
    except BadQuery:
        return refusals.page_not_found()
    shown = simulation.shelf.page(asked, simulation.clock.now(), cap=simulation.options.era.cap, taken=taken)
    if request.headers.get("rsc") == "1":
        return Response(pages.catalogue_flight(shown, simulation.addresses), media_type="text/x-component")
    title = next((node.title for id_ in asked.query.catalog_ids for node in way_down(id_)[-1:]), "Catalogo")
    return HTMLResponse(pages.catalogue_page(shown, simulation.addresses, title))


def member(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """A seller's profile: what she has on sale and has reserved, newest first."""
    seller_id = _leading_number(request.path_params["reference"])
    seller = simulation.market.seller(seller_id) if seller_id is not None else None
    if seller is None:
        return refusals.page_not_found()
    now = simulation.clock.now()
    offers = simulation.market.offers(simulation.market.of_seller(seller.seller_id, now).tolist(), now)
    shown = [offer for offer in offers if offer.status in ("on_sale", "reserved")][:_ON_PROFILE]
    return HTMLResponse(pages.member_page(seller, shown, simulation.addresses, now))


def robots(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """What programs are asked not to visit."""
    return PlainTextResponse(pages.robots_txt(simulation.options.disallowed))


def image(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """A photo at exactly the address that was delivered for it."""
    images, path = simulation.addresses.images, request.url.path
    photo = images.photo(request.path_params["photo_id"])
    size = SIZES.get(request.path_params.get("size", FULL_SIZE))
    if photo is None or size is None or not images.is_signed(path, request.query_params.get("s", "")):
        return Response(status_code=404)
    row = simulation.market.row_of(photo.listing_id)
    if row is None:
        return Response(status_code=404)
    [offer] = simulation.market.offers([row], simulation.clock.now())
    if photo.number > max(1, offer.photo_count):
        return Response(status_code=404)
    kind: ImageFormat = "webp" if path.endswith(".webp") else "jpeg"
    drawn = simulation.paint(offer, photo.number, size, kind)
    return Response(drawn, media_type=f"image/{kind}", headers={"Cache-Control": "public, max-age=31536000"})


def _with_session(simulation: Simulation, answer: Response, *, expired: bool) -> Response:
    session = simulation.sessions.open(simulation.clock.now(), expired=expired)
    answer.headers["X-Anon-Id"] = session.anon_id
    answer.headers["X-V-Udt"] = opaque_id(session)
    for cookie in (*token_cookies(session), *visitor_cookies(session)):
        answer.headers.append("set-cookie", cookie)
    return answer


def _leading_number(reference: str) -> int | None:
    found = re.match(r"\d{1,18}(?=-|$)", reference)
    return int(found.group()) if found else None
