"""What organizations keep by themselves: one row a noun, so that one set of pages serves them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet

from expo.quality import Quality, Wish, measure

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from expo.models import Organization


@dataclass(frozen=True)
class OwnAct:
    """One button of the organization: its domain function, the states it starts from, and its `reason`: "",
    "optional" or "required". `hint` says what comes of it. `by_holder`: only the holder of an innovation may.
    `reopen` opens a returned record first, which is handed in again without another step. `barred` says why a person
    may not do it although the state allows it."""

    name: str
    label: str | Promise
    do: Callable[..., object]
    sources: frozenset[str]
    hint: str | Promise = ""
    reason: str = ""
    tone: str = ""
    by_holder: bool = False
    reopen: Callable[..., object] | None = None
    barred: Callable[..., str] | None = None

    @property
    def asks(self) -> bool:
        """Whether a page comes before the act."""
        return bool(self.reason) or self.tone == "stop"


@dataclass(frozen=True)
class Section:
    """A part of the form: fields, or the rows of one kind below the record."""

    title: str | Promise
    fields: tuple[str, ...] = ()
    lines: str = ""
    hint: str | Promise = ""


@dataclass(frozen=True)
class OwnNoun:
    """A noun that organizations keep. `direct` are the states in which they change the record itself, `reviewed` those
    in which a change waits for review, `waiting` those in which the organizers have it, `returned` those that wait
    for the organization, `public` those that the public sees.

    `first` are the fields that begin a new one. `form` and `lines` (by the name of the relation) are classes of forms.
    `wishes` gives the function that says what a record lacks, with what it needs looked up once for many.
    """

    noun: str
    address: str
    model: type[Any]
    title: str | Promise
    one: str | Promise
    new: str | Promise
    form: type[Any]
    first: tuple[str, ...]
    sections: tuple[Section, ...]
    lines: Mapping[str, type[Any]]
    rows: Callable[[Organization], QuerySet[Any]]
    start: Callable[[Organization], Any]
    wishes: Callable[[], Callable[[Any], Sequence[Wish]]]
    acts: tuple[OwnAct, ...]
    direct: frozenset[str]
    reviewed: frozenset[str]
    waiting: frozenset[str]
    returned: frozenset[str]
    public: frozenset[str]
    reviewer: str
    template: str
    prepared: Callable[[QuerySet[Any]], QuerySet[Any]]
    position: int
    has_pictures: bool = True
    has_codes: bool = False
    beside: Callable[[Any], dict[str, Any]] = field(default=lambda record: {})
    lede: str | Promise = ""

    @property
    def list_name(self) -> str:
        return f"own-{self.noun}-list"

    def quality(self, record: Any) -> Quality:
        return measure(self.wishes()(record))

    def act(self, name: str) -> OwnAct | None:
        return next((act for act in self.acts if act.name == name), None)

    def tone(self, state: str) -> str:
        """How a state looks: go, wait, stop, or nothing for a draft."""
        if state in self.public:
            return "go"
        if state in self.waiting | self.returned or state in self.reviewed:
            return "wait"
        return "" if state in self.direct else "stop"


own_nouns: dict[str, OwnNoun] = {}


def add_own_noun(row: OwnNoun) -> None:
    if row.noun in own_nouns:
        raise ImproperlyConfigured(f"OwnNoun “{row.noun}” is registered twice.")
    own_nouns[row.noun] = row


def own_noun_of(record: Model) -> OwnNoun | None:
    """The row of a record's noun; None where organizations do not keep it by themselves."""
    found = own_nouns.get(record._meta.model_name or "")
    return found if found is not None and isinstance(record, found.model) else None
