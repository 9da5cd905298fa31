"""This is where the simulator draws the pages that people see.

Source: facts/vinted-web.md §3.2 and §3.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

import orjson

from vopt_lib.schema.vinted_terms import colours
from vopt_lib.simulator.offers import Offer, Seller
from vopt_lib.simulator.photo_wire import photo_url
from vopt_lib.simulator.shelf import Placed, ShelfPage
from vopt_lib.simulator.tree import way_down
from vopt_lib.simulator.wire import Addresses, box_lines, closing, condition_label, item_path, slug

UNDEFINED = "$undefined"
_PIECE = 3000
_BUNDLE = {"i18n": {"item.status.sold": "Venduto", "item.bundle.sold": "venduto", "item.status.reserved": "Riservato"}}
"""Words that stand on every page, whatever became of the item. Source: facts/vinted-web.md §3.3."""


def home_page() -> str:
    """The page that opens a session."""
    return _page(
        "Vinted | Compra e vendi", "<main><h1>Fai spazio nel tuo armadio</h1></main>", _flight_scripts(_BUNDLE)
    )


def robots_txt(disallowed: Sequence[str]) -> str:
    """What programs are asked not to visit."""
    paths = ("/oauth/", "/settings", "/inbox", "/checkout", "/items/new", "/member/general/", *disallowed)
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths) + "Allow: /\n"


def item_page(offer: Offer, others: Sequence[Offer], addresses: Addresses, now: datetime) -> str:
    """A listing's page; `others` are the neighbours it recommends, whose data stands on the page too."""
    title = f"{offer.title} | Vinted"
    summary = f"{offer.title} - {offer.description}"
    address = addresses.www + item_path(offer)
    image = photo_url(addresses.images, offer.listing_id) if offer.photo_count else ""
    head = (
        f'<meta name="description" content="{escape(summary)}"/><meta name="robots" content="index"/>'
        '<meta name="accept-language" content="it-IT"/><meta name="iso-locale" content="it-IT"/>'
        f'<link rel="canonical" href="{escape(address)}"/><meta property="og:title" content="{escape(title)}"/>'
        f'<meta property="og:description" content="{escape(summary)}"/>'
        f'<meta property="og:url" content="{escape(address)}"/>'
        f'<meta property="og:image" content="{escape(image)}"/><meta property="og:type" content="website"/>'
        '<meta name="twitter:card" content="summary_large_image"/>'
    )
    product = orjson.dumps(_json_ld(offer, address, image)).decode().replace("</", "\\u003c/")
    body = (
        f'{_breadcrumbs(offer)}<script type="application/ld+json">{product}</script>'
        f'<h1>{escape(offer.title)}</h1><div data-testid="item-price">{_italian_price(offer)}</div>'
        f'{_attributes(offer, now)}<a href="/member/{offer.seller_id}-{escape(offer.seller_login)}">'
        f"{escape(offer.seller_login)}</a>"
    )
    scripts = _flight_scripts(
        _BUNDLE, *(_item_data(other) for other in others), _item_data(offer), _plugins(offer, addresses)
    )
    return _page(title, body, scripts, head=head)


def catalogue_page(shown: ShelfPage, addresses: Addresses, title: str) -> str:
    """A page of search results: cards for people, flight data for their browser."""
    cards = "".join(_card(placed, addresses) for placed in shown.places)
    return _page(
        f"{title} | Vinted", f"<main>{cards}</main>", _flight_scripts(_BUNDLE, _catalogue_data(shown, addresses))
    )


def member_page(seller: Seller, offers: Sequence[Offer], addresses: Addresses, now: datetime) -> str:
    """A seller's profile with her listings. How the real one looks is not recorded: cards and data are a search's."""
    address = f"{addresses.www}/member/{seller.seller_id}-{seller.login}"
    places = [Placed(offer, promoted=False, score=1.0) for offer in offers]
    shown = ShelfPage(places, 1, max(len(places), 1), int(now.timestamp()), len(places), 0)
    head = (
        f'<link rel="canonical" href="{escape(address)}"/><meta property="og:url" content="{escape(address)}"/>'
        f'<meta property="og:title" content="{escape(seller.login)} | Vinted"/>'
    )
    cards = "".join(_card(placed, addresses) for placed in places)
    body = f'<main><h1 data-testid="profile-username">{escape(seller.login)}</h1>{cards}</main>'
    return _page(
        f"{seller.login} | Vinted", body, _flight_scripts(_BUNDLE, _catalogue_data(shown, addresses)), head=head
    )


def catalogue_flight(shown: ShelfPage, addresses: Addresses) -> str:
    """The same results as a browser fetches them when it has the page already (header `RSC: 1`)."""
    return _flight_text(_BUNDLE, _catalogue_data(shown, addresses))


def _page(title: str, body: str, scripts: str, *, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="it-IT"><head><meta charSet="utf-8"/><title>{escape(title)}</title>{head}</head>'
        f"<body>{body}{scripts}</body></html>"
    )


def _json_ld(offer: Offer, address: str, image: str) -> dict[str, Any]:
    path = [node.title for node in way_down(offer.catalog_id)]
    product: dict[str, Any] = {
        "@type": "Product",
        "name": offer.title,
        "description": offer.description,
        "image": image,
        "offers": {
            "@type": "Offer",
            "url": address,
            "priceCurrency": offer.conversion.seller_currency if offer.conversion else offer.currency,
            "price": _number(float(offer.conversion.seller_price if offer.conversion else offer.price)),
            "availability": "SoldOut" if offer.status == "sold" else "InStock",
            "itemCondition": "NewCondition" if offer.condition_id in (1, 6) else "UsedCondition",
        },
        "category": " ".join(dict.fromkeys((path[0], path[-1]))) if path else "",
        "color": ", ".join(_colour_names(offer)),
        "@context": "https://schema.org",
    }
    return product | ({"brand": {"@type": "Brand", "name": offer.brand.title}} if offer.brand else {})


def _number(price: float) -> int | float:
    return int(price) if price.is_integer() else price


def _breadcrumbs(offer: Offer) -> str:
    """The way down to the listing's catalogue; the last crumb is its brand there, which is no catalogue."""
    nodes = way_down(offer.catalog_id)
    crumbs = [(f"/catalog/{node.catalog_id}-{slug(node.title)}", node.title) for node in nodes]
    if nodes and offer.brand:
        crumbs.append(
            (f"/catalog/{nodes[-1].catalog_id}-{slug(nodes[-1].title)}/brand/{offer.brand.id}", offer.brand.title)
        )
    links = "".join(f'<li><a href="{escape(link)}">{escape(title)}</a></li>' for link, title in crumbs)
    return f'<ul class="breadcrumbs"><li><a href="/">Home</a></li>{links}</ul>'


def _attributes(offer: Offer, now: datetime) -> str:
    facts = {
        "size": offer.size.title if offer.size else "",
        "status": condition_label(offer.condition_id, "it"),
        "color": ", ".join(_colour_names(offer)),
        "material": offer.material or "",
        "upload_date": time_ago(now - offer.published_at),
    }
    rows = (
        f'<div data-testid="item-attributes-{name}"><div itemprop="{name}"><span>{escape(fact)}</span></div></div>'
        for name, fact in facts.items()
        if fact
    )
    description = f'<div itemprop="description"><span>{escape(offer.description)}</span></div>'
    return f'<div class="details-list">{"".join(rows)}{description}</div>'


_UNITS = (
    (365 * 86_400, "un anno fa", "{} anni fa"),
    (30 * 86_400, "un mese fa", "{} mesi fa"),
    (86_400, "un giorno fa", "{} giorni fa"),
    (3_600, "un'ora fa", "{} ore fa"),
    (60, "un minuto fa", "{} minuti fa"),
)


def time_ago(age: timedelta) -> str:
    """How long ago, as the Italian page says it: rounded down to one unit."""
    seconds = int(age.total_seconds())
    for unit, one, many in _UNITS:
        if seconds >= unit:
            return one if seconds < 2 * unit else many.format(seconds // unit)
    return "proprio ora"


def _item_data(offer: Offer) -> dict[str, Any]:
    """What the page's own program knows about a listing; of a neighbour too, so the id must be checked."""
    return {
        "item": {
            "item_id": offer.listing_id,
            "id": offer.listing_id,
            "title": offer.title,
            "catalog_id": offer.catalog_id,
            "brand_dto": {"id": offer.brand.id, "title": offer.brand.title} if offer.brand else None,
            "size_id": offer.size.id if offer.size else None,
            "status_id": offer.condition_id,
            **closing(offer),
            "seller_id": offer.seller_id,
            "user": {"id": offer.seller_id, "login": offer.seller_login, "business": offer.seller_is_business},
        }
    }


def _plugins(offer: Offer, addresses: Addresses) -> dict[str, Any]:
    photos = [{"url": photo_url(addresses.images, offer.listing_id, n)} for n in range(1, offer.photo_count + 1)]
    plugins: list[Mapping[str, Any]] = [
        {"name": "gallery", "type": "gallery", "data": {"item_id": offer.listing_id, "photos": photos}},
        {
            "name": "favourite",
            "type": "favourite",
            "data": {
                "item_id": offer.listing_id,
                "seller_id": offer.seller_id,
                "favourite_count": offer.favourites,
                "is_favourite": False,
            },
        },
        {
            "name": "item_status",
            "type": "item_status",
            "data": {
                "item_id": offer.listing_id,
                **closing(offer),
            },
        },
        {"name": "user_info_header", "type": "user_info", "data": {"id": offer.seller_id, "login": offer.seller_login}},
        {
            "name": "pricing",
            "type": "pricing",
            "data": {
                "price": {"amount": f"{offer.price:.2f}", "currency_code": offer.currency},
                "service_fee": {"amount": f"{offer.service_fee:.2f}", "currency_code": offer.currency},
                "total_item_price": {"amount": f"{offer.total:.2f}", "currency_code": offer.currency},
            },
        },
    ]
    return {"plugins": plugins}


def _catalogue_data(shown: ShelfPage, addresses: Addresses) -> dict[str, Any]:
    return {
        "items": {
            "items": [{"productItem": _product(placed, addresses)} for placed in shown.places],
            "pagination": {
                "currentPage": shown.page,
                "perPage": shown.per_page,
                "time": shown.time,
                "totalEntries": shown.total_entries,
                "totalPages": shown.total_pages,
            },
        }
    }


def _product(placed: Placed, addresses: Addresses) -> dict[str, Any]:
    offer = placed.offer
    first_line, second_line = box_lines(offer, "it")
    photo = photo_url(addresses.images, offer.listing_id) if offer.photo_count else ""
    product = {
        "id": offer.listing_id,
        "title": offer.title,
        "url": item_path(offer),
        "price": {"amount": f"{offer.price:.2f}", "currencyCode": offer.currency},
        "serviceFee": {"amount": f"{offer.service_fee:.2f}", "currencyCode": offer.currency},
        "totalItemPrice": {"amount": f"{offer.total:.2f}", "currencyCode": offer.currency},
        "photos": [{"url": photo}] if photo else [],
        "thumbnailUrl": photo or UNDEFINED,
        "itemBox": {"firstLine": first_line or UNDEFINED, "secondLine": second_line or UNDEFINED, "badge": UNDEFINED},
        "favouriteCount": offer.favourites,
        "isPromoted": placed.promoted,
        "user": {"id": offer.seller_id, "login": offer.seller_login, "isBusiness": offer.seller_is_business},
    }
    return product | dict(offer.wire) if offer.wire else product


def _card(placed: Placed, addresses: Addresses) -> str:
    offer = placed.offer
    name = f"product-item-id-{offer.listing_id}"
    first_line, second_line = box_lines(offer, "it")
    image = photo_url(addresses.images, offer.listing_id) if offer.photo_count else ""
    return (
        f'<div data-testid="{name}">'
        f'<img data-testid="{name}--image--img" src="{escape(image)}" alt="{escape(offer.title)}"/>'
        f'<p data-testid="{name}--price-text">{_italian_price(offer)}</p>'
        f'<p data-testid="{name}--description-title">{escape(first_line)}</p>'
        f'<p data-testid="{name}--description-subtitle">{escape(second_line)}</p>'
        f'<a data-testid="{name}--overlay-link" href="{escape(item_path(offer))}" title="{escape(offer.title)}"></a>'
        "</div>"
    )


def _italian_price(offer: Offer) -> str:
    sign = "€" if offer.currency == "EUR" else escape(offer.currency)
    return f"{offer.price:.2f}".replace(".", ",") + f" {sign}"


def _colour_names(offer: Offer) -> list[str]:
    names = {colour.id: colour.labels["it"] for colour in colours()}
    return [names[colour_id] for colour_id in offer.colour_ids if colour_id in names]


def _flight_text(*blocks: Any) -> str:
    """The data as numbered flight lines."""
    return "".join(f"{number:x}:{orjson.dumps(block).decode()}\n" for number, block in enumerate(blocks, start=1))


def _flight_scripts(*blocks: Any) -> str:
    """The same as script elements of a page, cut into pieces wherever they happen to end."""
    text = _flight_text(*blocks)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    pushes = (f"self.__next_f.push([1,{_in_script(piece)}])" for piece in pieces)
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(
        f"<script>{push}</script>" for push in pushes
    )


def _in_script(text: str) -> str:
    # A script element ends at the first "</", wherever it stands.
    return orjson.dumps(text).decode().replace("</", "\\u003c/")
