"""What of its own an organization may bring into an introduction about something of another's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from expo.models import Organization
from matchmaking.introducing.subjects import Subject, open_demands, pair_key, shown_offers
from matchmaking.models import OFFERS, DecisionVerdict, Demand, Introduction, Match, MatchDecision, Side
from matchmaking.models.introduction import OPEN_STATES
from matchmaking.models.match import pair_of

Key = tuple[str, int]  # noun, key of the record


@dataclass(frozen=True)
class Choice:
    """One thing of one's own, None for none in particular; `match` where the two were matched."""

    record: Any | None = None
    match: Match | None = None

    @property
    def value(self) -> str:
        """As it is written in a form: noun/short-name."""
        return f"{self.record._meta.model_name}/{self.record.slug}" if self.record is not None else ""


@dataclass(frozen=True)
class Choices:
    """`free` may be written about, what fits best first; about the others the two are in contact, or one declined."""

    free: list[Choice] = field(default_factory=list)
    in_contact: list[tuple[Choice, Introduction]] = field(default_factory=list)
    declined: list[Choice] = field(default_factory=list)

    @property
    def is_a_choice(self) -> bool:
        return any(choice.record is not None for choice in self.free)

    @property
    def may_hide_writer(self) -> bool:
        """Whether one of them is a demand that does not name whose it is."""
        return any(isinstance(choice.record, Demand) and not choice.record.is_named for choice in self.free)

    def with_value(self, value: str) -> Choice | None:
        return next((choice for choice in self.free if choice.value == value), None)


def choices_for(organization: Organization, subject: Subject) -> Choices | None:
    """What `organization` may bring where the subject names only what the other side has; None where it names both."""
    if subject.demand is not None and subject.offer is not None:
        return None
    own, matches = _own(organization, subject), _matches(subject)
    offered = [Choice(record, matches.get(_key(record))) for record in own]
    offered.sort(key=lambda choice: -_points(choice.match, subject.side))
    return _sorted_out(organization, subject, [Choice(), *offered])


def chosen(subject: Subject, choice: Choice) -> Subject:
    """The subject with what was chosen beside it."""
    if choice.record is None:
        return subject
    return replace(subject, match=choice.match, **{_room(subject): choice.record})


def _room(subject: Subject) -> str:
    return "offer" if subject.side == Side.OFFERING else "demand"


def _own(organization: Organization, subject: Subject) -> list[Any]:
    if subject.side == Side.ASKING:
        return list(open_demands().filter(organization=organization).order_by("-updated_at", "pk"))
    return [
        row for noun in OFFERS for row in shown_offers(noun).of_organization(organization).order_by("-updated_at", "pk")
    ]


def _matches(subject: Subject) -> dict[Key, Match]:
    """By what stands across from the subject."""
    rows = Match.objects.defer("parts", "offer_parts")
    if subject.demand is not None:
        return {row.offer_key: row for row in rows.of_demand(subject.demand)}
    return {("demand", row.demand_id): row for row in rows.filter(**pair_of(subject.offer))}  # type: ignore[arg-type]


def _points(match: Match | None, side: Side) -> int:
    if match is None:
        return -1
    return match.score if side == Side.ASKING else match.offer_score


def _key(record: Any) -> Key:
    return record._meta.model_name, record.pk


def _sorted_out(organization: Organization, subject: Subject, choices: list[Choice]) -> Choices:
    """Once for all of them what `introduce` asks for one."""
    by_key = {_pair_key(organization, chosen(subject, choice)): choice for choice in choices}
    known = list(Introduction.objects.filter(pair_key__in=by_key))
    is_open = {row.pair_key: row for row in known if row.state in OPEN_STATES}
    refused = {row.pair_key for row in known if row.decline_reason and row.from_side == subject.side}
    declined, found = _declined(subject), Choices()
    for key, choice in by_key.items():
        if key in is_open:
            found.in_contact.append((choice, is_open[key]))
        elif key in refused or (choice.record is not None and _key(choice.record) in declined):
            found.declined.append(choice)
        else:
            found.free.append(choice)
    return found


def _pair_key(organization: Organization, subject: Subject) -> str:
    two = (organization, subject.other) if subject.side == Side.ASKING else (subject.other, organization)
    return pair_key(*two, subject.demand, subject.offer)


def _declined(subject: Subject) -> set[Key | None]:
    """What the other side has looked at and found not to be for it."""
    rows = MatchDecision.objects.filter(side=subject.side.other, verdict=DecisionVerdict.DECLINED)
    if subject.demand is not None:
        return {row.offer_key for row in rows.filter(demand=subject.demand)}
    keys = rows.filter(**pair_of(subject.offer)).values_list("demand_id", flat=True)  # type: ignore[arg-type]
    return {("demand", key) for key in keys}
