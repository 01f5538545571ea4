"""Acts: what organizers do to a record with a button or to many at once. Each calls one domain function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from django.utils.translation import ngettext

from expo.admin.forms import ReasonForm, in_words
from expo.admin.log import entries
from expo.errors import DomainError
from expo.models import Transition

if TYPE_CHECKING:
    from django.utils.functional import Promise

MOST_REFUSALS = 20
MOST_ROWS_SHOWN = 50
MOVES_SHOWN = 10


@dataclass(frozen=True)
class Act:
    """One button: its domain function, the states it starts from, and its `reason`: "", "optional" or "required"."""

    name: str
    label: str | Promise
    do: Callable[..., object]
    sources: frozenset[str]
    reason: str = ""
    tone: str = ""


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


def carry_out(act: Act, records: Iterable[Model], **words: Any) -> Outcome:
    """The act on each row, each in its own transaction: one refusal stops no other row."""
    outcome = Outcome()
    for record in records:
        try:
            with transaction.atomic():
                act.do(record, **words)
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

    def acts_for(self, request: HttpRequest, record: Any) -> list[Act]:
        """The acts that lead on from the record's present state."""
        if not self.has_change_permission(request, record):
            return []
        return [act for act in self.acts if record.state in act.sources]

    # ------------------------------------------------------------------ one record
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        act = path("<path:object_id>/act/<slug:act>/", self.admin_site.admin_view(self.act_view), name=name)
        return [act, *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """GET asks (and for the reason, where one is wanted); POST does it."""
        chosen = next((row for row in self.acts if row.name == act), None)
        record = self.get_object(request, unquote(object_id))
        if chosen is None or record is None:
            raise Http404
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
        form = reason_form(chosen, request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return self.ask(request, chosen, [record], form, back)
        tell(request, chosen, carry_out(chosen, [record], by=request.user, **given(form)))
        return HttpResponseRedirect(back)

    # ------------------------------------------------------------------ many records
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR in request.GET or not self.has_change_permission(request):
            return actions
        for act in self.acts:
            actions[act.name] = (partial(_bulk, act=act), act.name, act.label)
        return actions

    def act_on_many(self, request: HttpRequest, act: Act, rows: QuerySet[Any]) -> HttpResponse | None:
        """None returns to the list; else the page that asks for the reason."""
        if not act.reason:
            tell(request, act, carry_out(act, rows, by=request.user))
            return None
        form = reason_form(act, request.POST if "apply" in request.POST else None)
        if form.is_valid():
            tell(request, act, carry_out(act, rows, by=request.user, **given(form)))
            return None
        return self.ask(request, act, list(rows), form, request.get_full_path(), in_bulk=True)

    def ask(
        self, request: HttpRequest, act: Act, records: list[Any], form: ReasonForm, back: str, *, in_bulk: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "opts": self.opts,
            "act": act,
            "records": records[:MOST_ROWS_SHOWN],
            "more": max(0, len(records) - MOST_ROWS_SHOWN),
            "keys": [record.pk for record in records] if in_bulk else [],
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


def reason_form(act: Act, data: Any) -> ReasonForm:
    form = ReasonForm(data, required=act.reason == "required")
    if not act.reason:
        del form.fields["reason"]
    return form


def given(form: ReasonForm) -> dict[str, Any]:
    """The words an act is given: none where it takes none."""
    return dict(form.cleaned_data)
