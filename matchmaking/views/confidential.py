"""The confidentiality agreement of an introduction, and what it opens. None of it is kept by a browser or a cache."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.records import add_refusal, in_words
from expo.models import MemberRole, Organization
from expo.rights import may_write
from expo.views.acting import acting_for, person
from matchmaking import confidential
from matchmaking.forms.introductions import NdaForm
from matchmaking.introducing.sides import page_of, seen_by, with_sides
from matchmaking.models import Introduction

PER_PAGE = 50


def _found(request: HttpRequest, slug: str, code: str, least: str) -> tuple[Organization, Introduction]:
    organization = acting_for(request, slug, least)
    rows = with_sides(Introduction.objects.visible_to(person(request)).of_organization(organization))
    return organization, get_object_or_404(rows, code=code)


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nda(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Read the agreement; editors and owners accept it for their side."""
    is_post = request.method == "POST"
    organization, introduction = _found(request, slug, code, MemberRole.EDITOR if is_post else MemberRole.MEMBER)
    form = NdaForm(request.POST) if is_post else NdaForm()
    if is_post and form.is_valid() and _accepted(request, organization, introduction, form):
        return redirect(page_of(introduction, organization))
    seen = seen_by(introduction, organization)
    agreement = confidential.agreement_of(introduction, seen.side)
    if is_post and agreement.current is not None:
        form.data = {**form.data.dict(), "digest": agreement.current.digest}  # type: ignore[attr-defined]
    elif agreement.current is not None:
        form.initial["digest"] = agreement.current.digest
    context = {
        "organization": organization, "introduction": introduction, "seen": seen, "agreement": agreement, "form": form,
        "opens": confidential.subjects_of(introduction, seen.side),
        "writes": may_write(request.user, organization),
    }  # fmt: skip
    return render(request, "matchmaking/introduction_nda.html", context)


def _accepted(request: HttpRequest, own: Organization, introduction: Introduction, form: NdaForm) -> bool:
    """Whether it was; else the form says why not."""
    values = {name: form.cleaned_data[name] for name in ("name", "digest")}
    try:
        confidential.accept_nda(introduction, organization=own, by=person(request), **values)
    except DomainError as error:
        add_refusal(form, error)
        return False
    messages.success(request, _("Your side has accepted the agreement."))
    return True


@door
@never_cache
@require_GET
def shown(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What the other side opened. Coming here is a reading, and is logged as one."""
    organization, introduction = _found(request, slug, code, MemberRole.EDITOR)
    try:
        found = confidential.read_confidential(introduction, by=person(request), organization=organization)
    except DomainError as error:
        messages.info(request, in_words(error))
        return redirect("matchmaking:introduction-nda", slug, code)
    context = {
        "organization": organization, "introduction": introduction, "found": found,
        "seen": seen_by(introduction, organization),
    }  # fmt: skip
    return render(request, "matchmaking/introduction_confidential.html", context)


@door
@never_cache
@require_safe
def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has read what is confidential of the organization."""
    organization = acting_for(request, slug)
    page = Paginator(confidential.readings_by_others(organization), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "organization": organization, "page": page,
        "lines": [confidential.as_read(row, organization) for row in page.object_list],
    }  # fmt: skip
    return render(request, "matchmaking/reading_list.html", context)
