"""Enquiries in the workspace of the organization that answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from expo import enquiries
from expo.access import door
from expo.errors import DomainError
from expo.forms.enquiries import AnswerForm, HandOverForm
from expo.forms.records import add_refusal, in_words
from expo.models import Enquiry, EnquiryMessage, EnquiryState, MemberRole, Organization
from expo.notices import members_of
from expo.rights import may_write
from expo.views.acting import acting_for

PER_PAGE = 30
S = EnquiryState
# name of the view, its words, the rows of it
VIEWS: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "waiting": (gettext_lazy("Waiting"), lambda rows, user: rows.waiting().order_by("due_at", "pk")),
    "mine": (
        gettext_lazy("In my hands"),
        lambda rows, user: rows.waiting().filter(assigned_to=user).order_by("due_at", "pk"),
    ),
    "answered": (gettext_lazy("Answered"), lambda rows, user: rows.filter(state=S.ANSWERED)),
    "closed": (gettext_lazy("Closed"), lambda rows, user: rows.filter(state=S.CLOSED)),
    "spam": (gettext_lazy("Spam"), lambda rows, user: rows.filter(state=S.SPAM)),
}
ACTS: dict[str, tuple[Callable[..., Enquiry], Any]] = {
    "close": (enquiries.close, gettext_lazy("The enquiry is closed. It can be opened again.")),
    "spam": (enquiries.mark_spam, gettext_lazy("Put aside as spam. It can be taken back.")),
    "reopen": (enquiries.reopen, gettext_lazy("The enquiry waits for an answer again.")),
}


def _rows(request: HttpRequest, organization: Organization) -> Any:
    """Those of the organization that the person sees: none whose sender has not proved the address."""
    rows = Enquiry.objects.visible_to(request.user).delivered()  # type: ignore[arg-type]
    return rows.filter(organization=organization).select_related("assigned_to", "organization")


@door
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, the most urgent first; then what is answered and closed, the newest first."""
    organization = acting_for(request, slug)
    chosen = request.GET.get("show", "waiting")
    if chosen not in VIEWS:
        raise Http404
    first = EnquiryMessage.objects.filter(enquiry=OuterRef("pk")).order_by("at", "pk").values("text")[:1]
    rows = VIEWS[chosen][1](_rows(request, organization), request.user).annotate(words=Subquery(first))
    tabs = [{"name": name, "label": label, "is_current": name == chosen} for name, (label, _rows) in VIEWS.items()]
    context = {
        "organization": organization,
        "tabs": tabs,
        "chosen": chosen,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "expo/enquiry_desk.html", context)


def _found(request: HttpRequest, slug: str, code: str, least: str) -> tuple[Organization, Enquiry]:
    organization = acting_for(request, slug, least)
    return organization, get_object_or_404(_rows(request, organization), code=code)


def _thread(enquiry: Enquiry, request: HttpRequest, form: AnswerForm | None = None) -> HttpResponse:
    organization, talk = enquiry.organization, list(enquiry.messages.select_related("by"))
    shown = enquiries.askable(enquiry.content_type.model)
    record = shown.filter(pk=enquiry.object_id).first() if shown is not None else None
    colleagues = members_of(organization)
    context = {
        "organization": organization,
        "enquiry": enquiry,
        "record": record,
        "talk": talk,
        "contact": enquiries.shared_contact(enquiry),
        "writes": may_write(request.user, organization),
        "form": form or AnswerForm(initial={"after": talk[-1].pk}),
        "colleagues": [user for user in colleagues if user.pk != enquiry.assigned_to_id],
    }
    return render(request, "expo/enquiry_answer.html", context)


@door
@never_cache
@require_safe
def opened(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    _organization, enquiry = _found(request, slug, code, MemberRole.MEMBER)
    return _thread(enquiry, request)


@door
@require_POST
def answer(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    _organization, enquiry = _found(request, slug, code, MemberRole.EDITOR)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            enquiries.answer(enquiry, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Your answer is on its way."))
            return redirect("work-enquiry", slug, code)
        except DomainError as error:
            add_refusal(form, error)
            enquiry.refresh_from_db()
            newest = enquiry.messages.last()
            form.data = {**form.data.dict(), "after": newest.pk if newest else ""}  # type: ignore[attr-defined]
    return _thread(enquiry, request, form)


@door
@require_POST
def hand_over(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    organization, enquiry = _found(request, slug, code, MemberRole.EDITOR)
    form = HandOverForm(request.POST, colleagues=members_of(organization))
    if not form.is_valid():
        messages.error(request, _("Choose a colleague who may answer for the organization."))
        return redirect("work-enquiry", slug, code)
    to = form.cleaned_data["to"]
    try:
        enquiries.hand_over(enquiry, to=to, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("%(person)s has it in hand now.") % {"person": to})
    except DomainError as error:
        messages.error(request, in_words(error))
    return redirect("work-enquiry", slug, code)


@door
@require_POST
def move(request: HttpRequest, slug: str, code: str, act: str) -> HttpResponse:
    """Close it, put it aside as spam, or let it wait again."""
    _organization, enquiry = _found(request, slug, code, MemberRole.EDITOR)
    if act not in ACTS:
        raise Http404
    do, words = ACTS[act]
    try:
        do(enquiry, by=request.user)
        messages.success(request, words)
    except DomainError as error:
        messages.error(request, in_words(error))
    return redirect("work-enquiry", slug, code)
