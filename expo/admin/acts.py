"""Acts: what organizers do to a record with a button or to many at once. Each calls one domain function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, helpers
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from expo.admin.asking import AskForm
from expo.admin.log import entries
from expo.errors import DomainError
from expo.forms.records import in_words
from expo.models import Transition

if TYPE_CHECKING:
    from django.utils.functional import Promise

MOST_REFUSALS = 20
MOST_ROWS_SHOWN = 50
MOVES_SHOWN = 10


@dataclass(frozen=True)
class Act:
    """One button: its domain function, the states it starts from, and its `reason`: "", "optional" or "required".

    What is `irreversible` is done only after a page that says so and asks for a tick. `touches` tells in words
    what the act touches besides the records themselves. `permission` (`app.codename`) is needed besides changing them.
    A `form` of its own asks for more than words.
    """

    name: str
    label: str | Promise
    do: Callable[..., object]
    sources: frozenset[str]
    reason: str = ""
    tone: str = ""
    irreversible: bool = False
    touches: Callable[[Sequence[Any]], list[str]] | None = None
    permission: str = ""
    form: type[AskForm] = AskForm

    @property
    def asks(self) -> bool:
        """Whether a page comes before the act."""
        return bool(self.reason) or self.irreversible or self.form is not AskForm


@dataclass
class Outcome:
    """What came of an act on many rows."""

    done: list[Model] = field(default_factory=list)
    refused: list[tuple[Model, str]] = field(default_factory=list)


def leading_to(
    moves: Mapping[str, tuple[str, ...]], to: str, *, taken_up: str = "", review: str = ""
) -> frozenset[str]:
    """The states the table leads to `to` from, and `taken_up` where the act brings it to `review` first."""
    sources = {str(state) for state, targets in moves.items() if to in targets}
    return frozenset(sources | ({str(taken_up)} if review in sources and taken_up else set()))


def is_end(moves: Mapping[str, tuple[str, ...]], state: str) -> bool:
    """Whether no way leads back from a state: none leads on, or only to where nothing but ended records go."""
    exits = {str(source): set(map(str, targets)) for source, targets in moves.items()}
    ends: set[str] = set()
    while found := _next_ends(exits, ends):
        ends |= found
    return str(state) in ends


def _next_ends(exits: Mapping[str, set[str]], ends: set[str]) -> set[str]:
    likely = {source for source, targets in exits.items() if source not in ends and targets <= ends}
    outside = set(exits) - ends - likely
    return {source for source in likely if not any(exits[source] & exits[other] for other in outside)}


def carry_out(
    act: Act, records: Iterable[Model], *, may: Callable[[Any], bool], by: Any, words: Callable[[Any], dict[str, Any]]
) -> Outcome:
    """The act on each row, each in its own transaction: one refusal stops no other row."""
    outcome = Outcome()
    for record in records:
        try:
            if not may(record):
                raise DomainError(gettext("You may not do this to “%(record)s”.") % {"record": record})
            with transaction.atomic():
                act.do(record, by=by, **words(record))
            outcome.done.append(record)
        except (DomainError, ValidationError) as error:
            outcome.refused.append((record, in_words(error)))
    return outcome


def tell(request: HttpRequest, act: Act, outcome: Outcome) -> None:
    """How many succeeded, and why each of the others did not."""
    if count := len(outcome.done):
        words = ngettext("%(act)s: done for one record.", "%(act)s: done for %(count)d records.", count)
        messages.success(request, words % {"act": act.label, "count": count})
    for record, why in outcome.refused[:MOST_REFUSALS]:
        messages.error(request, why if str(record) in why else f"{record}: {why}")
    if (more := len(outcome.refused) - MOST_REFUSALS) > 0:
        messages.error(
            request,
            ngettext("And %(count)d more was refused.", "And %(count)d more were refused.", more) % {"count": more},
        )


class ActsAdmin(ModelAdmin):
    """An admin whose records are moved by acts: buttons on the change page, and actions on the list."""

    acts: tuple[Act, ...] = ()

    def may(self, request: HttpRequest, act: Act, record: Any = None) -> bool:
        """Who may change the record, and holds what else the act needs."""
        held = not act.permission or request.user.has_perm(act.permission)
        return held and self.has_change_permission(request, record)

    def acts_for(self, request: HttpRequest, record: Any) -> list[Act]:
        """The acts that lead on from the record's present state."""
        return [act for act in self.acts if record.state in act.sources and self.may(request, act, record)]

    # ------------------------------------------------------------------ one record
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        act = path("<path:object_id>/act/<slug:act>/", self.admin_site.admin_view(self.act_view), name=name)
        return [act, *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """GET asks; POST does it, or asks again where words or the tick are missing."""
        chosen = next((row for row in self.acts if row.name == act), None)
        record = self.get_object(request, unquote(object_id))
        if chosen is None or record is None:
            raise Http404
        if not self.may(request, chosen, record):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
        if chosen.irreversible and record.state not in chosen.sources:
            tell(request, chosen, self.refusal(chosen, record))
            return HttpResponseRedirect(back)
        form = chosen.form(request.POST if request.method == "POST" else None, act=chosen, records=[record])
        if request.method != "POST" or not form.is_valid():
            return self.ask(request, chosen, [record], form, back)
        self.do(request, chosen, [record], form)
        return HttpResponseRedirect(back)

    def refusal(self, act: Act, record: Any) -> Outcome:
        """An act that the record's present state does not lead to: too late."""
        words = gettext("“%(record)s” is %(state)s, so “%(act)s” can no longer be done. Nothing was changed.")
        told = words % {"record": record, "state": record.get_state_display(), "act": act.label}
        return Outcome(refused=[(record, told)])

    def do(self, request: HttpRequest, act: Act, records: Iterable[Any], form: AskForm) -> None:
        outcome = carry_out(act, records, may=partial(self.may, request, act), by=request.user, words=form.words_for)
        tell(request, act, outcome)

    # ------------------------------------------------------------------ many records
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return actions
        for act in self.acts:
            if self.may(request, act):
                actions[act.name] = (partial(_bulk, act=act), act.name, act.label)
        return actions

    def act_on_many(self, request: HttpRequest, act: Act, rows: QuerySet[Any]) -> HttpResponse | None:
        """None returns to the list; else the page that asks."""
        records = list(rows)
        form = act.form(request.POST if "apply" in request.POST or not act.asks else None, act=act, records=records)
        if not form.is_valid():
            return self.ask(request, act, records, form, request.get_full_path(), in_bulk=True)
        self.do(request, act, records, form)
        return None

    def ask(
        self, request: HttpRequest, act: Act, records: list[Any], form: AskForm, back: str, *, in_bulk: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "opts": self.opts,
            "act": act,
            "records": records[:MOST_ROWS_SHOWN],
            "count": len(records),
            "more": max(0, len(records) - MOST_ROWS_SHOWN),
            "keys": [record.pk for record in records] if in_bulk else [],
            "touched": form.touched,
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            "form": form,
            "back": back,
            "in_bulk": in_bulk,
        }
        return TemplateResponse(request, "admin/action_reason.html", context)

    # ------------------------------------------------------------------ the change page
    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = kwargs.get("obj")
        if record is not None:
            context["acts"] = self.acts_for(request, record)
            context["moves"] = entries(Transition.objects.of(record).select_related("by", "content_type")[:MOVES_SHOWN])
        return super().render_change_form(request, context, *args, **kwargs)


def _bulk(admin: ActsAdmin, request: HttpRequest, rows: QuerySet[Any], *, act: Act) -> HttpResponse | None:
    return admin.act_on_many(request, act, rows)
