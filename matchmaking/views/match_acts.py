"""What people decide about matches: the shortlist, “not for us”, second thoughts, and whom never to meet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.records import add_refusal, in_words
from expo.models import MemberRole, Organization
from expo.rights import may_write
from expo.views.acting import acting_for, person, typed
from matchmaking import decisions
from matchmaking.forms.matches import DeclineForm, NeverForm
from matchmaking.match_rows import rows_of, shown_to
from matchmaking.models import OFFERS, DecisionVerdict, Match, NeverShow, Side
from matchmaking.models.match import pair_of
from matchmaking.views.matches import list_url

PER_PAGE = 30
MOST_FOUND = 20  # organizations that a name finds
LONGEST_NAME = 100


# ------------------------------------------------------------------ one match
def _asked(request: HttpRequest, slug: str, pk: int) -> tuple[Organization, Side, Match | None]:
    """The match as the organization may see it at this moment, and on which side it stands."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    rows = Match.objects.select_related("demand", *OFFERS)
    for side in Side:
        if row := shown_to(side, rows.of_organization(organization, side)).filter(pk=pk).first():
            return organization, side, row
    return organization, Side.ASKING, None


def _gone(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """One of the two was taken back between list and click. What was typed stands there still."""
    known = Match.objects.select_related("demand", *OFFERS).filter(pk=pk)
    own = ((side, known.of_organization(organization, side).first()) for side in Side)
    lists = [list_url(organization, side, row) for side, row in own if row is not None]
    context = {
        "organization": organization,
        "list_url": lists[0] if lists else "",
        "typed": request.POST.get("note", ""),
    }
    return render(request, "matchmaking/match_gone.html", context, status=404)


def _back(request: HttpRequest, organization: Organization, side: Side, match: Match) -> HttpResponseRedirect:
    """The list it came from, with its filters."""
    query = QueryDict(request.POST.get("query", "")[:500]).urlencode()
    page = list_url(organization, side, match)
    return redirect(f"{page}?{query}" if query else page)


def _declined_just_so(request: HttpRequest, organization: Organization, pk: int) -> HttpResponseRedirect | None:
    """The list, where the same was stored before: the button was clicked twice."""
    match = Match.objects.select_related("demand", *OFFERS).filter(pk=pk).first()
    form = DeclineForm(request.POST)
    if match is None or not form.is_valid():
        return None
    rows = organization.match_decisions.filter(demand=match.demand, **pair_of(match.offer), **form.cleaned_data)
    own = rows.filter(verdict=DecisionVerdict.DECLINED).first()
    return _back(request, organization, Side(own.side), match) if own is not None else None


@door
@require_POST
def shortlist(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """On it, or off it with `off`."""
    organization, side, match = _asked(request, slug, pk)
    if match is None:
        return _gone(request, organization, pk)
    if request.POST.get("off"):
        decisions.take_off_shortlist(match.demand, match.offer, side=side, organization=organization)
    else:
        decisions.shortlist(match.demand, match.offer, side=side, organization=organization, by=person(request))
    return _back(request, organization, side, match)


@door
@require_POST
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Not for us. Without a reason the form is shown again, with what was typed."""
    organization, side, match = _asked(request, slug, pk)
    if match is None:
        return _declined_just_so(request, organization, pk) or _gone(request, organization, pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        given: dict[str, Any] = {**form.cleaned_data, "side": side, "organization": organization}
        try:
            decisions.decline_match(match.demand, match.offer, **given, by=person(request))
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Noted. It comes back to neither side; under “Declined” you can think again."))
            return _back(request, organization, side, match)
    context = {
        "organization": organization, "row": rows_of([match], side=side, organization=organization)[0], "form": form,
        "match": match, "list_url": list_url(organization, side, match), "query": request.POST.get("query", ""),
    }  # fmt: skip
    return render(request, "matchmaking/match_decline.html", context)


# ------------------------------------------------------------------ second thoughts
@door
@require_POST
def put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Think again about what was declined: `pk` names the decision. A second click finds none, and changes nothing."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    rows = organization.match_decisions.filter(verdict=DecisionVerdict.DECLINED).select_related("demand", *OFFERS)
    if (row := rows.filter(pk=pk).first()) is None:
        return redirect("matchmaking:match-declined", slug)
    decisions.take_back_decline(row.demand, row.offer, side=row.side, organization=organization)
    messages.success(
        request, _("Taken back. If the two still fit, they stand among the matches within a minute or two.")
    )
    return redirect("matchmaking:match-declined", slug)


@door
@never_cache
@require_safe
def declined(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organization does not want, to think again."""
    organization = acting_for(request, slug)
    rows = organization.match_decisions.filter(verdict=DecisionVerdict.DECLINED).select_related("demand", *OFFERS, "by")
    page = Paginator(rows.order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"organization": organization, "page": page, "may_write": may_write(request.user, organization)}
    return render(request, "matchmaking/match_declined.html", context)


# ------------------------------------------------------------------ never
@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def never(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; a name in `q` finds organizations to put on it."""
    organization = acting_for(request, slug, MemberRole.EDITOR if request.method == "POST" else MemberRole.MEMBER)
    form = NeverForm(typed(request), own=organization)
    if request.method == "POST" and form.is_valid():
        row = decisions.never_show(organization, form.cleaned_data["other"], by=person(request))
        told = _("You and “%(name)s” find each other in no match any more.") % {"name": row.other.name}
        messages.success(request, told)
        return redirect("matchmaking:match-never", slug)
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_NAME]
    context = {
        "organization": organization, "form": form, "text": text, "found": _named(organization, text),
        "rows": decisions.never_shown(organization), "may_write": may_write(request.user, organization),
    }  # fmt: skip
    return render(request, "matchmaking/match_never.html", context)


def _named(organization: Organization, text: str) -> list[Organization]:
    """Public organizations whose name has the text in it, without those on the list."""
    if not text:
        return []
    listed = NeverShow.objects.filter(organization=organization).values("other")
    rows = Organization.objects.public().filter(Q(name_en__icontains=text) | Q(name_zh__icontains=text))
    return list(rows.exclude(pk=organization.pk).exclude(pk__in=listed)[:MOST_FOUND])


@door
@require_POST
def never_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A second click finds nothing on the list, and changes nothing."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    row = NeverShow.objects.select_related("other").filter(pk=pk, organization=organization).first()
    if row is None:
        return redirect("matchmaking:match-never", slug)
    try:
        decisions.show_again(row, organization=organization)
    except DomainError as error:
        messages.error(request, in_words(error))
    else:
        told = _("You and “%(name)s” may find each other again, within a minute or two.") % {"name": row.other.name}
        messages.success(request, told)
    return redirect("matchmaking:match-never", slug)
