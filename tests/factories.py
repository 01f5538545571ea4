"""Rows of the fair for tests: every `make_<noun>(**overrides)` gives a valid one and makes what it needs."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from expo.models import (
    Announcement,
    Edition,
    Exhibitor,
    ExhibitorState,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationState,
    Metric,
    Organization,
    Parameter,
    PlacePoint,
    Product,
    ProductState,
    Sector,
    Session,
    SessionState,
    Stand,
    User,
    Zone,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(1)


def at(day: int, clock: str) -> dt.datetime:
    """A moment of September 2025 in the fair's time zone: at(26, "10:00")."""
    hour, minute = clock.split(":")
    return dt.datetime(2025, 9, day, int(hour), int(minute), tzinfo=SHANGHAI)


def make_user(**overrides: Any) -> User:
    n = next(_numbers)
    values: dict[str, Any] = {
        "email": f"person{n}@example.org",
        "name": f"Person {n}",
        "password": "correct horse battery",
        "language": "en",
    }
    return User.objects.create_user(**{**values, **overrides})


def make_edition(**overrides: Any) -> Edition:
    """The current 13th edition, the same one each time; another number makes another edition."""
    number = overrides.pop("number", 13)
    values = {
        "name_en": f"The {number}th Expo", "name_zh": f"第{number}届博览会", "opens_on": dt.date(2025, 9, 26),
        "city_en": "Mianyang", "city_zh": "绵阳", "is_current": number == 13,
    }  # fmt: skip
    edition, _ = Edition.objects.get_or_create(number=number, defaults={**values, **overrides})
    return edition


def make_sector(**overrides: Any) -> Sector:
    n = next(_numbers)
    values = {
        "slug": f"sector-{n}",
        "name_en": f"Sector {n}",
        "name_zh": f"领域{n}",
        "hue": "c",
        "cover_family": "field",
    }
    return Sector.objects.create(**{**values, **overrides})


def make_organization(**overrides: Any) -> Organization:
    n = next(_numbers)
    values = {"slug": f"organization-{n}", "name_en": f"Organization {n}", "name_zh": f"机构{n}", "region": "CN-SC"}
    if "country" in overrides and overrides["country"] != "CN":
        values["region"] = ""
    return Organization.objects.create(**{**values, **overrides})


def make_hall(**overrides: Any) -> Hall:
    n = next(_numbers)
    values = {"slug": f"hall-{n}", "name_en": f"Hall {n}", "name_zh": f"{n}号馆", "width": 96, "depth": 60}
    return Hall.objects.create(edition=overrides.pop("edition", None) or make_edition(), **{**values, **overrides})


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make_zone(**overrides: Any) -> Zone:
    edition = overrides.pop("edition", None) or make_edition()
    taken = set(Zone.objects.filter(edition=edition).values_list("letter", flat=True))
    letter = overrides.pop("letter", None) or next(x for x in LETTERS if x not in taken)
    values = {
        "slug": f"zone-{letter.lower()}", "name_en": f"Zone {letter}", "name_zh": f"{letter}展区", "hue": "c",
        "x": 2, "y": 2, "width": 60, "depth": 40,
    }  # fmt: skip
    hall = overrides.pop("hall", None) or make_hall(edition=edition)
    return Zone.objects.create(edition=edition, letter=letter, hall=hall, **{**values, **overrides})


def make_stand(**overrides: Any) -> Stand:
    zone = overrides.pop("zone", None) or make_zone()
    n = Stand.objects.filter(zone=zone).count() + 1
    values = {"number": f"{n:02d}", "x": 4 + 4 * (n % 12), "y": 10 + 4 * (n // 12), "width": 3, "depth": 3}
    return Stand.objects.create(zone=zone, **{**values, **overrides})


def make_placepoint(**overrides: Any) -> PlacePoint:
    n = next(_numbers)
    values = {"slug": f"stage-{n}", "kind": "stage", "name_en": f"Stage {n}", "name_zh": f"{n}号舞台", "x": 5, "y": 5}
    return PlacePoint.objects.create(hall=overrides.pop("hall", None) or make_hall(), **{**values, **overrides})


def make_exhibitor(**overrides: Any) -> Exhibitor:
    """Accepted, with a zone, without a stand; another state may be given."""
    state = overrides.pop("state", ExhibitorState.ACCEPTED)
    edition = overrides.pop("edition", None) or make_edition()
    zone = overrides.pop("zone") if "zone" in overrides else make_zone(edition=edition)
    values = {
        "claim_en": "Shows magnets",
        "claim_zh": "展示磁体",
        "shows_en": "Magnets of all kinds",
        "shows_zh": "各类磁体",
    }
    organization = overrides.pop("organization", None) or make_organization()
    return Exhibitor.objects.create(
        edition=edition, organization=organization, zone=zone, state=state, **{**values, **overrides}
    )


def make_innovation(**overrides: Any) -> Innovation:
    """Published, held by an organization (`organizations=[…]` names others)."""
    n = next(_numbers)
    holders = overrides.pop("organizations", None)
    values = {
        "slug": f"innovation-{n}", "title_en": f"Innovation {n}", "title_zh": f"成果{n}", "claim_en": "Costs less",
        "claim_zh": "成本更低", "state": InnovationState.PUBLISHED,
    }  # fmt: skip
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    innovation = Innovation.objects.create(sector=sector, **{**values, **overrides})
    for position, holder in enumerate([make_organization()] if holders is None else holders):
        Holding.objects.create(innovation=innovation, organization=holder, position=position)
    return innovation


def make_metric(**overrides: Any) -> Metric:
    n = next(_numbers)
    innovation = overrides.pop("innovation", None) or make_innovation()
    parameter = overrides.pop("parameter", None) or Parameter.objects.create(
        slug=f"parameter-{n}", name_en=f"Parameter {n}", name_zh=f"参数{n}", unit="kg"
    )
    return Metric.objects.create(innovation=innovation, parameter=parameter, **{"value": Decimal(5), **overrides})


def make_product(**overrides: Any) -> Product:
    n = next(_numbers)
    values = {
        "slug": f"product-{n}", "title_en": f"Product {n}", "title_zh": f"产品{n}", "claim_en": "Ready to ship",
        "claim_zh": "现货供应", "price": Decimal("18.60"), "stock": 5, "state": ProductState.PUBLISHED,
    }  # fmt: skip
    organization = overrides.pop("organization", None) or make_organization()
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    return Product.objects.create(organization=organization, sector=sector, **{**values, **overrides})


def make_session(**overrides: Any) -> Session:
    n = next(_numbers)
    values = {
        "slug": f"session-{n}", "title_en": f"Session {n}", "title_zh": f"活动{n}", "starts_at": at(26, "10:00"),
        "ends_at": at(26, "11:00"), "state": SessionState.PUBLISHED,
    }  # fmt: skip
    edition = overrides.pop("edition", None) or make_edition()
    place = overrides.pop("place") if "place" in overrides else make_placepoint(hall=make_hall(edition=edition))
    return Session.objects.create(edition=edition, place=place, **{**values, **overrides})


def make_figure(**overrides: Any) -> Figure:
    n = next(_numbers)
    words = {
        f"{name}_{lang}": f"{name} {n}" for name in ("label", "scope", "definition", "source") for lang in ("en", "zh")
    }
    return Figure.objects.create(**{"slug": f"figure-{n}", "value": Decimal(7), **words, **overrides})


def make_announcement(**overrides: Any) -> Announcement:
    n = next(_numbers)
    values = {
        "slug": f"announcement-{n}", "title_en": f"Announcement {n}", "title_zh": f"公告{n}",
        "body_en": "Doors open at nine.", "body_zh": "九点开门。", "publish_at": at(20, "09:00"),
    }  # fmt: skip
    return Announcement.objects.create(
        edition=overrides.pop("edition", None) or make_edition(), **{**values, **overrides}
    )
