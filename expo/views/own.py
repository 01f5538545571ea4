"""An organization's own records: the list, one of them, its form, and what it may do with it. One set for all nouns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.own import Editor
from expo.forms.own_changes import differences
from expo.forms.records import ReasonForm, add_refusal, in_words
from expo.models import MemberRole, Organization, StaleVersion, Transition
from expo.own import keeping
from expo.own.nouns import OwnNoun, own_nouns
from expo.quality import measure
from expo.rights import may_write
from expo.saving import take_back
from expo.views import own_pictures, own_preview
from expo.views.acting import acting_for, person, typed

PER_PAGE = 20
MOVES_SHOWN = 10
ASKED = ("GET", "HEAD", "POST")


def record_of(own: OwnNoun, organization: Organization, pk: int) -> Any:
    """Through the organization: another's record is not there."""
    return get_object_or_404(own.rows(organization), pk=pk)


def to(name: str, organization: Organization, own: OwnNoun, record: Any) -> str:
    return reverse(name, kwargs={"slug": organization.slug, "noun": own.noun, "pk": record.pk})


@door
@require_safe
def own_list(request: HttpRequest, slug: str, noun: str) -> HttpResponse:
    own, organization = own_nouns[noun], acting_for(request, slug)
    rows = own.prepared(own.rows(organization)).order_by("-updated_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    wishes = own.wishes()
    waiting = keeping.with_waiting_change(own, page.object_list)
    entries = [
        {"record": row, "quality": measure(wishes(row)), "tone": own.tone(row.state), "changes": row.pk in waiting}
        for row in page.object_list
    ]
    may = may_write(request.user, organization)
    context = {"own": own, "organization": organization, "page": page, "entries": entries, "may_write": may}
    return render(request, "expo/own_list.html", context)


@door
@require_http_methods(ASKED)
def own_new(request: HttpRequest, slug: str, noun: str) -> HttpResponse:
    """Few fields first: what it is called, and in one sentence what it does."""
    own, organization = own_nouns[noun], acting_for(request, slug, MemberRole.EDITOR)
    record = own.start(organization)
    record.slug = keeping.slug_for(own, record)
    editor = Editor(own, organization, record, data=typed(request), only=own.first)
    if request.method == "POST" and editor.is_valid():
        try:
            keeping.begin(own, record, organization=organization, lines={}, by=person(request))
        except (DomainError, ValidationError, IntegrityError) as error:
            add_refusal(editor.form, error)
        else:
            messages.success(request, _("Stored as a draft. Nobody outside your organization sees it."))
            return redirect(to("own-edit", organization, own, record))
    return render(request, "expo/own_new.html", {"own": own, "organization": organization, "editor": editor})


@door
@require_safe
def own_record(request: HttpRequest, slug: str, noun: str, pk: int) -> HttpResponse:
    """Where a record stands, what it lacks, what waits for review, and what can be done."""
    own, organization = own_nouns[noun], acting_for(request, slug)
    record = get_object_or_404(own.prepared(own.rows(organization)), pk=pk)
    may = may_write(request.user, organization)
    waiting, returned = keeping.waiting_change(record), keeping.returned_change(record)
    acts, bars = keeping.acts_for(own, record, organization, by=person(request)) if may else ([], [])
    context = {
        "own": own, "organization": organization, "record": record, "may_write": may,
        "quality": own.quality(record), "tone": own.tone(record.state),
        "may_edit": may and record.state in own.direct | own.reviewed, "is_reviewed": record.state in own.reviewed,
        "is_waiting": record.state in own.waiting, "is_public": record.state in own.public,
        "acts": acts, "bars": bars,
        "waiting": waiting, "differences": differences(waiting or returned),
        "returned": returned, "words": last_words(returned or record, record.state in own.returned or returned),
        "moves": moves_of(record),
    }  # fmt: skip
    return render(request, "expo/own_record.html", context)


def moves_of(record: Any) -> list[dict[str, Any]]:
    """The last moves, with the states in words."""
    labels = dict(record._meta.get_field("state").flatchoices)
    rows = Transition.objects.of(record)[:MOVES_SHOWN]
    return [{"at": row.at, "to": labels.get(row.to_state, row.to_state), "reason": row.reason} for row in rows]


def last_words(record: Any, came_back: Any) -> str:
    """Why something came back."""
    if not came_back:
        return ""
    row = Transition.objects.of(record).filter(to_state="returned").first()
    return row.reason if row else ""


@door
@require_http_methods(ASKED)
def own_edit(request: HttpRequest, slug: str, noun: str, pk: int) -> HttpResponse:
    """A draft is stored at once; of what is public a change is proposed."""
    own, organization = own_nouns[noun], acting_for(request, slug, MemberRole.EDITOR)
    record = record_of(own, organization, pk)
    if record.state not in own.direct | own.reviewed:
        messages.warning(request, str(keeping.refusal(own, record)))
        return redirect(to("own-record", organization, own, record))
    editor = editor_of(request, own, organization, record)
    if request.method == "POST" and editor.is_valid():
        try:
            words = store(request, own, editor)
        except StaleVersion:  # somebody was faster by a moment: the same page, judged by what is stored now
            editor = editor_of(request, own, organization, record_of(own, organization, pk))
            editor.is_valid()
        except (DomainError, ValidationError, IntegrityError) as error:
            add_refusal(editor.form, error)
        else:
            messages.success(request, words)
            return redirect(to("own-edit" if "go_on" in request.POST else "own-record", organization, own, record))
    return render(request, "expo/own_edit.html", edit_context(own, organization, editor))


def edit_context(own: OwnNoun, organization: Organization, editor: Editor) -> dict[str, Any]:
    record = get_object_or_404(own.prepared(own.rows(organization)), pk=editor.record.pk)
    return {
        "own": own, "organization": organization, "editor": editor, "form": editor.form, "record": record,
        "quality": own.quality(record), "is_reviewed": record.state in own.reviewed,
        "is_public": record.state in own.public,
    }  # fmt: skip


def editor_of(request: HttpRequest, own: OwnNoun, organization: Organization, record: Any) -> Editor:
    """With the change that waits or came back, where the record is public; `fresh` begins from the public text."""
    reviewed = record.state in own.reviewed
    waiting = keeping.waiting_change(record) if reviewed else None
    returned = keeping.returned_change(record) if reviewed and waiting is None and "fresh" not in request.GET else None
    return Editor(own, organization, record, waiting=waiting, returned=returned, data=typed(request))


def store(request: HttpRequest, own: OwnNoun, editor: Editor) -> str:
    """Store what was typed; what that means in words."""
    record, lines = editor.form.instance, editor.lines()
    if record.state in own.direct:
        keeping.keep(own, record, lines=lines, by=person(request))
        return _("Stored.")
    fields, waiting = editor.form.record_fields, editor.form.waiting
    found = keeping.put_forward(own, record, fields=fields, lines=lines, by=person(request), waiting=waiting)
    if found is None:
        return _("Nothing differs from what the public reads, so nothing waits for review.")
    return _("Your change waits for review. Until it is approved the public reads the old text.")


@door
@require_http_methods(ASKED)
def own_act(request: HttpRequest, slug: str, noun: str, pk: int, act: str) -> HttpResponse:
    """GET asks; POST does it, or asks again where words are missing."""
    own, organization = own_nouns[noun], acting_for(request, slug, MemberRole.EDITOR)
    record, chosen = record_of(own, organization, pk), own.act(act)
    if chosen is None:
        raise Http404
    if chosen.by_holder and not keeping.is_holder(record, organization):
        raise PermissionDenied
    form = ReasonForm(typed(request), required=chosen.reason == "required")
    if request.method != "POST" or (chosen.reason and not form.is_valid()):
        context = {"own": own, "organization": organization, "record": record, "act": chosen, "form": form}
        return render(request, "expo/own_act.html", context)
    reason = form.cleaned_data["reason"] if chosen.reason else ""
    try:
        keeping.carry_out(own, chosen, record, organization=organization, by=person(request), reason=reason)
    except (DomainError, ValidationError) as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("%(act)s: done.") % {"act": chosen.label})
    return redirect(to("own-record", organization, own, record))


@door
@require_POST
def own_take_back(request: HttpRequest, slug: str, noun: str, pk: int) -> HttpResponse:
    """Drop the change that waits."""
    own, organization = own_nouns[noun], acting_for(request, slug, MemberRole.EDITOR)
    record = record_of(own, organization, pk)
    waiting = keeping.waiting_change(record)
    try:
        if waiting is None:
            raise DomainError(_("No change waits any more. Nothing was changed."))
        take_back(waiting, by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The change is taken back. The public reads the same text as before."))
    return redirect(to("own-record", organization, own, record))


def addresses() -> list[URLPattern]:
    """The pages of every noun that is kept so, below the organization's own."""
    one = "<int:pk>/"
    pages = (
        ("new/", own_new, "own-new"),
        (one, own_record, "own-record"),
        (f"{one}edit/", own_edit, "own-edit"),
        (f"{one}preview/", own_preview.own_preview, "own-preview"),
        (f"{one}act/<slug:act>/", own_act, "own-act"),
        (f"{one}change/take-back/", own_take_back, "own-take-back"),
        (f"{one}pictures/", own_pictures.own_pictures, "own-pictures"),
        (f"{one}pictures/<int:picture>/", own_pictures.own_picture, "own-picture"),
    )
    found = []
    for own in own_nouns.values():
        base, extra = f"work/<slug:slug>/{own.address}/", {"noun": own.noun}
        found.append(path(base, own_list, extra, name=own.list_name))
        found += [path(base + rest, view, extra, name=name) for rest, view, name in pages]
    return found
