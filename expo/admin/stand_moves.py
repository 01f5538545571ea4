"""Giving, moving and releasing stands: first what it touches, then the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.forms.records import add_refusal
from expo.models import Exhibitor, ExhibitorState, Stand, User
from expo.stands import impact_of_move, move_stand, release_stand


class StandChoice(forms.Field):
    """Stands by zone. Only offered ones are listed, any is understood: a taken one is refused in words."""

    widget = forms.Select
    known: Mapping[str, Stand] = {}

    def offer(self, stands: Iterable[Stand], *, empty: Any, known: Mapping[str, Stand]) -> None:
        self.known = {**known, **{str(stand.pk): stand for stand in stands}}
        rows = groupby(sorted(stands, key=lambda stand: stand.code), key=lambda stand: stand.zone)
        self.widget.choices = [
            ("", empty),
            *(
                (str(zone), [(stand.pk, f"{stand.code} ({stand.area:.0f} m²)") for stand in group])
                for zone, group in rows
            ),
        ]

    def to_python(self, value: Any) -> Stand | None:
        if value in self.empty_values:
            return None
        if str(value) not in self.known:
            raise forms.ValidationError(gettext("There is no such stand. Choose one from the list."))
        return self.known[str(value)]


def stands_named(keys: Iterable[Any]) -> dict[str, Stand]:
    """The stands a form was sent back with, by key, whoever holds them now."""
    numbers = [int(key) for key in map(str, keys) if key.isascii() and key.isdigit()]
    rows = Stand.objects.filter(pk__in=numbers).select_related("zone__hall", "exhibitor__organization")
    return {str(stand.pk): stand for stand in rows}


class StandMoveForm(forms.Form):
    exhibitor = forms.ModelChoiceField(Exhibitor.objects.none(), label=_("Exhibitor"))
    leaves = StandChoice(required=False, label=_("Leaves"))
    enters = StandChoice(required=False, label=_("Enters"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exhibitors = Exhibitor.objects.filter(Q(state=ExhibitorState.ACCEPTED) | Q(stands__isnull=False)).distinct()
        field: Any = self.fields["exhibitor"]
        field.queryset = exhibitors.select_related("organization", "zone").order_by("organization__slug")
        chosen = self._known(exhibitors)
        stands = Stand.objects.select_related("zone__hall")
        held = stands.filter(exhibitor=chosen) if chosen else stands.exclude(exhibitor=None)
        free = stands.empty()
        free = free.filter(zone__edition=chosen.edition_id) if chosen else free.filter(zone__edition__is_current=True)
        known = stands_named(self.data.get(name) for name in ("leaves", "enters"))
        for name, offered, empty in (("leaves", held, _("no stand")), ("enters", free, _("no stand: release only"))):
            choice: Any = self.fields[name]
            choice.offer(list(offered), empty=empty, known=known)

    def _known(self, exhibitors: Any) -> Exhibitor | None:
        key = str(self.data.get("exhibitor") or self.initial.get("exhibitor") or "")
        return exhibitors.filter(pk=key).first() if key.isascii() and key.isdigit() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        exhibitor, leaves, enters = (data.get(name) for name in ("exhibitor", "leaves", "enters"))
        if not self.errors and leaves is None and enters is None:
            self.add_error("enters", gettext("Choose a stand to leave or one to enter."))
        if exhibitor and leaves and leaves.exhibitor_id != exhibitor.pk:
            self.add_error(
                "leaves", gettext("“%(exhibitor)s” does not hold this stand any more.") % {"exhibitor": exhibitor}
            )
        if leaves and leaves == enters:
            self.add_error("enters", gettext("This is the stand it leaves. Choose another."))
        return data


def stand_move(request: HttpRequest) -> HttpResponse:
    """GET chooses and shows what the move touches; POST does it."""
    if not request.user.has_perm("expo.change_stand"):
        raise PermissionDenied
    posted = request.method == "POST"
    asked = posted or "preview" in request.GET
    form = (
        StandMoveForm(request.POST if posted else request.GET) if asked else StandMoveForm(initial=initial_of(request))
    )
    impact = None
    if asked and form.is_valid():
        choice = form.cleaned_data
        impact = impact_of_move(choice["exhibitor"], leaves=choice["leaves"], enters=choice["enters"])
        if posted:
            try:
                words = carry_out_move(choice, by=request.user)  # type: ignore[arg-type]
                messages.success(request, words)
                return HttpResponseRedirect(reverse("admin:expo_exhibitor_change", args=[choice["exhibitor"].pk]))
            except DomainError as error:
                refuse(form, error)
                impact = None
        elif impact.blocker:
            form.add_error("enters", impact.blocker)
    context = {**admin.site.each_context(request), "title": _("Move a stand"), "form": form, "impact": impact}
    return TemplateResponse(request, "admin/move_stand.html", context)


def initial_of(request: HttpRequest) -> dict[str, str]:
    """What the link that led here knows already; the holder of a stand that is left is its exhibitor."""
    initial = {name: request.GET.get(name, "") for name in ("exhibitor", "leaves", "enters")}
    if initial["leaves"].isdigit() and not initial["exhibitor"]:
        holder = Stand.objects.filter(pk=initial["leaves"]).values_list("exhibitor", flat=True).first()
        initial["exhibitor"] = str(holder or "")
    return initial


def carry_out_move(choice: dict[str, Any], *, by: User) -> str:
    exhibitor, leaves, enters = choice["exhibitor"], choice["leaves"], choice["enters"]
    names = {"exhibitor": exhibitor, "leaves": leaves, "enters": enters}
    if enters is None:
        release_stand(leaves, by=by)
        return gettext("Stand %(leaves)s is free. “%(exhibitor)s” has left it.") % names
    move_stand(exhibitor, leaves=leaves, enters=enters, by=by)
    if leaves is None:
        return gettext("“%(exhibitor)s” has stand %(enters)s.") % names
    return gettext("“%(exhibitor)s” has moved from stand %(leaves)s to %(enters)s.") % names


def refuse(form: StandMoveForm, error: DomainError) -> None:
    """A stand that cannot be had is the field's matter."""
    add_refusal(form, DomainError(error.message, field="enters") if error.field == "stand" else error)
