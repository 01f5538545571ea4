"""Applying to exhibit, following what becomes of it, and keeping one's own entry: pages of the workspace."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.admin.touches import by_withdrawing
from expo.errors import DomainError
from expo.exhibiting import applying, entry
from expo.exhibiting.questions import told
from expo.exhibiting.track import standing_of, track_of
from expo.forms.applying import EntryForm, OwnForm, QuestionsForm, ShortForm
from expo.forms.records import add_refusal, in_words
from expo.forms.revisions import compare
from expo.models import Edition, Exhibitor, ExhibitorState, MemberRole, Question, StaleVersion
from expo.registration import withdraw
from expo.rights import may_write
from expo.saving import take_back
from expo.views.acting import acting_for, typed

LEAVING = (ExhibitorState.DRAFT, ExhibitorState.SUBMITTED, ExhibitorState.RETURNED, ExhibitorState.ACCEPTED)
editing = require_http_methods(["GET", "HEAD", "POST"])


def application_of(request: HttpRequest, slug: str, number: int, least: str = MemberRole.EDITOR) -> Exhibitor:
    """The participation of the organization acted for in an edition. Http404 for everybody else."""
    organization = acting_for(request, slug, least)
    rows = Exhibitor.objects.select_related("organization", "edition", "zone", "zone_wish", "host__organization")
    found: Exhibitor = get_object_or_404(rows, organization=organization, edition__number=number)
    return found


def is_closed(request: HttpRequest, exhibitor: Exhibitor) -> bool:
    """Whether nothing can be written in it now. What was typed before it closed still comes back with the reason."""
    if request.method == "POST" or exhibitor.state in (*applying.WRITABLE, ExhibitorState.ACCEPTED):
        return False
    messages.error(request, _("Nothing can be changed in it now. Ask the organizers to send it back to you."))
    return True


def back_to(exhibitor: Exhibitor, name: str = "application-detail") -> Any:
    return redirect(name, exhibitor.organization.slug, exhibitor.edition.number)


# ------------------------------------------------------------------ all of an organization's
@door
@require_safe
def application_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Its participations, each with where it stands, and the editions it may still apply to."""
    organization = acting_for(request, slug)
    rows = Exhibitor.objects.filter(organization=organization).select_related("organization", "edition", "zone")
    exhibitors = list(rows.prefetch_related("stands__zone", "host__stands__zone").order_by("-edition__number"))
    begun = {exhibitor.edition_id for exhibitor in exhibitors}
    context = {
        "rows": [(exhibitor, standing_of(exhibitor)) for exhibitor in exhibitors],
        "open_editions": [edition for edition in applying.editions_that_take() if edition.pk not in begun],
        "earlier": exhibitors[0] if exhibitors else None,
        "may_write": may_write(request.user, organization),
    }
    return render(request, "expo/application_list.html", context)


@door
@require_POST
def application_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin for the edition that was posted, filled from the latest one where that is wished."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    number = request.POST.get("edition", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 6  # longer ones no database reads
    edition = get_object_or_404(Edition, number=int(number) if is_number else 0)
    try:
        exhibitor = applying.begin_application(organization, edition=edition, by=request.user)  # type: ignore[arg-type]
    except DomainError as error:
        messages.error(request, in_words(error))
        return redirect("application-list", slug)
    if "copy" in request.POST:
        copied(request, exhibitor)
    return back_to(exhibitor, "application-edit")


def copied(request: HttpRequest, exhibitor: Exhibitor) -> None:
    """Fill from the latest earlier edition, and say how much came of it."""
    source = applying.earlier_of(exhibitor)
    if source is None:
        messages.info(request, _("There is no earlier edition to copy from."))
        return
    filled = applying.copy_forward(exhibitor, source=source, by=request.user)  # type: ignore[arg-type]
    words = ngettext(
        "One empty field was filled from “%(edition)s”. Look it through: it is an old text.",
        "%(count)d empty fields were filled from “%(edition)s”. Look them through: they are old texts.",
        len(filled),
    )
    messages.success(request, words % {"count": len(filled), "edition": source.edition})


# ------------------------------------------------------------------ one of them
@door
@require_safe
def application_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Where it stands, what it lacks, how it reads, what happened, and what can be done."""
    exhibitor = application_of(request, slug, number, MemberRole.MEMBER)
    is_writable = exhibitor.state in applying.WRITABLE
    change = entry.waiting_change(exhibitor)
    context = {
        "exhibitor": exhibitor,
        "standing": standing_of(exhibitor),
        "lacks": applying.missing(exhibitor) if is_writable else [],
        "is_writable": is_writable,
        "is_accepted": exhibitor.state == ExhibitorState.ACCEPTED,
        "may_write": may_write(request.user, exhibitor.organization),
        "may_leave": exhibitor.state in LEAVING,
        "earlier": applying.earlier_of(exhibitor) if is_writable else None,
        "answers": told(exhibitor),
        "change": change,
        "compared": compare(change) if change else [],
        "stands": exhibitor.places(),
        "track": track_of(exhibitor),
    }
    return render(request, "expo/application_detail.html", context)


@door
@editing
def application_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The short form of what is not handed in yet, or the entry of who is accepted."""
    exhibitor = application_of(request, slug, number)
    kind: type[OwnForm] = EntryForm if exhibitor.state == ExhibitorState.ACCEPTED else ShortForm
    if is_closed(request, exhibitor):
        return back_to(exhibitor)
    form = kind(typed(request), instance=exhibitor)
    if request.method == "POST":
        form, is_done = stored(form, request)
        if is_done:
            return back_to(exhibitor, "application-questions" if "next" in request.POST else "application-detail")
    context = {
        "exhibitor": exhibitor,
        "form": form,
        "has_questions": Question.objects.filter(edition=exhibitor.edition_id, is_active=True).exists(),
        "change": getattr(form, "change", None),
    }
    return render(request, "expo/application_edit.html", context)


def stored(form: OwnForm, request: HttpRequest) -> tuple[OwnForm, bool]:
    """Store all that can be stored, and say so. False where something needs attention; nothing typed is lost."""
    exhibitor, is_entry = form.instance, isinstance(form, EntryForm)
    form.is_valid()
    if form.non_field_errors() or (form.errors and is_entry):
        return form, False
    try:
        save(form, request.user)
    except (DomainError, ValidationError) as error:
        return refused(form, error), False
    if form.errors:
        form.follow()
        messages.warning(request, _("Saved, but for what is marked below: that can only be stored once it is mended."))
        return form, False
    waits = is_entry and entry.waiting_change(exhibitor) is not None
    said = _("Saved. What the public reads changes once the organizers approve it.") if waits else _("Saved.")
    messages.success(request, said)
    return form, True


def save(form: OwnForm, by: Any) -> None:
    values, version = form.valid_values(), form.cleaned_data["version"]
    if isinstance(form, EntryForm):
        waiting = form.cleaned_data["waiting"]
        entry.change_entry(form.instance, values=values, version=version, waiting=waiting, by=by)
    else:
        applying.save_draft(form.instance, values=values, version=version, by=by)


def refused(form: OwnForm, error: Exception) -> OwnForm:
    """The same form over the record as it is now, with what the domain said."""
    fresh = Exhibitor.objects.select_related("edition", "organization").get(pk=form.instance.pk)
    again = type(form)(form.data, instance=fresh)
    again.refusal = error if isinstance(error, StaleVersion) else None
    again.is_valid()
    if not isinstance(error, StaleVersion):
        add_refusal(again, error)
    return again


@door
@editing
def application_questions(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The questions of the edition. What follows from an answer is shown after saving, or at once with scripts."""
    exhibitor = application_of(request, slug, number)
    if is_closed(request, exhibitor):
        return back_to(exhibitor)
    is_accepted = exhibitor.state == ExhibitorState.ACCEPTED
    locks = entry.locks_of(exhibitor.edition) if is_accepted else {}
    form = QuestionsForm(typed(request), exhibitor=exhibitor, locks=locks)
    if request.method == "POST":
        shown = {row["field"].name for row in QuestionsForm(exhibitor=exhibitor).rows() if row["is_asked"]}
        if answered(form, request, is_accepted=is_accepted):
            more = [
                row for row in form.rows() if row["is_asked"] and row["is_empty"] and row["field"].name not in shown
            ]
            if not more:
                return back_to(exhibitor)
            words = ngettext(
                "One more question follows from it.", "%(count)d more questions follow from it.", len(more)
            )
            messages.info(request, words % {"count": len(more)})
            return back_to(exhibitor, "application-questions")
    return render(request, "expo/application_questions.html", {"exhibitor": exhibitor, "form": form})


def answered(form: QuestionsForm, request: HttpRequest, *, is_accepted: bool) -> bool:
    """Store the answers that can be stored. False where something needs attention; nothing typed is lost."""
    form.is_valid()
    act = entry.change_answers if is_accepted else applying.save_answers
    try:
        act(form.exhibitor, values=form.values(), seen=form.seen())
    except DomainError as error:
        form.tell(error)
        return False
    if form.errors:
        form.follow()
        messages.warning(request, _("Saved, but for what is marked below: that can only be stored once it is mended."))
        return False
    messages.success(request, _("Saved."))
    return True


# ------------------------------------------------------------------ moves
@door
@require_POST
def application_submit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    exhibitor = application_of(request, slug, number)
    try:
        applying.hand_in(exhibitor, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Handed in. The organizers read it next; you are told when they decide."))
    except DomainError as error:
        messages.error(request, in_words(error))
    return back_to(exhibitor)


@door
@require_POST
def application_copy(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Fill what is empty from the latest earlier edition."""
    exhibitor = application_of(request, slug, number)
    try:
        copied(request, exhibitor)
    except DomainError as error:
        messages.error(request, in_words(error))
        return back_to(exhibitor)
    return back_to(exhibitor, "application-edit")


@door
@editing
def application_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """First what it touches, then, with a tick, the act."""
    exhibitor = application_of(request, slug, number)
    is_meant = bool(request.POST.get("understood"))
    if request.method == "POST" and is_meant:
        try:
            withdraw(exhibitor, by=request.user, reason=request.POST.get("reason", "")[:2000])  # type: ignore[arg-type]
            messages.success(request, _("Withdrawn. The organizers are told."))
        except DomainError as error:
            messages.error(request, in_words(error))
        return back_to(exhibitor)
    context = {
        "exhibitor": exhibitor,
        "touched": by_withdrawing([exhibitor]),
        "is_unticked": request.method == "POST",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "expo/application_withdraw.html", context)


@door
@require_POST
def application_take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let the change be that waits for approval."""
    exhibitor = application_of(request, slug, number)
    change = entry.waiting_change(exhibitor)
    if change is None:
        messages.info(request, _("No change waits for approval any more."))
        return back_to(exhibitor)
    try:
        take_back(change, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Taken back. The public goes on reading the text as it is."))
    except DomainError as error:
        messages.error(request, in_words(error))
    return back_to(exhibitor)


# Below the address of an application, by the last word of their own.
ACTS = {
    "edit": application_edit,
    "questions": application_questions,
    "submit": application_submit,
    "copy": application_copy,
    "withdraw": application_withdraw,
    "take-back": application_take_back,
}
