"""This is where it is told how ready a draft is for Vinted: what is missing, and all of it packed."""

from __future__ import annotations

from dataclasses import replace

from vopt_lib.assistant.grounding import violations
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.completeness import completeness
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.package import package_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.listing_text import ListingText
from vopt_lib.schema.package import without_hashtags
from vopt_lib.schema.studio_page import OpenDraft, Ready
from vopt_lib.schema.visitor import Visitor


def ready_of(desk: Desk, visitor: Visitor, draft: OpenDraft | None) -> Ready | None:
    """How ready a draft is; None: none is open, or it is no more."""
    if draft is None:
        return None
    description, hashtags = without_hashtags(draft.description)
    text = ListingText(draft.title, description, hashtags, draft.language)
    try:
        package = package_of(desk, member_of(desk, visitor), draft.listing_id, visitor.words)
    except VoptError:
        return None
    parcel = draft.fields["parcel_size"]
    facts = replace(draft.facts, catalog_id=catalogue_alike(desk, draft.facts.catalog_id, market=draft.market))
    complete = completeness(facts, text, draft.photos, draft.asked, parcel_size=parcel)
    return Ready(complete, package, violations(text, facts))
