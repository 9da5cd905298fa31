"""This is where the simulator is steered from this machine: its clock, its faults, and what it was asked."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vopt_lib.errors import SettingsError
from vopt_lib.simulator.closet import family, name_of
from vopt_lib.simulator.faults import FAULTS, FaultOrder
from vopt_lib.simulator.keepsakes import MAIL_SERVER, archive, mails, things
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.refusals import json_answer
from vopt_lib.simulator.simulation import Simulation

PREFIX = "/__"
FAMILY = "/__family__"


async def control(simulation: Simulation, request: Request) -> Response:
    """`/__clock__`, `/__faults__`, `/__requests__`, `/__truth__`, `/__family__/…`: for programs of this machine."""
    if not _is_near(request) or "origin" in request.headers:
        return Response(status_code=403)
    try:
        match request.url.path:
            case "/__clock__":
                return await _clock(simulation, request)
            case "/__faults__":
                return await _faults(simulation, request)
            case "/__requests__":
                return _requests(simulation, request)
            case "/__truth__":
                return _truth(simulation)
            case path if path.startswith(f"{FAMILY}/"):
                return await asyncio.to_thread(_family, simulation, path.removeprefix(f"{FAMILY}/"))
    except (SettingsError, ValueError, TypeError, OverflowError) as error:
        return json_answer({"error": str(error)}, 400)
    return Response(status_code=404)


async def _clock(simulation: Simulation, request: Request) -> Response:
    """GET reads, POST {"now": …} or {"advance_s": …} moves; with "ticking": true it runs on from there."""
    if request.method == "POST":
        wanted = await _body(request)
        if "now" in wanted:
            moment = datetime.fromisoformat(wanted["now"])
            if moment.tzinfo is None:
                raise ValueError("The moment needs a time zone, for instance 2026-11-01T00:00:00+00:00.")
            simulation.clock.move_to(moment)
        else:
            simulation.clock.advance(float(wanted.get("advance_s", 0)))
        if wanted.get("ticking"):
            simulation.clock.tick()
    return json_answer({"now": simulation.clock.now().isoformat()})


async def _faults(simulation: Simulation, request: Request) -> Response:
    """GET lists, POST {"name": "rate_limited:2@wardrobe"} switches on, DELETE switches one or all off."""
    if request.method == "POST":
        wanted = await _body(request)
        order = FaultOrder.parse(str(wanted.get("name", "")))
        if wanted.get("times") is not None or wanted.get("place") is not None:
            times, place = wanted.get("times", order.times), wanted.get("place", order.place)
            written = order.fault.value + (f":{times}" if times is not None else "") + (f"@{place}" if place else "")
            order = replace(FaultOrder.parse(written), after=order.after)
        simulation.faults.switch_on(order, simulation.clock.now())
    if request.method == "DELETE":
        name = (await _body(request)).get("name") or request.query_params.get("name")
        simulation.faults.switch_off(FaultOrder.parse(str(name)).fault if name else None)
    known = {fault.value: rule.does for fault, rule in FAULTS.items()}
    return json_answer({"faults": [on.as_json() for on in simulation.faults.in_force()], "known": known})


def _requests(simulation: Simulation, request: Request) -> Response:
    """What was asked, oldest first; DELETE forgets it."""
    if request.method == "DELETE":
        simulation.requests.clear()
    return json_answer({"requests": list(simulation.requests)})


def _truth(simulation: Simulation) -> Response:
    """What no visitor sees; 404 unless the market was started to tell it, and has it."""
    now = simulation.clock.now().isoformat()
    simulation.requests.append({"at": now, "method": "GET", "path": "/__truth__"})
    told = simulation.market.truth_told() if simulation.options.with_truth else None
    return Response(status_code=404) if told is None else json_answer(told)


def _family(simulation: Simulation, wanted: str) -> Response:
    """`people` lists the demo's family, and the mail server that all of them trust; `<login>/archive.zip`,
    `mails.mbox`, `things.csv` are what each has at home. 404 for anybody else, and where the listings were given.
    """
    market, now = simulation.market, simulation.clock.now()
    if not isinstance(market, StockedMarket):
        return Response(status_code=404)
    if wanted == "people":
        told = [{"id": one.seller_id, "name": name_of(one), "login": one.login} for one in family(market, now)]
        return json_answer({"people": told, "mail_server": MAIL_SERVER})
    login, _, name = wanted.partition("/")
    seller = next((one for one in market.stock.sellers if one.login == login), None)
    if seller is None:
        return Response(status_code=404)
    match name:
        case "archive.zip":
            content = archive(market, seller, now, simulation.paint)
        case "mails.mbox":
            content = mails(market, seller, now)
        case "things.csv":
            content = things(market, seller, now)
        case _:
            return Response(status_code=404)
    return Response(content, media_type="application/octet-stream")


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    body = orjson.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    return body


def _is_near(request: Request) -> bool:
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
