"""This is where the simulator's web API answers: searches of every era, filters, closets, profiles, metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vopt_lib.schema.vinted_terms import conditions
from vopt_lib.simulator import navigation, refusals
from vopt_lib.simulator.dialects import Asked, BadQuery, old_search, pairs, todays_search
from vopt_lib.simulator.faults import Taken
from vopt_lib.simulator.offers import FILTERED_BY, FilterCode, Seller
from vopt_lib.simulator.people import COUNTRIES
from vopt_lib.simulator.simulation import Simulation
from vopt_lib.simulator.wire import Era, catalogue_answer, label_language, wardrobe_answer

_HTML_RETIREMENT = datetime(2026, 10, 8, tzinfo=UTC)
"""From when the retired search answered with a page. Source: facts/vinted-web.md §0."""


def todays_items(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`svc-catalogue/items`: the search of today."""
    if simulation.options.era is not Era.SVC_2026_09:
        return refusals.unknown_service()
    try:
        asked = todays_search(pairs(request.scope["query_string"]))
    except BadQuery:
        return refusals.invalid_request()
    return _search(simulation, request, asked, taken)


def old_items(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`/api/v2/catalog/items`: the search until September 2026, then first a JSON 404, later an HTML one."""
    if simulation.options.era is Era.SVC_2026_09:
        is_page = simulation.clock.now() >= _HTML_RETIREMENT
        return refusals.page_not_found() if is_page else refusals.content_not_found()
    try:
        asked = old_search(pairs(request.scope["query_string"]))
    except BadQuery:
        return refusals.validation_error()
    return _search(simulation, request, asked, taken)


def all_filters(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`svc-filters/filters`: every filter of a search with its first options."""
    return _about_search(
        simulation,
        request,
        lambda asked, now: navigation.all_filters(simulation.market, asked.query, now, _language(request)),
    )


def facets(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`svc-filters/filters/facets`: the options of one filter with their counts."""
    code = _filter(request, "filter_code")
    if code is None:
        return refusals.invalid_request()
    return _about_search(
        simulation,
        request,
        lambda asked, now: {
            "options": navigation.facets(simulation.market, asked.query, now, code=code, language=_language(request))
        },
    )


def found_options(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`svc-filters/filters/search`: the options of one filter by their name."""
    code = _filter(request, "filter_search_code")
    if code is None:
        return refusals.invalid_request()
    options = navigation.found_options(
        simulation.market, code, request.query_params.get("filter_search_text", ""), _language(request)
    )
    return refusals.json_answer({"options": options, "is_selection_highlighted": False, "selected_filters": []})


def category_tree(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`svc-navigation/navigation_catalogs`: the whole tree."""
    return refusals.json_answer(navigation.category_tree(simulation.market))


def wardrobe(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`/api/v2/wardrobe/{user}/items`: what a seller has on sale, has reserved and has sold."""
    now, seller_id = simulation.clock.now(), int(request.path_params["user_id"])
    if simulation.market.seller(seller_id) is None:
        return refusals.content_not_found()
    try:
        asked = old_search(pairs(request.scope["query_string"]))
    except BadQuery:
        return refusals.validation_error()
    offers = simulation.market.offers(simulation.market.of_seller(seller_id, now).tolist(), now)
    body = wardrobe_answer(
        offers,
        simulation.addresses,
        page=asked.page,
        per_page=asked.per_page,
        language=_language(request),
        taken=taken,
    )
    return Response(body, media_type="application/json")


def profile(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`/api/v2/users/{id}`: a seller's public profile; 30 at once, then one a second."""
    if not simulation.profiles.take(simulation.clock.now()):
        return refusals.rate_limited()
    seller = simulation.market.seller(int(request.path_params["user_id"]))
    if seller is None:
        return refusals.content_not_found()
    return refusals.json_answer({"user": _profile(simulation, seller), "code": 0})


def countries(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`/api/v2/countries`: the markets."""
    known = [
        {"id": country.country_id, "title": country.title, "iso_code": iso, "currency": country.currency}
        for iso, country in COUNTRIES.items()
    ]
    return refusals.json_answer({"countries": known, "code": 0})


def statuses(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """`/api/v2/statuses`: the conditions, best first; needs no session."""
    language = _language(request)
    known = [{"id": known.id, "title": known.labels[language], "order": known.order} for known in conditions()]
    return refusals.json_answer({"statuses": known, "code": 0})


def _search(simulation: Simulation, request: Request, asked: Asked, taken: Taken) -> Response:
    options, now = simulation.options, simulation.clock.now()
    shown = simulation.shelf.page(asked, now, cap=options.era.cap, taken=taken)
    body = catalogue_answer(shown, options.era, simulation.addresses, language=_language(request), taken=taken)
    return Response(body, media_type="application/json", headers=_SEARCH_HEADERS)


_SEARCH_HEADERS = {
    "Cache-Control": "private, no-cache, no-store, max-age=0, must-revalidate",
    "X-Envoy-Upstream-Service-Time": "334",
}
"""Source: facts/vinted-web.md §1 (recorded 2026-09-16)."""


def _about_search(simulation: Simulation, request: Request, answer: Any) -> Response:
    try:
        asked = todays_search(pairs(request.scope["query_string"]))
    except BadQuery:
        return refusals.invalid_request()
    return refusals.json_answer(answer(asked, simulation.clock.now()))


def _filter(request: Request, parameter: str) -> FilterCode | None:
    return next((code for code in FILTERED_BY if code == request.query_params.get(parameter)), None)


def _language(request: Request) -> Any:
    return label_language(request.headers.get("locale"))


def _profile(simulation: Simulation, seller: Seller) -> dict[str, Any]:
    now = simulation.clock.now()
    country = COUNTRIES[seller.country]
    return {
        "id": seller.seller_id,
        "login": seller.login,
        "business": seller.is_business,
        "country_id": country.country_id,
        "country_title_local": country.title,
        "country_iso_code": seller.country,
        "currency": country.currency,
        "item_count": len(simulation.market.of_seller(seller.seller_id, now)),
        "feedback_count": seller.feedback_count,
        "positive_feedback_count": seller.feedback_count,
        "neutral_feedback_count": 0,
        "negative_feedback_count": 0,
        "feedback_reputation": 1.0 if seller.feedback_count else 0.0,
        "created_at": seller.joined_at.isoformat(),
        "last_loged_on_ts": now.isoformat(),
    }
