"""This is where a visitor gets in: the home page's cookies, the renewal of tokens, and who is let through."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from vopt_lib.simulator import refusals
from vopt_lib.simulator.faults import Fault, Taken
from vopt_lib.simulator.pages import home_page
from vopt_lib.simulator.sessions import opaque_id, token_cookies, visitor_cookies
from vopt_lib.simulator.simulation import Simulation

_REFRESH = "/session-refresh?ref_url=%2F"
_REFRESHED = "/?session_refreshed=1"


def home(simulation: Simulation, request: Request, taken: Taken) -> Response:
    """The home page: opens a session, at once or by way of a redirect that carries the token."""
    expired = Fault.EXPIRED_TOKEN in taken
    if not simulation.options.token_on_redirect:
        return _with_session(simulation, HTMLResponse(home_page()), expired=expired)
    if "session_refreshed" in request.query_params or is_known(simulation, request):
        return HTMLResponse(home_page())
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


def _with_session(simulation: Simulation, answer: Response, *, expired: bool) -> Response:
    session = simulation.sessions.open(simulation.clock.now(), expired=expired)
    answer.headers["X-Anon-Id"] = session.anon_id
    answer.headers["X-V-Udt"] = opaque_id(session)
    for cookie in (*token_cookies(session), *visitor_cookies(session)):
        answer.headers.append("set-cookie", cookie)
    return answer
