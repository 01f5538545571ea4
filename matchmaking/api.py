"""What an organization's programs read with its token: its matches with their reasons, and its introductions.

Each is told from the organization's own side, by the rules of its pages. No text that opens only after a
confidentiality agreement is told here, nor what people write to each other: the page of an introduction has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request

from expo.api.asking import LANGUAGES, check_names
from expo.api.errors import Fault, NotUnderstood
from expo.api.private import PrivateDoor, of_pages, page_schema, place_in, private_operation, size_of, written
from expo.api.schema import TYPES, Json, choice, language, parameter
from expo.api.views import next_url
from expo.models import Innovation, Instrument, Organization, Product, Transition
from matchmaking.introducing.sides import Seen, page_of, seen_by, with_sides
from matchmaking.matching.parts import Part, could_be, read
from matchmaking.matching.words import Reason, explained, part_label
from matchmaking.models import OFFERS, Demand, Introduction, IntroductionState, Match, Side

OWN: dict[str, type[Model]] = {
    "demand": Demand, "innovation": Innovation, "product": Product, "instrument": Instrument,
}  # fmt: skip
OF_PAGES = ("lang", "page_size", "cursor")
Components = Callable[[str, Json], Json]


# ------------------------------------------------------------------ the schema
def record_of(properties: dict[str, Json], *, nullable: bool = False) -> Json:
    kind: Any = ["object", "null"] if nullable else "object"
    return {"type": kind, "required": [*properties], "properties": properties, "additionalProperties": False}


def maybe(name: str) -> Json:
    return {**TYPES[name], "type": [TYPES[name]["type"], "null"]}


TEXT, WHOLE, FLAG, MOMENT = (TYPES[name] for name in ("text", "whole", "flag", "moment"))
NAMED = {"key": TEXT, "name": TEXT}
REASONS = {"type": "array", "items": record_of({"part": TEXT, "words": TEXT})}
PART = {
    "name": TEXT, "label": TEXT, "weight": WHOLE, "points": WHOLE,
    "value": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "could_be": {"type": ["integer", "null"]},
}  # fmt: skip
SCORED = {
    "parts": {"type": "array", "items": record_of(PART)},
    "fits": REASONS,
    "misses": REASONS,
    "questions": REASONS,
}
RECORD = {"noun": TEXT, "key": TEXT, "title": TEXT, "url": TEXT, "organization": record_of(NAMED, nullable=True)}
MATCH = {
    "key": WHOLE, "side": choice(list(Side.values)), "score": {"type": "integer", "minimum": 0, "maximum": 100},
    "found_at": MOMENT, "computed_at": MOMENT, "is_sample": FLAG, "demand": record_of(RECORD),
    "offer": record_of(RECORD), **SCORED,
}  # fmt: skip
WISH = {"step": choice(list(Introduction.NextStep.values)), "is_ours": FLAG, "at": MOMENT}
INTRODUCTION = {
    "key": TEXT, "side": choice(list(Side.values)), "state": choice(list(IntroductionState.values)),
    "state_label": TEXT, "wrote_first": FLAG, "is_our_turn": FLAG, "other": record_of(NAMED, nullable=True),
    "demand": record_of(RECORD, nullable=True), "offer": record_of(RECORD, nullable=True), "score": maybe("whole"),
    **SCORED, "created_at": MOMENT, "due_at": MOMENT, "answered_at": maybe("moment"), "decline_reason": TEXT,
    "close_reason": TEXT, "wishes": {"type": "array", "items": record_of(WISH)}, "is_sample": FLAG, "url": TEXT,
}  # fmt: skip
HISTORY = {"history": {"type": "array", "items": record_of({"state": TEXT, "at": MOMENT})}}


def describe_matches(view: Any, components: Components) -> Json:
    meanings = {
        "demand": _("Matches of this demand of yours: its key."),
        "innovation": _("Matches of this innovation of yours: its key."),
        "product": _("Matches of this product of yours: its key."),
        "instrument": _("Matches of this instrument of yours: its key."),
    }
    asked = [parameter(name, meaning, {"type": "string"}) for name, meaning in meanings.items()]
    answer = page_schema(components("match", record_of(MATCH)))
    words = _("Matches of one of your records, the best first")
    return private_operation("match_list", words, "matches", [*asked, *of_pages(), language()], answer, 404)


def describe_introductions(view: Any, components: Components) -> Json:
    asked = [
        parameter("state", _("Only those in this state."), choice(list(IntroductionState.values))),
        parameter("side", _("Only those in which you ask, or offer."), choice(list(Side.values))),
    ]
    answer = page_schema(components("introduction", record_of(INTRODUCTION)))
    words = _("Your introductions, the newest first")
    return private_operation("introduction_list", words, "introductions", [*asked, *of_pages(), language()], answer)


def describe_introduction(view: Any, components: Components) -> Json:
    path: Json = {
        "name": "code", "in": "path", "required": True, "description": _("Its code."),
        "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    }  # fmt: skip
    answer = components("introduction_with_history", record_of({**INTRODUCTION, **HISTORY}))
    return private_operation(
        "introduction_detail", _("One of your introductions"), "introductions", [path, language()], answer, 404
    )


# ------------------------------------------------------------------ the doors
class Matches(PrivateDoor):
    """The matches of one record of the organization, as the side that it stands on may see them."""

    described = describe_matches

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        faults = faults_in(request.GET, (*OWN, *OF_PAGES))
        asked = [name for name in OWN if request.GET.get(name, "").strip()]
        if len(asked) != 1 and not faults:
            faults.append((asked[1] if asked else "demand", _("Give one: %(names)s.") % {"names": ", ".join(OWN)}))
        size = size_of(request, faults)
        if faults:
            raise NotUnderstood(*faults)
        noun = asked[0]
        rows = shown_matches(self.organization(request), noun, request.GET[noun].strip())
        side = Side.ASKING if noun == "demand" else Side.OFFERING
        column = "score" if side == Side.ASKING else "offer_score"
        if place := place_in(request, 2):
            rows = rows.filter(Q(**{f"{column}__lt": place[0]}) | Q(**{column: place[0]}, pk__gt=place[1]))
        found = list(with_records(rows.order_by(f"-{column}", "pk"))[: size + 1])
        last = found[size - 1] if len(found) > size else None
        cursor = written(request, getattr(last, column), last.pk) if last else ""
        return {"next": next_url(request, cursor), "results": [told_match(row, side) for row in found[:size]]}


class Introductions(PrivateDoor):
    described = describe_introductions

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        faults = faults_in(request.GET, ("state", "side", *OF_PAGES))
        state, side = (request.GET.get(name, "").strip() for name in ("state", "side"))
        for name, value, known in (("state", state, IntroductionState.values), ("side", side, Side.values)):
            if value and value not in known:
                faults.append((name, _("“%(value)s” means nothing here.") % {"value": value[:80]}))
        size = size_of(request, faults)
        if faults:
            raise NotUnderstood(*faults)
        own = self.organization(request)
        rows = introductions_of(own).order_by("-pk")
        if state:
            rows = rows.filter(state=state)
        if side:
            rows = rows.filter(**{side: own})
        if place := place_in(request, 1):
            rows = rows.filter(pk__lt=place[0])
        found = list(rows[: size + 1])
        cursor = written(request, found[size - 1].pk) if len(found) > size else ""
        return {"next": next_url(request, cursor), "results": [told_introduction(row, own) for row in found[:size]]}


class OneIntroduction(PrivateDoor):
    described = describe_introduction

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        if faults := faults_in(request.GET, ("lang",)):
            raise NotUnderstood(*faults)
        own = self.organization(request)
        row = introductions_of(own).filter(code=kwargs["code"]).first()
        if row is None:
            raise Http404
        moves = Transition.objects.of(row).order_by("at", "pk").values_list("to_state", "at")
        return {**told_introduction(row, own), "history": [{"state": state, "at": at} for state, at in moves]}


# ------------------------------------------------------------------ rows
def faults_in(query: QueryDict, known: Sequence[str]) -> list[Fault]:
    faults = check_names(query, known)
    if query.get("lang", "").strip() not in ("", *LANGUAGES):
        faults.append(("lang", _("The languages are %(names)s.") % {"names": ", ".join(LANGUAGES)}))
    return faults


def shown_matches(own: Organization, noun: str, slug: str) -> QuerySet[Match]:
    """Http404 for a record that is not the organization's own."""
    rows: Any = OWN[noun].objects  # type: ignore[attr-defined]
    record = rows.of_organization(own).filter(slug=slug).first() if "\0" not in slug else None
    if record is None:
        raise Http404
    if noun == "demand":
        return Match.objects.of_demand(record).shown_to_asking()
    return Match.objects.of_offer(record).shown_to_offering()


def with_records(rows: QuerySet[Match]) -> QuerySet[Match]:
    return rows.select_related("demand__organization", *OFFERS, "product__organization", "instrument__organization")


def introductions_of(own: Organization) -> QuerySet[Introduction]:
    rows: QuerySet[Introduction] = with_sides(Introduction.objects.of_organization(own)).prefetch_related("wishes")
    return rows


# ------------------------------------------------------------------ as they are told
def told_match(match: Match, side: Side) -> dict[str, Any]:
    asks = side == Side.ASKING
    own_of_demand = match.demand.organization if asks else match.demand.named_organization
    seller = getattr(match.offer, "organization", None)
    return {
        "key": match.pk,
        "side": str(side),
        "score": match.score if asks else match.offer_score,
        "found_at": match.found_at,
        "computed_at": match.matched_at,
        "is_sample": match.demand.is_sample or match.offer.is_sample,
        "demand": told_record(match.demand, own_of_demand),
        "offer": told_record(match.offer, seller),
        **told_reasons(read(match.parts if asks else match.offer_parts), side),
    }


def told_introduction(row: Introduction, own: Organization) -> dict[str, Any]:
    seen = seen_by(row, own)
    parts = read(row.parts)
    return {
        "key": row.code,
        "side": str(seen.side),
        "state": row.state,
        "state_label": row.get_state_display(),
        "wrote_first": seen.wrote_first,
        "is_our_turn": seen.is_our_turn,
        "other": told_organization(seen.other),
        "demand": told_record(row.demand, _asking_as_seen(row, seen)) if row.demand else None,
        "offer": told_record(row.offer, row.offering) if row.offer else None,
        "score": row.score,
        **told_reasons(parts, seen.side),
        "created_at": row.created_at,
        "due_at": row.due_at,
        "answered_at": row.answered_at,
        "decline_reason": row.decline_reason,
        "close_reason": row.close_reason,
        "wishes": [{"step": wish.step, "is_ours": wish.side == seen.side, "at": wish.at} for wish in row.wishes.all()],
        "is_sample": row.is_sample,
        "url": _page(row, own),
    }


def _asking_as_seen(row: Introduction, seen: Seen) -> Organization | None:
    return row.asking if seen.side == Side.ASKING else seen.other


def _page(row: Introduction, own: Organization) -> str:
    return settings.SITE_URL + page_of(row, own)


def told_record(record: Any, organization: Organization | None) -> dict[str, Any]:
    return {
        "noun": record._meta.model_name,
        "key": record.slug,
        "title": str(getattr(record, "title", "") or record),
        "url": settings.SITE_URL + record.get_absolute_url(),
        "organization": told_organization(organization),
    }


def told_organization(organization: Organization | None) -> dict[str, str] | None:
    return {"key": organization.slug, "name": str(organization.name)} if organization else None


def told_reasons(parts: Sequence[Part], side: str) -> dict[str, Any]:
    """The parts of a score, and the sentences that the page makes of them."""
    words = explained(parts, side=str(side))
    return {
        "parts": [
            {
                "name": part.name,
                "label": str(part_label(part.name)),
                "weight": part.weight,
                "points": part.points,
                "value": part.value,
                "could_be": could_be(parts, part) if part.is_open else None,
            }
            for part in parts
        ],
        **{name: [_told(row) for row in getattr(words, name)] for name in ("fits", "misses", "questions")},
    }


def _told(reason: Reason) -> dict[str, str]:
    return {"part": reason.part, "words": reason.words}
