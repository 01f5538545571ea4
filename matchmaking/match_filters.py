"""What narrows a list of matches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from expo.models import Holding, Organization, Sector
from matchmaking.match_rows import met_by, score_column, shown_first
from matchmaking.models import OFFERS, DecisionVerdict, Demand, Match, MatchDecision, Side

NOUNS = (("innovation", _("innovations")), ("product", _("products")), ("instrument", _("instruments")))
LEAST = (("80", _("80 or more")), ("70", _("70 or more")), ("0", _("all, the weaker ones too")))
NEWEST, DEADLINE = "newest", "deadline"
SELECT = {"class": "select select--small"}


@dataclass(frozen=True)
class Chip:
    """A filter that is chosen, and the address of the list without it."""

    label: str
    remove_url: str


def ticked(label: Any, method: str) -> django_filters.BooleanFilter:
    return django_filters.BooleanFilter(label=label, method=method, widget=forms.CheckboxInput)


def chosen_of(label: Any, method: str, choices: Any, empty: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label, choices=choices, method=method, empty_label=empty, widget=forms.Select(SELECT)
    )


class MatchFilter(django_filters.FilterSet):
    """For the side that `side` names. Without a wish what is shown first; of the shortlist all."""

    shortlist = ticked(_("Only the shortlist"), "on_shortlist")
    met = ticked(_("Only whom we have met"), "met_before")
    trl = ticked(_("Only with a stated TRL"), "with_trl")
    team = ticked(_("Only whose team comes along"), "with_team")
    noun = chosen_of(_("Kind"), "of_noun", NOUNS, _("all kinds"))
    sector = django_filters.ModelChoiceFilter(
        label=_("Field"), queryset=Sector.objects.order_by("position", "slug"), to_field_name="slug",
        method="of_sector", empty_label=_("all fields"), widget=forms.Select(SELECT),
    )  # fmt: skip
    least = chosen_of(_("Points"), "at_least", LEAST, _("60 or more"))
    sort = chosen_of(_("Sort by"), "sorted", ((NEWEST, _("newest first")),), _("best first"))

    class Meta:
        model = Match
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, side: str, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side, self.organization = side, organization
        if side == Side.OFFERING:
            del self.filters["noun"], self.filters["trl"], self.filters["team"]
            more = (NEWEST, _("newest first")), (DEADLINE, _("needed soonest"))
            self.filters["sort"].extra["choices"] = more

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        wanted = self.form.cleaned_data
        return rows if wanted.get("least") or wanted.get("shortlist") else rows.filter(shown_first(self.side))

    def at_least(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{score_column(self.side)}__gte": int(value)})

    def of_noun(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{value}__isnull": False})

    def of_sector(self, rows: QuerySet[Any], name: str, value: Sector) -> QuerySet[Any]:
        """With its parts."""
        found = Q()
        for path in ("demand",) if self.side == Side.OFFERING else OFFERS:
            found |= Q(**{f"{path}__sector": value}) | Q(**{f"{path}__sector__parent": value})
        return rows.filter(found)

    def on_shortlist(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        if not value:
            return rows
        kept = MatchDecision.objects.filter(
            demand=OuterRef("demand"), side=self.side, verdict=DecisionVerdict.SHORTLISTED
        )
        either = (Q(Exists(kept.filter(**{noun: OuterRef(noun)}))) for noun in OFFERS)
        return rows.filter(reduce(or_, either))

    def met_before(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        if not value:
            return rows
        met = met_by(self.organization)
        if self.side == Side.OFFERING:
            return rows.filter(demand__in=Demand.objects.named().order_by(), demand__organization__in=met)
        held = Exists(Holding.objects.filter(innovation=OuterRef("innovation"), organization__in=met))
        return rows.filter(held | Q(product__organization__in=met) | Q(instrument__organization__in=met))

    def with_trl(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.exclude(innovation=None).exclude(innovation__trl=None) if value else rows

    def with_team(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(innovation__team_available=True) if value else rows

    def sorted(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        best = f"-{score_column(self.side)}"
        if value == DEADLINE:  # what a demand keeps to itself is no order either
            shown = Case(When(~Q(demand__confidentiality="nda_only"), then=F("demand__deadline")), default=None)
            return rows.annotate(needed=shown).order_by(F("needed").asc(nulls_last=True), best, "pk")
        return rows.order_by("-found_at", best, "pk")

    def chips(self, query: QueryDict) -> list[Chip]:
        """What is chosen, in words."""
        found = []
        for name, value in self.form.cleaned_data.items():
            if not value:
                continue
            rest = query.copy()
            for gone in (name, "page"):
                rest.pop(gone, None)
            label = str(self.filters[name].label)
            if not isinstance(self.filters[name], django_filters.BooleanFilter):
                choices = dict(self.filters[name].extra.get("choices", ()))
                label = f"{label}: {choices.get(value, getattr(value, 'name', value))}"
            found.append(Chip(label, f"?{rest.urlencode()}"))
        return found
