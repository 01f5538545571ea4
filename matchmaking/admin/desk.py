"""The broker's desk: a page of the organizers' workplace, and one for each demand on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from expo.admin.pages import AdminPage, add_admin_page
from expo.errors import DomainError
from expo.forms.records import add_refusal
from matchmaking import declines, desk
from matchmaking.demands import missing_for_publication
from matchmaking.forms.desk import CallForm, ProposeForm, TakeOverForm
from matchmaking.match_rows import pieces_of
from matchmaking.matching.parts import read
from matchmaking.matching.words import explained
from matchmaking.models import Demand, DemandCall, Introduction, Side

PER_PAGE = 20
WHY_SHOWN = 10  # demands of a page that are told why nobody fits them: each costs three queries
VIEWS = {
    "introductions": _("Open introductions"),
    "unanswered": _("Unanswered demands"),
    "unfitting": _("Nobody fits"),
    "declined": _("Said no"),
}


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), "title": title, **context})


def start(request: HttpRequest) -> HttpResponse:
    """Lists, one at a time: what waits between two, who waits for anybody, whom nobody fits; and why people say no."""
    chosen = request.GET.get("show", "introductions")
    rows: dict[str, Any] = {
        "introductions": desk.open_introductions(),
        "unanswered": desk.unanswered_demands(),
        "unfitting": desk.unfitting_demands(),
    }
    if chosen not in VIEWS:
        chosen = "introductions"
    if request.GET.get("mine") and chosen == "introductions":
        rows[chosen] = rows[chosen].filter(broker=request.user)
    if chosen == "declined":
        return _declined(request, rows)
    page = Paginator(rows[chosen], PER_PAGE if chosen != "unfitting" else WHY_SHOWN).get_page(request.GET.get("page"))
    context = {
        "views": _views(rows, chosen),
        "chosen": chosen,
        "is_mine": bool(request.GET.get("mine")),
        "page": page,
        "why": [(demand, desk.why_nobody_fits(demand)) for demand in page] if chosen == "unfitting" else [],
        "now": timezone.now(),
    }
    return _page(request, "admin/desk.html", gettext("Broker's desk"), context)


def _views(rows: dict[str, Any], chosen: str) -> list[tuple[str, Any, int, bool]]:
    counts = {name: found.count() for name, found in rows.items()} | {"declined": declines.count()}
    return [(name, label, counts[name], name == chosen) for name, label in VIEWS.items()]


def _declined(request: HttpRequest, rows: dict[str, Any]) -> HttpResponse:
    context = {"views": _views(rows, "declined"), "chosen": "declined", "overview": declines.overview()}
    return _page(request, "admin/desk.html", gettext("Broker's desk"), context)


def demand_page(request: HttpRequest, key: int) -> HttpResponse:
    """A demand with its matches as both sides see them, why others do not fit, the calls, and what a broker can do."""
    demand = get_object_or_404(Demand.objects.select_related("organization", "sector__parent"), pk=key)
    return _demand(request, demand, ProposeForm(), CallForm())


def _demand(request: HttpRequest, demand: Demand, propose: forms.Form, call: Any) -> HttpResponse:
    declined = desk.declined_by(demand)
    rows = []
    for match in desk.matches_for_broker(demand):
        parts = read(match.parts)
        told = explained(parts, side=Side.ASKING)
        rows.append((match, pieces_of(parts), told, declined.get(match.offer_key, [])))
    talks = demand.introductions.select_related("asking", "offering", "innovation", "product", "instrument", "broker")
    context = {
        "demand": demand,
        "rows": rows,
        "why": desk.why_nobody_fits(demand),
        "missing": missing_for_publication(demand),
        "calls": DemandCall.objects.filter(demand=demand).select_related("by"),
        "introductions": [
            (talk, TakeOverForm(initial={"broker": talk.broker_id}, prefix=f"i{talk.pk}")) for talk in talks
        ],
        "propose": propose,
        "call": call,
        "media": propose.media,
    }
    return _page(request, "admin/desk_demand.html", str(demand), context)


@require_POST
def propose_match(request: HttpRequest, key: int) -> HttpResponse:
    demand = get_object_or_404(Demand.objects.select_related("organization", "sector__parent"), pk=key)
    form = ProposeForm(request.POST)
    if form.is_valid():
        try:
            desk.propose_match(demand, form.cleaned_data["offer"], by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, gettext("Proposed. Both sides find it among their matches, with your reason."))
            return redirect("admin:desk-demand", demand.pk)
    return _demand(request, demand, form, CallForm())


@require_POST
def write_call(request: HttpRequest, key: int) -> HttpResponse:
    demand = get_object_or_404(Demand.objects.select_related("organization", "sector__parent"), pk=key)
    form = CallForm(request.POST, instance=None)
    if form.is_valid():
        try:
            desk.write_up_call(demand, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, gettext("The call is written down."))
            return redirect("admin:desk-demand", demand.pk)
    return _demand(request, demand, ProposeForm(), form)


@require_POST
def take_over(request: HttpRequest, code: str) -> HttpResponse:
    introduction = get_object_or_404(Introduction, code=code)
    form = TakeOverForm(request.POST, prefix=f"i{introduction.pk}")
    if form.is_valid():
        desk.take_over(introduction, broker=form.cleaned_data["broker"], by=request.user)  # type: ignore[arg-type]
        messages.success(request, gettext("The introduction is in other hands now."))
    else:
        messages.error(request, gettext("Choose one of the organizers."))
    if introduction.demand_id is not None:
        return redirect("admin:desk-demand", introduction.demand_id)
    return redirect("admin:desk")


add_admin_page(
    AdminPage(
        "desk",
        "desk/",
        _("Broker's desk"),
        start,
        "matchmaking.change_demand",
        (
            ("demands/<int:key>/", "desk-demand", demand_page),
            ("demands/<int:key>/propose/", "desk-propose", propose_match),
            ("demands/<int:key>/call/", "desk-call", write_call),
            ("introductions/<slug:code>/broker/", "desk-broker", take_over),
        ),
    )
)
