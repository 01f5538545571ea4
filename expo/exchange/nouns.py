"""The tables of the fair's own nouns: which columns each has, and what lies in rows of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo import audit
from expo.exchange.cells import Choices, Reference, References
from expo.exchange.tables import Column, TableResource
from expo.models import (
    AuditAct,
    Edition,
    Exhibitor,
    Holding,
    Innovation,
    Instrument,
    Mode,
    OfferedMode,
    Organization,
    PlacePoint,
    Product,
    ServiceMode,
    Session,
    Stand,
    Zone,
)

EDITION = _("Number of the edition")


def edition() -> Column:
    return Column("edition", Reference(Edition.objects.all(), "number"), meaning=EDITION, example="13")


class ExhibitorTable(TableResource):
    """A row is a participation, and brings its organization along."""

    PARTS = {"organization": ("slug", "slug")}
    SELECT = ("edition", "organization__sector", "zone__edition", "host__organization")
    PREFETCH = ("co_exhibitors",)
    EXAMPLES = {
        "slug": "qingfeng-university", "name_en": "Qingfeng University of Technology", "name_zh": "青峰理工大学",
        "kind": "university", "country": "CN", "region": "CN-SC", "city_en": "Mianyang", "city_zh": "绵阳", "zone": "C",
        "sector": "radiotherapy", "website": "https://example.org", "usci": "91510700205412308D", "area_wanted": "36",
        "claim_en": "Magnets that need no helium.", "claim_zh": "不用氦的磁体。", "contact_email": "li@example.org",
    }  # fmt: skip

    edition = edition()
    slug = Column("organization__slug")
    name_en = Column("organization__name_en")
    name_zh = Column("organization__name_zh")
    kind = Column("organization__kind", default="enterprise")
    country = Column("organization__country", default="CN")
    region = Column("organization__region")
    city_en = Column("organization__city_en")
    city_zh = Column("organization__city_zh")
    sector = Column("organization__sector")
    website = Column("organization__website")
    usci = Column("organization__usci")
    zone = Column(
        "zone",
        Reference(Zone.objects.select_related("edition"), "letter", within={"edition": "edition__number"}),
        meaning=_("Letter of the zone"),
    )
    host = Column(
        "host",
        Reference(
            Exhibitor.objects.select_related("organization", "edition"),
            "organization__slug",
            within={"edition": "edition__number"},
        ),
        meaning=_("Short name of the exhibitor whose stands it shares"),
    )

    class Meta:
        model = Exhibitor
        import_id_fields = ("edition", "slug")
        fields = (
            "edition", "slug", "state", "name_en", "name_zh", "kind", "country", "region", "city_en", "city_zh",
            "sector", "website", "usci", "zone", "host", "claim_en", "claim_zh", "shows_en", "shows_zh",
            "area_wanted", "contact_name", "contact_email", "contact_phone", "origin",
        )  # fmt: skip

    def check_together(self, outcomes: Sequence[Any]) -> None:
        """A host that another row makes a co-exhibitor is none."""
        hosted = {outcome.record.pk for outcome in outcomes if outcome.record.host_id}
        for outcome in outcomes:
            if outcome.record.host_id and outcome.record.host_id in hosted:
                outcome.row.blame("host", gettext("A co-exhibitor cannot have co-exhibitors of its own."))


def write_holders(pairs: Sequence[tuple[Any, Any]]) -> None:
    """The organizations of each innovation in the order given; who stays keeps the role it has."""
    held = {(row.innovation_id, row.organization_id): row for row in _rows_of(Holding, "innovation", pairs)}
    added, moved = [], []
    for innovation, organizations in pairs:
        for position, organization in enumerate(organizations or []):
            row = held.pop((innovation.pk, organization.pk), None)
            if row is None:
                added.append(Holding(innovation=innovation, organization=organization, position=position))
            elif row.position != position:
                row.position = position
                moved.append(row)
    Holding.objects.filter(pk__in=[row.pk for row in held.values()]).delete()
    Holding.objects.bulk_create(added, batch_size=400)
    Holding.objects.bulk_update(moved, ["position"], batch_size=200)
    audit.record_many(AuditAct.ADDED, ((row, ()) for row in added))
    audit.record_many(AuditAct.CHANGED, ((row, ("position",)) for row in moved))


def write_modes(model: Any, field: str) -> Callable[[Sequence[tuple[Any, Any]]], None]:
    """Writes a set of modes that lie in rows of `model`, whose `field` is the record."""

    def write(pairs: Sequence[tuple[Any, Any]]) -> None:
        held = {(getattr(row, f"{field}_id"), row.mode): row for row in _rows_of(model, field, pairs)}
        wanted = [(record, mode) for record, modes in pairs for mode in modes or []]
        added = [
            model(**{field: record, "mode": mode}) for record, mode in wanted if not held.pop((record.pk, mode), None)
        ]
        model.objects.filter(pk__in=[row.pk for row in held.values()]).delete()
        model.objects.bulk_create(added, batch_size=400)
        audit.record_many(AuditAct.ADDED, ((row, ()) for row in added))

    return write


def _rows_of(model: Any, field: str, pairs: Sequence[tuple[Any, Any]]) -> list[Any]:
    keys = [record.pk for record, _value in pairs]
    found: list[Any] = []
    for start in range(0, len(keys), 400):
        found += model.objects.filter(**{f"{field}__in": keys[start : start + 400]})
    return found


class InnovationTable(TableResource):
    SELECT = ("sector",)
    PREFETCH = ("holdings__organization", "offered_modes")
    EXAMPLES = {
        "slug": "helium-free-magnet", "title_en": "Helium-free magnet", "title_zh": "无液氦磁体", "stage": "middle",
        "trl": "6", "trl_scale": "iso16290", "holders": "qingfeng-university; moli-machine-vision",
        "modes": "exclusive; in_kind", "sector": "radiotherapy",
    }  # fmt: skip

    holders = Column(
        "holders_named",
        References(Organization.objects.all(), "slug"),
        meaning=_("Organizations that hold it, in order"),
        is_public=True,
        reads=lambda innovation: [row.organization for row in innovation.holdings.all()],
        writes=write_holders,
    )
    modes = Column(
        "modes_named",
        Choices(Mode.choices),
        meaning=_("Ways of cooperation on offer"),
        is_public=True,
        reads=lambda innovation: [row.mode for row in innovation.offered_modes.all()],
        writes=write_modes(OfferedMode, "innovation"),
    )

    class Meta:
        model = Innovation
        import_id_fields = ("slug",)
        fields = (
            "slug", "state", "title_en", "title_zh", "holders", "sector", "claim_en", "claim_zh", "abstract_en",
            "abstract_zh", "uses_en", "uses_zh", "stage", "trl", "trl_scale", "ip_title", "team_available", "modes",
            "price_min", "price_max", "currency", "ready_on", "is_landmark", "position", "abstract_confidential",
            "origin",
        )  # fmt: skip


class ProductTable(TableResource):
    SELECT = ("sector", "organization", "innovation")
    EXAMPLES = {
        "slug": "bolus-sheet-10-mm", "title_en": "Bolus sheet", "title_zh": "组织补偿片",
        "organization": "peilan-medical-materials", "price": "260.00", "currency": "CNY", "unit_en": "sheet",
        "unit_zh": "片", "minimum_order": "4", "stock": "120",
    }  # fmt: skip

    class Meta:
        model = Product
        import_id_fields = ("slug",)
        fields = (
            "slug", "state", "title_en", "title_zh", "organization", "sector", "innovation", "claim_en", "claim_zh",
            "description_en", "description_zh", "price", "currency", "unit_en", "unit_zh", "minimum_order",
            "lead_time_days", "stock", "position", "origin",
        )  # fmt: skip


class SessionTable(TableResource):
    SELECT = ("edition", "place__hall__edition", "theme")
    EXAMPLES = {
        "slug": "opening-2025", "title_en": "Opening", "title_zh": "开幕式", "kind": "opening", "language": "both",
        "starts_at": "2025-09-26 09:30", "ends_at": "2025-09-26 10:30", "place": "hall-1/main-stage",
    }  # fmt: skip

    edition = edition()
    place = Column(
        "place",
        Reference(
            PlacePoint.objects.select_related("hall__edition"),
            "hall__slug",
            "slug",
            within={"edition": "hall__edition__number"},
        ),
        meaning=_("Hall and place, with “/” between their short names"),
    )

    class Meta:
        model = Session
        import_id_fields = ("slug",)
        fields = (
            "slug", "state", "edition", "title_en", "title_zh", "kind", "language", "starts_at", "ends_at", "place",
            "theme", "abstract_en", "abstract_zh", "origin",
        )  # fmt: skip


class InstrumentTable(TableResource):
    SELECT = ("organization", "platform", "sector")
    PREFETCH = ("service_modes",)
    EXAMPLES = {
        "slug": "cryo-electron-microscope", "name_en": "Cryo-electron microscope", "name_zh": "冷冻电镜",
        "made_in": "CN",
        "organization": "qingfeng-university", "modes": "sample_test; assisted", "commissioned_on": "2023-05-18",
        "original_value": "32000000.00", "external_open": "yes", "qualification_required": "no",
    }  # fmt: skip

    modes = Column(
        "modes_named",
        Choices(ServiceMode.Mode.choices),
        meaning=_("Ways in which it may be used"),
        is_public=True,
        reads=lambda instrument: [row.mode for row in instrument.service_modes.all()],
        writes=write_modes(ServiceMode, "instrument"),
    )

    class Meta:
        model = Instrument
        import_id_fields = ("slug",)
        fields = (
            "slug", "state", "name_en", "name_zh", "organization", "platform", "sector", "claim_en", "claim_zh",
            "functions_en", "functions_zh", "specification_en", "specification_zh", "manufacturer", "model_name",
            "made_in", "commissioned_on", "original_value", "currency", "location_en", "location_zh",
            "external_open", "qualification_required", "modes", "contact_name", "contact_email", "contact_phone",
            "position", "origin",
        )  # fmt: skip


class StandTable(TableResource):
    """Stands as drawn. Who holds one is shown; it changes hands on the move page only."""

    SELECT = ("zone__edition", "zone__hall", "exhibitor__organization")
    EXAMPLES = {"zone": "C", "number": "12", "x": "12.00", "y": "8.50", "width": "6.00", "depth": "3.00"}

    edition = Column(
        "zone__edition", Reference(Edition.objects.all(), "number"), meaning=EDITION, readonly=True, example="13"
    )
    zone = Column(
        "zone",
        Reference(Zone.objects.select_related("edition", "hall"), "letter", within={"edition": "edition__number"}),
        meaning=_("Letter of the zone"),
    )
    exhibitor = Column(
        "exhibitor",
        Reference(Exhibitor.objects.select_related("organization"), "organization__slug"),
        meaning=_("Who holds it; only to read"),
        readonly=True,
    )

    class Meta:
        model = Stand
        import_id_fields = ("edition", "zone", "number")
        fields = ("edition", "zone", "number", "exhibitor", "x", "y", "width", "depth", "origin")
