"""Introductions in the workspace of either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.records import add_refusal
from expo.models import MemberRole, Organization
from expo.notices import members_of
from expo.rights import may_write
from expo.views.acting import acting_for, person, typed
from matchmaking import confidential, introductions
from matchmaking.forms.introductions import FirstForm, form_for
from matchmaking.introducing import wishes
from matchmaking.introducing.choosing import Choices, choices_for, chosen
from matchmaking.introducing.entrances import day_of
from matchmaking.introducing.limits import refuse_never
from matchmaking.introducing.sides import ANSWERABLE, Seen, conversation, page_of, seen_by, waiting_on, with_sides
from matchmaking.introducing.subjects import Subject, shown_records, subject_for
from matchmaking.matching.parts import Part
from matchmaking.matching.words import Explained, explained
from matchmaking.models import Introduction, IntroductionMessage, IntroductionState, MatchSource

PER_PAGE = 30
S = IntroductionState
Rows = Callable[[Any, Organization], Any]
# name of the view, its words, the rows of it
VIEWS: dict[str, tuple[Any, Rows]] = {
    "ours": (
        gettext_lazy("Waiting for us"),
        lambda rows, own: rows.filter(pk__in=waiting_on(own).values("pk")).order_by("due_at", "pk"),
    ),
    "theirs": (
        gettext_lazy("Waiting for them"),
        lambda rows, own: (
            rows.filter(state__in=ANSWERABLE).exclude(pk__in=waiting_on(own).values("pk")).order_by("due_at", "pk")
        ),
    ),
    "touch": (gettext_lazy("In touch"), lambda rows, own: rows.filter(state=S.ACCEPTED)),
    "over": (gettext_lazy("Over"), lambda rows, own: rows.filter(Q(state=S.DECLINED) | Q(state=S.CLOSED))),
}
# name of the act, its domain function, what is said afterwards
ACTS: dict[str, tuple[Callable[..., Introduction], Any]] = {
    "accept": (introductions.accept, gettext_lazy("You are in touch. Write to each other, and choose the next step.")),
    "question": (introductions.ask_question, gettext_lazy("Your question is on its way. The clock runs on.")),
    "decline": (introductions.decline, gettext_lazy("Declined. The other side reads why.")),
    "reply": (introductions.answer_question, gettext_lazy("Your answer is on its way. Their time begins anew.")),
    "write": (introductions.write, gettext_lazy("Your message is on its way.")),
    "wish": (wishes.wish, gettext_lazy("The wish is noted, and the other side is told.")),
    "unwish": (wishes.take_wish_back, gettext_lazy("The wish is taken back.")),
    "close": (introductions.close, gettext_lazy("The introduction is closed, and the other side is told.")),
    "hand": (introductions.hand_over, gettext_lazy("It is in your colleague's hands now.")),
}


def _rows(request: HttpRequest, organization: Organization) -> Any:
    """Those of the organization that the person may see."""
    return with_sides(Introduction.objects.visible_to(person(request)).of_organization(organization))


@door
@never_cache
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, the most urgent first; then what came of the others, the newest first."""
    organization = acting_for(request, slug)
    chosen = request.GET.get("show", "ours")
    if chosen not in VIEWS:
        raise Http404
    first = IntroductionMessage.objects.filter(introduction=OuterRef("pk")).order_by("at", "pk").values("text")[:1]
    rows = VIEWS[chosen][1](_rows(request, organization), organization).annotate(words=Subquery(first))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "organization": organization,
        "tabs": [{"name": name, "label": label, "is_current": name == chosen} for name, (label, _r) in VIEWS.items()],
        "chosen": chosen,
        "page": page,
        "seen": [seen_by(row, organization) for row in page.object_list],
    }
    return render(request, "matchmaking/introduction_list.html", context)


# ------------------------------------------------------------------ writing first
@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the other side of a match, or about a demand or an offer that the query names."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    subject = subject_for(organization, **{name: request.GET.get(name, "") for name in ("demand", "offer", "match")})
    if subject is None:
        context = {"organization": organization, "typed": request.POST.get("text", "")}
        return render(request, "matchmaking/introduction_gone.html", context, status=404)
    choices = choices_for(organization, subject)
    known = introductions.open_between(organization, subject)
    if request.method != "POST" and known is not None and not (choices and choices.free):
        messages.info(request, _("You are in touch about this already: here it is."))
        return redirect(page_of(known, organization))
    form = FirstForm(typed(request), side=subject.side, choices=choices)
    if form.is_valid() and (sent := _sent(request, organization, subject, form, choices)) is not None:
        return redirect(page_of(sent, organization))
    return _writing(request, organization, subject, form, choices)


def _sent(
    request: HttpRequest, own: Organization, subject: Subject, form: FirstForm, choices: Choices | None
) -> Introduction | None:
    """The introduction, or None where it was refused; then the form says why."""
    choice = choices.with_value(form.cleaned_data.get("about", "")) if choices else None
    full = chosen(subject, choice) if choice else subject
    match = full.match
    proposed = match is not None and match.source == MatchSource.BROKER
    source = Introduction.Source.MATCH if subject.match is not None else Introduction.Source.SEARCH
    found = {"score": match.offer_score, "parts": match.offer_parts} if match is not None else {}
    try:
        sent = introductions.introduce(
            by=person(request), organization=own, demand=full.demand, offer=full.offer, other=full.other,
            text=form.cleaned_data["text"], source=Introduction.Source.BROKER if proposed else source,
            **found,
        )  # fmt: skip
    except DomainError as error:
        add_refusal(form, error)
        return None
    told = _("They have the same wish: you are in touch now.") if sent.state == S.ACCEPTED else _("It is on its way.")
    messages.success(request, told)
    return sent


def _told(parts: Any, side: str) -> Explained | None:
    """Why the two were matched, in sentences; None without a match, or for one stored in an earlier form."""
    try:
        return explained([Part.from_dict(part) for part in parts], side=side) if parts else None
    except (KeyError, TypeError, ValueError):
        return None


def _writing(
    request: HttpRequest, own: Organization, subject: Subject, form: FirstForm, choices: Choices | None
) -> HttpResponse:
    known = introductions.open_between(own, subject) if form.errors else None
    context = {
        "organization": own,
        "subject": subject,
        "form": form,
        "choices": choices,
        "in_contact": [(about, page_of(row, own), day_of(row)) for about, row in choices.in_contact] if choices else [],
        "refusal": _refusal(own, subject, choices) if request.method != "POST" else "",
        "asks": request.GET.get("ask") == "1",
        "known_url": page_of(known, own) if known is not None else "",
        "has_readers": bool(members_of(subject.other)),
        "due_at": introductions.due_now(),
        "told": _told(subject.own_parts, subject.side),
    }
    return render(request, "matchmaking/introduction_new.html", context)


def _refusal(own: Organization, subject: Subject, choices: Choices | None) -> str:
    """Why there is nothing to write, known before anybody has written; empty where there is."""
    try:
        refuse_never(subject.side, own, subject.other, subject.demand)
    except DomainError as error:
        return str(error)
    if choices is None or choices.free:
        return ""
    return _("There is nothing else to write about: you are in contact, or they have said that it is not for them.")


# ------------------------------------------------------------------ one introduction
def _found(request: HttpRequest, slug: str, code: str, least: str) -> tuple[Organization, Introduction]:
    organization = acting_for(request, slug, least)
    return organization, get_object_or_404(_rows(request, organization), code=code)


@door
@never_cache
@require_safe
def opened(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The first time that an editor of the answering side opens it, the other side sees that it was seen."""
    organization, introduction = _found(request, slug, code, MemberRole.MEMBER)
    is_new = introduction.state == S.SENT and seen_by(introduction, organization).may_answer
    if request.method == "GET" and is_new and may_write(request.user, organization):
        introductions.acknowledge(introduction, organization=organization, by=person(request))
        introduction = get_object_or_404(_rows(request, organization), code=code)
    return _thread(request, organization, introduction)


def _thread(
    request: HttpRequest, own: Organization, introduction: Introduction, bound: Mapping[str, forms.Form] | None = None
) -> HttpResponse:
    seen, writes = seen_by(introduction, own), may_write(request.user, own)
    colleagues = [user for user in members_of(own) if user != seen.handler] if writes and seen.is_open else []
    made = {act: form_for(act, seen, colleagues=colleagues) for act in _offered(seen)} if writes else {}
    refused = next(iter(bound.values()), None) if bound else None
    context = {
        "organization": own,
        "seen": seen,
        "introduction": introduction,
        "shown": shown_records(introduction),
        "talk": conversation(seen, own),
        "told": _told(introduction.parts, seen.side),
        "forms": made | {act: form for act, form in (bound or {}).items() if act in made},
        "refused": refused,
        "kept": "" if not bound or made.keys() >= bound.keys() else refused.data.get("text", ""),  # type: ignore[union-attr]
        "colleagues": colleagues,
        "wished": wishes.wished(seen),
        "writes": writes,
        "agreement": confidential.agreement_of(introduction, seen.side),
        "opens": confidential.subjects_of(introduction, seen.side),
        "may_read": writes and confidential.may_read_confidential(introduction, own),
        "readings": confidential.readings_of(introduction),
        "most_readings": confidential.SHOWN_READINGS,
    }
    return render(request, "matchmaking/introduction_detail.html", context)


def _offered(seen: Seen) -> list[str]:
    """The acts whose forms stand on the page."""
    offered = ["accept", "question", "decline"] if seen.may_answer else []
    offered += ["reply"] if seen.may_reply else []
    offered += ["write", "wish"] if seen.may_write else []
    offered += ["close"] if seen.close_reasons else []
    return offered + (["hand"] if seen.is_open else [])


@door
@require_POST
def act(request: HttpRequest, slug: str, code: str, act: str) -> HttpResponse:
    organization, introduction = _found(request, slug, code, MemberRole.EDITOR)
    if act not in ACTS:
        raise Http404
    do, words = ACTS[act]
    seen = seen_by(introduction, organization)
    form = form_for(act, seen, request.POST, colleagues=members_of(organization))
    if form.is_valid():
        try:
            do(introduction, organization=organization, by=person(request), **form.cleaned_data)
            messages.success(request, words)
            return redirect(page_of(introduction, organization))
        except DomainError as error:
            add_refusal(form, error)
            introduction = get_object_or_404(_rows(request, organization), code=code)
    return _thread(request, organization, introduction, {act: form})
