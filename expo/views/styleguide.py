"""The component sheet: every token and component on one living page, from invented values."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from expo.access import door
from expo.models.sector import Cover
from expo.search.facets import Choice, FacetBlock, RangeField
from expo.search.page import Chip, PageLink

HUES = "abcdesmu"
ICONS = [
    "search",
    "menu",
    "close",
    "down",
    "up",
    "arrow",
    "check",
    "pin",
    "partly",
    "yes",
    "no",
    "ask",
    "clock",
    "calendar",
    "print",
    "theme",
    "info",
    "warn",
    "plus",
    "doc",
    "filter",
    "lang",
    "globe",
    "home",
    "zoom-in",
    "zoom-out",
    "mail",
    "external",
]


class SheetForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("Say what it is. At most 80 characters.")
    )
    price = forms.DecimalField(label=gettext_lazy("Price"), help_text=gettext_lazy("In yuan."), min_value=1)
    mode = forms.ChoiceField(
        label=gettext_lazy("On offer"),
        choices=[("a", gettext_lazy("joint development")), ("b", gettext_lazy("sole license"))],
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who may see it"),
        widget=forms.RadioSelect,
        choices=[("all", gettext_lazy("Everybody")), ("anonymous", gettext_lazy("Everybody, without our name"))],
    )
    team = forms.BooleanField(label=gettext_lazy("The team comes along"), required=False)
    picture = forms.FileField(
        label=gettext_lazy("Picture"), help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB."), required=False
    )
    story = forms.CharField(label=gettext_lazy("What it does"), widget=forms.Textarea, required=False)


@door
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page."""
    request.noindex = True  # type: ignore[attr-defined]
    zones = [Thing(letter=hue.upper(), hue=hue, name=_("Zone %(letter)s") % {"letter": hue.upper()}) for hue in HUES]
    form = SheetForm({"title": "NdFeB", "price": "0", "who": "all", "mode": "a"})
    context = {
        "zones": zones,
        "icons": ICONS,
        "form": form,
        "things": things(zones),
        "facets": facets(zones),
        **paging(),
        "families": [
            Thing(slug=f, hue=HUES[i % 8], cover_family=f, label=label) for i, (f, label) in enumerate(Cover.choices)
        ],
    }
    return render(request, "expo/styleguide.html", context)


def things(zones: list[Any]) -> list[Any]:
    """Two cards: a short title and a long one, one in each language."""
    return [
        Thing(
            slug="grain-boundary",
            hue="c",
            cover_family="lattice",
            lang="en",
            title="Grain-boundary diffusion without dysprosium",
            claim="Coercivity kept at 150 °C with a coating a tenth of a millimeter thin.",
            holder="Qingfeng University of Technology",
            offer=_("in-kind equity"),
            trl=7,
            stand=Thing(zone=zones[2], number="15"),
            is_sample=True,
            price=18.6,
            currency="CNY",
        ),
        Thing(
            slug="long-range-drone",
            hue="b",
            cover_family="path",
            lang="zh-Hans",
            title="面向高海拔山区输电线路巡检的长航时复合翼无人机系统",
            claim="单次续航四小时，可在七级风中起降。",
            holder="四川涪江低空装备技术研究院有限责任公司",
            offer=_("non-exclusive license"),
            trl=8,
            stand=Thing(zone=zones[1], number="03"),
            is_sample=True,
            price=148000,
            currency="USD",
        ),
    ]


def facets(zones: list[Any]) -> list[FacetBlock]:
    choices = tuple(
        Choice(zone.letter, zone.name, 46 - 6 * i, i == 2, f"f-zone-{zone.letter}", zone.letter, zone.hue, 0)
        for i, zone in enumerate(zones)
    )
    ends = (
        RangeField("low", _("at least"), "", "f-low", "CNY"),
        RangeField("high", _("at most"), "5000", "f-high", "CNY"),
    )
    return [FacetBlock("zone", _("Zone"), "choices", choices), FacetBlock("price", _("Price"), "range", fields=ends)]


def paging() -> dict[str, Any]:
    here = "#chips"
    return {
        "chips": [Chip(_("Zone %(letter)s") % {"letter": "C"}, here), Chip("TRL 7–9", here)],
        "clear_url": here,
        "drops": [Thing(label="TRL 7–9", url=here, count=6)],
        "empty_title": _("Nothing fits all of these together"),
        "empty_text": "",
        "page": Paginator(range(120), 20).page(2),
        "page_links": [
            PageLink(1, here),
            PageLink(2, "", is_current=True),
            PageLink(3, here),
            PageLink(0, "", is_gap=True),
            PageLink(6, here),
        ],
        "previous_url": here,
        "next_url": here,
    }
