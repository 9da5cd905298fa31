"""This is where the simulator says no: every error answer that was observed of Vinted, written by hand.

Source: facts/vinted-web.md §1 and §4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson
from starlette.responses import HTMLResponse, Response

from vopt_lib.simulator.faults import Fault, Taken


def json_answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status, headers, "application/json")


def unauthorized() -> Response:
    """401: no token, or one that is not valid (any more). The text is French on every market."""
    return json_answer(
        {
            "code": 100,
            "message": "Jeton d'authentification invalide",
            "message_code": "invalid_authentication_token",
        },
        401,
    )


def invalid_request() -> Response:
    """400 of the gateway: the query is wrong."""
    return json_answer({"code": "INVALID_REQUEST"}, 400)


def validation_error() -> Response:
    """400 of the old API: the query is wrong."""
    return json_answer({"code": 99, "message": "Validation error", "message_code": "validation_error"}, 400)


def unknown_service() -> Response:
    """404 of the gateway: no such service."""
    return json_answer({"code": "NOT_FOUND"}, 404)


def content_not_found() -> Response:
    """404 of the old API, as it answered when it was retired."""
    return json_answer({"code": 104, "message": "Content not found", "message_code": "not_found"}, 404)


def page_not_found() -> Response:
    """404 with a page for people."""
    return HTMLResponse(
        '<!DOCTYPE html><html lang="it-IT"><head><meta charSet="utf-8"/><title>Vinted</title></head>'
        "<body><h1>Questa pagina non esiste</h1></body></html>",
        404,
    )


def rate_limited() -> Response:
    """429 with the pause that was recorded."""
    return Response(status_code=429, headers={"Retry-After": "60"})


def datadome() -> Response:
    """403: DataDome wants a person to solve its captcha."""
    return HTMLResponse(
        '<html lang="it"><head><title>vinted.it</title></head><body style="margin:0">'
        '<p id="cmsg">Please enable JS and disable any ad blocker</p>'
        "<script>var dd={'rt':'c','cid':'simulated','t':'bv','host':'geo.captcha-delivery.com'}</script>"
        '<script src="https://ct.captcha-delivery.com/c.js"></script></body></html>',
        403,
        {"x-datadome": "protected"},
    )


def misdirected() -> Response:
    """421: this server does not answer for that host."""
    return Response(status_code=421)


def refusal(taken: Taken) -> Response | None:
    """The answer of the fault that takes the normal answer's place; None: no such fault acts."""
    return next((_REFUSALS[fault]() for fault in taken if fault in _REFUSALS), None)


def _forbidden_json() -> Response:
    return json_answer({"code": 106}, 403)


def _access_denied() -> Response:
    return json_answer({"code": "FORBIDDEN", "message": "Access denied"}, 403)


def _cloudflare_challenge() -> Response:
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>'
        '<noscript>Enable JavaScript and cookies to continue</noscript><script src="/cdn-cgi/challenge-platform/h/b/'
        'orchestrate/chl_page/v1"></script></body></html>',
        403,
        {"cf-mitigated": "challenge"},
    )


def _client_challenge() -> Response:
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><head><title>Client Challenge</title></head>'
        "<body><noscript>JavaScript is disabled in your browser.</noscript></body></html>",
        403,
    )


def _blocked_1020() -> Response:
    return HTMLResponse(
        "<!doctype html><html><head><title>Access denied</title></head><body><h1>Website currently unavailable</h1>"
        '<div class="cf-error-details cf-error-1020"><h1>Access denied</h1>'
        "<p>This website is using a security service to protect itself from online attacks.</p>"
        "<p>Error reference number: 1020</p></div></body></html>",
        403,
    )


def _bad_gateway() -> Response:
    return HTMLResponse(
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>", 502
    )


def _without_items() -> Response:
    return json_answer({"code": 0, "message": "Ok", "message_code": "ok"})


def _page_instead_of_data() -> Response:
    return HTMLResponse(
        '<!DOCTYPE html><html lang="it-IT"><head><title>Vinted</title></head><body><p>Un momento…</p></body></html>'
    )


_REFUSALS: Mapping[Fault, Callable[[], Response]] = {
    Fault.UNAUTHORIZED: unauthorized,
    Fault.INVALID_REQUEST: invalid_request,
    Fault.FORBIDDEN_JSON: _forbidden_json,
    Fault.ACCESS_DENIED_GATEWAY: _access_denied,
    Fault.CHALLENGE_DATADOME: datadome,
    Fault.CHALLENGE_CLOUDFLARE: _cloudflare_challenge,
    Fault.CHALLENGE_CLIENT: _client_challenge,
    Fault.BLOCKED_1020: _blocked_1020,
    Fault.NOT_ACCEPTABLE: lambda: Response(status_code=406),
    Fault.RATE_LIMITED: rate_limited,
    Fault.SERVER_ERROR: lambda: Response(status_code=500),
    Fault.BAD_GATEWAY: _bad_gateway,
    Fault.TIMEOUT_504: lambda: Response(status_code=504),
    Fault.ENDPOINT_MOVED_JSON: content_not_found,
    Fault.ENDPOINT_MOVED_HTML: page_not_found,
    Fault.UNKNOWN_SERVICE: unknown_service,
    Fault.MISSING_ITEMS: _without_items,
    Fault.HTML_200: _page_instead_of_data,
}
