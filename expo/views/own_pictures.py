"""The pictures of an own record: upload, words, order, and off again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from expo.access import door
from expo.errors import DomainError
from expo.forms.own_pictures import UploadForm, WordsForm
from expo.forms.records import add_refusal, in_words
from expo.models import MemberRole
from expo.own import keeping
from expo.own.nouns import OwnNoun, own_nouns
from expo.views.acting import acting_for, person


def pictured(noun: str) -> OwnNoun:
    own = own_nouns[noun]
    if not own.has_pictures:
        raise Http404
    return own


@door
@require_http_methods(["GET", "HEAD", "POST"])
def own_pictures(request: HttpRequest, slug: str, noun: str, pk: int) -> HttpResponse:
    own, organization = pictured(noun), acting_for(request, slug, MemberRole.EDITOR)
    record = get_object_or_404(own.rows(organization), pk=pk)
    here = reverse("own-pictures", kwargs={"slug": slug, "noun": noun, "pk": pk})
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            keeping.add_picture(own, record, by=person(request), **form.cleaned_data)
        except (DomainError, ValidationError) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Stored. It is shown as soon as it is prepared; that takes a moment."))
            return redirect(here)
    forms = [(row, WordsForm(initial=words_of(row), prefix=str(row.pk))) for row in keeping.pictures_for(own, record)]
    may = record.state in own.direct | own.reviewed
    context = {"own": own, "organization": organization, "record": record, "form": form, "forms": forms, "may": may}
    context["is_reviewed"] = record.state in own.reviewed
    return render(request, "expo/own_pictures.html", context)


def words_of(picture: Any) -> dict[str, Any]:
    return {"alt_en": picture.alt_en, "alt_zh": picture.alt_zh, "position": picture.position}


@door
@require_POST
def own_picture(request: HttpRequest, slug: str, noun: str, pk: int, picture: int) -> HttpResponse:
    """Change the words and the place of a picture, or take it off (`delete`)."""
    own, organization = pictured(noun), acting_for(request, slug, MemberRole.EDITOR)
    record = get_object_or_404(own.rows(organization), pk=pk)
    row = next((row for row in keeping.pictures_for(own, record) if row.pk == picture), None)
    if row is None:
        raise Http404
    form = WordsForm(request.POST, prefix=str(row.pk))
    try:
        if "delete" in request.POST:
            keeping.remove_picture(own, record, row, by=person(request))
            messages.success(request, _("The picture is deleted."))
        elif form.is_valid():
            keeping.describe_picture(own, record, row, **form.cleaned_data)
            messages.success(request, _("Stored."))
        else:
            messages.error(request, " ".join(str(word) for words in form.errors.values() for word in words))
    except (DomainError, ValidationError) as error:
        messages.error(request, in_words(error))
    return redirect(reverse("own-pictures", kwargs={"slug": slug, "noun": noun, "pk": pk}))
