"""Giving, moving and releasing stands: first what it touches, then the act."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from expo.admin.forms import add_refusal
from expo.errors import DomainError
from expo.models import Exhibitor, ExhibitorState, Stand, User
from expo.stands import impact_of_move, move_stand, release_stand


class StandChoice(forms.ModelChoiceField):
    """Stands by zone. Only the offered ones are listed, but any is understood, so that a taken one is refused in words."""

    def offer(self, stands: Any, *, empty: Any) -> None:
        rows = groupby(stands.select_related("zone").order_by("zone__letter", "number"), key=lambda stand: stand.zone)
        self.widget.choices = [
            ("", empty),
            *(
                (str(zone), [(stand.pk, f"{stand.code} ({stand.area:.0f} m²)") for stand in group])
                for zone, group in rows
            ),
        ]


class StandMoveForm(forms.Form):
    exhibitor = forms.ModelChoiceField(Exhibitor.objects.none(), label=_("Exhibitor"))
    leaves = StandChoice(Stand.objects.none(), required=False, label=_("Leaves"))
    enters = StandChoice(Stand.objects.none(), required=False, label=_("Enters"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exhibitors = Exhibitor.objects.filter(Q(state=ExhibitorState.ACCEPTED) | Q(stands__isnull=False)).distinct()
        stands = Stand.objects.select_related("zone__hall", "exhibitor__organization")
        self.fields["exhibitor"].queryset = exhibitors.select_related("organization").order_by("organization__slug")  # type: ignore[attr-defined]
        chosen = self._known(exhibitors)
        held = Stand.objects.filter(exhibitor=chosen) if chosen else Stand.objects.exclude(exhibitor=None)
        free = Stand.objects.empty()
        free = free.filter(zone__edition=chosen.edition_id) if chosen else free.filter(zone__edition__is_current=True)
        for name, offered, empty in (("leaves", held, _("no stand")), ("enters", free, _("no stand: release only"))):
            field = self.fields[name]
            field.queryset = stands  # type: ignore[attr-defined]
            field.offer(offered, empty=empty)  # type: ignore[attr-defined]

    def _known(self, exhibitors: Any) -> Exhibitor | None:
        key = str(self.data.get("exhibitor") or self.initial.get("exhibitor") or "")
        return exhibitors.filter(pk=key).first() if key.isascii() and key.isdigit() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        exhibitor, leaves, enters = (data.get(name) for name in ("exhibitor", "leaves", "enters"))
        if not self.errors and leaves is None and enters is None:
            self.add_error("enters", _now("Choose a stand to leave or one to enter."))
        if exhibitor and leaves and leaves.exhibitor_id != exhibitor.pk:
            self.add_error(
                "leaves", _now("“%(exhibitor)s” does not hold this stand any more.") % {"exhibitor": exhibitor}
            )
        if leaves and leaves == enters:
            self.add_error("enters", _now("This is the stand it leaves. Choose another."))
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
        return _now("Stand %(leaves)s is free. “%(exhibitor)s” has left it.") % names
    move_stand(exhibitor, leaves=leaves, enters=enters, by=by)
    if leaves is None:
        return _now("“%(exhibitor)s” has stand %(enters)s.") % names
    return _now("“%(exhibitor)s” has moved from stand %(leaves)s to %(enters)s.") % names


def refuse(form: StandMoveForm, error: DomainError) -> None:
    """A stand that cannot be had is the field's matter."""
    add_refusal(form, DomainError(error.message, field="enters") if error.field == "stand" else error)
