"""Rows of the fair for tests: every `make_<noun>(**overrides)` gives a valid one and makes what it needs."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from expo.enquiries import ask, confirm, receiver_of
from expo.models import (
    Announcement,
    Assessment,
    Broadcast,
    Capability,
    Country,
    Edition,
    Enquiry,
    Exhibitor,
    ExhibitorState,
    FieldLock,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationPlatform,
    InnovationState,
    Instrument,
    InstrumentState,
    Invitation,
    JoinRequest,
    Membership,
    Metric,
    Organization,
    Parameter,
    PartnerCity,
    PlacePoint,
    PlatformState,
    Product,
    ProductState,
    Question,
    Sector,
    Session,
    SessionState,
    Stand,
    Synonym,
    TeamMember,
    User,
    Zone,
)
from expo.people.signing_in import vouch_for
from matchmaking.confidential import put_in_force, save_nda
from matchmaking.introductions import introduce
from matchmaking.models import (
    COUNTED_STATES,
    ContractState,
    Deal,
    DealParty,
    DealState,
    Demand,
    DemandState,
    EquityLine,
    Introduction,
    Match,
    NdaText,
    TargetMetric,
    TeamLine,
    TechnologyContract,
    TechnologyLine,
    TermSheet,
    WantedMode,
)
from matchmaking.models.match import pair_of
from matchmaking.term_sheets import settle

SHANGHAI = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(10_001)


@contextmanager
def numbers_of_its_own() -> Iterator[None]:
    """Names count from 1 in here, so that a test makes the same ones whatever ran before it."""
    global _numbers
    outside, _numbers = _numbers, itertools.count(1)
    yield
    _numbers = outside


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


def make_person(**overrides: Any) -> User:
    """Somebody who has confirmed the e-mail address of the account."""
    user = make_user(**overrides)
    vouch_for(user)
    return user


def make_member(organization: Organization, role: str = "member", **overrides: Any) -> User:
    """Somebody who acts for an organization."""
    user = make_person(**overrides)
    Membership.objects.create(organization=organization, user=user, role=role)
    return user


def make_membership(**overrides: Any) -> Membership:
    """An owner beside whom there is another one, so that both may go."""
    organization = overrides.pop("organization", None) or make_organization()
    make_member(organization, "owner")
    user = make_member(organization, "owner")
    return Membership.objects.get(user=user)


def make_joinrequest(**overrides: Any) -> JoinRequest:
    """Of somebody who asks an organization that has no owner."""
    organization = overrides.pop("organization", None) or make_organization()
    return JoinRequest.objects.create(organization=organization, user=make_person(), **overrides)


def make_invitation(**overrides: Any) -> Invitation:
    """Open, sent to an address that has no account."""
    n = next(_numbers)
    values = {"email": f"invited{n}@example.net", "expires_at": dt.datetime(2099, 1, 1, tzinfo=SHANGHAI)}
    organization = overrides.pop("organization", None) or make_organization()
    return Invitation.objects.create(organization=organization, **{**values, **overrides})


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
        "claim_zh": "成本更低", "state": InnovationState.PUBLISHED, "ownership_confirmed": True,
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


def make_parameter(**overrides: Any) -> Parameter:
    n = next(_numbers)
    values = {"slug": f"parameter-{n}", "name_en": f"Parameter {n}", "name_zh": f"参数{n}", "unit": "kg"}
    return Parameter.objects.create(**{**values, **overrides})


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


def make_demand(**overrides: Any) -> Demand:
    """Published and named, with a budget, a deadline and one target; `targets=[]` and `modes=[…]` give others."""
    n = next(_numbers)
    targets = overrides.pop("targets", None)
    modes = overrides.pop("modes", ())
    values = {
        "slug": f"demand-{n}", "title_en": f"Demand {n}", "title_zh": f"需求{n}", "claim_en": "Needs a better magnet",
        "claim_zh": "需要更好的磁体", "problem_en": "Ours fail in the heat.", "problem_zh": "现有磁体高温失效。",
        "budget_min": Decimal(1_200_000), "budget_max": Decimal(1_800_000), "deadline": dt.date(2026, 3, 31),
        "decision_owner": "Who Decides", "state": DemandState.PUBLISHED,
    }  # fmt: skip
    if overrides.get("confidentiality", "public") != "public":
        values["slug"] = ""
    organization = overrides.pop("organization", None) or make_organization()
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    demand = Demand(organization=organization, sector=sector, **{**values, **overrides})
    demand.clean_fields()
    demand.save()
    for target in [{}] if targets is None else targets:
        make_target(demand=demand, **target)
    for mode in modes:
        WantedMode.objects.create(demand=demand, mode=mode)
    return demand


def make_target(**overrides: Any) -> TargetMetric:
    demand = overrides.pop("demand", None) or make_demand(targets=[])
    parameter = overrides.pop("parameter", None) or make_parameter()
    values = {"value": Decimal(5), "operator": "ge"}
    return TargetMetric.objects.create(demand=demand, parameter=parameter, **{**values, **overrides})


def make_deal(**overrides: Any) -> Deal:
    """A draft that nobody sees, of two parties; `is_published=True` and the legs show it."""
    n = next(_numbers)
    parties = overrides.pop("parties", None)
    values = {
        "title_en": f"Deal {n}", "title_zh": f"项目{n}", "claim_en": "They found a company",
        "claim_zh": "双方设立公司", "state": DealState.DRAFT,
    }  # fmt: skip
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    innovations = overrides.pop("innovations", ())
    deal = Deal.objects.create(sector=sector, **{**values, **overrides})
    deal.innovations.set(innovations)
    two = [{"role": "investor", "is_named": True}, {"role": "university", "is_named": True}]
    for position, party in enumerate(two if parties is None else parties):
        make_party(deal=deal, position=position, **party)
    return deal


def make_party(**overrides: Any) -> DealParty:
    deal = overrides.pop("deal", None) or make_deal(parties=[])
    organization = overrides.pop("organization") if "organization" in overrides else make_organization()
    return DealParty.objects.create(deal=deal, organization=organization, **{"role": "investor", **overrides})


# The worked example: (short, holder, family, contribution, units).
STAKES = (
    ("INV", "Investor", "investor", "cash", 6_000_000),
    ("UNI", "University", "institution", "technology", 900_000),
    ("PI", "Lead", "team", "technology", 1_050_000),
    ("B", "Member B", "team", "technology", 630_000),
    ("C", "Member C", "team", "technology", 420_000),
    ("ESOP", "Option pool", "pool", "pool", 1_000_000),
)
MEMBERS = (
    ("PI", "Wen Suichuan", "pi", 50, "concurrent", "0.40"),
    ("B", "Luo Heng", "core", 30, "sabbatical", "0.50"),
    ("C", "Tang Min", "member", 20, "full_time", "1.00"),
)
ASSETS = (
    ("Diffusion coating", "invention", 1_450_000, 1_400_000),
    ("Sintering schedule", "invention", 920_000, 900_000),
    ("Alloy", "invention", 530_000, 500_000),
    ("Furnace control", "software_copyright", 220_000, 200_000),
)


def make_term_sheet(**overrides: Any) -> TermSheet:
    """In force and settled, with the lines of the worked example; `lines=False` leaves them out."""
    lines = overrides.pop("lines", True)
    deal = overrides.pop("deal", None) or make_deal()
    values = {"number": 1, "is_current": True, "vesting_months": 48, "cliff_months": 12}
    if lines:
        values["total_units"] = sum(stake[-1] for stake in STAKES)
    sheet = TermSheet.objects.create(deal=deal, **{**values, **overrides})
    if lines:
        _write_lines(sheet)
        settle(sheet, by=None)
        deal.refresh_from_db()
    return sheet


def _write_lines(sheet: TermSheet) -> None:
    for position, (title, kind, appraised, agreed) in enumerate(ASSETS):
        TechnologyLine.objects.create(
            term_sheet=sheet, title_en=title, kind=kind, appraised_value=appraised, agreed_value=agreed,
            position=position,
        )  # fmt: skip
    members = {
        short: TeamLine.objects.create(
            term_sheet=sheet, name_en=name, role=role, contribution=contribution, commitment=commitment,
            fte=Decimal(fte), position=position,
        )
        for position, (short, name, role, contribution, commitment, fte) in enumerate(MEMBERS)
    }  # fmt: skip
    for position, (short, holder, family, contribution, units) in enumerate(STAKES):
        EquityLine.objects.create(
            term_sheet=sheet, short=short, holder_en=holder, family=family, contribution=contribution,
            member=members.get(short), units=units, position=position,
        )  # fmt: skip


def make_contract(**overrides: Any) -> TechnologyContract:
    """Registered in 2025 for 2,000,000 of technology; another state, `deductions={…}` and values may be given."""
    n = next(_numbers)
    values = {
        "name_en": f"Contract {n}", "name_zh": f"合同{n}", "type": "development", "subtype": "commissioned",
        "signed_on": dt.date(2025, 3, 3), "contract_value": Decimal(2_000_000), "state": ContractState.REGISTERED,
    }  # fmt: skip
    deductions = overrides.pop("deductions", {})
    if overrides.get("state", ContractState.REGISTERED) in (*COUNTED_STATES, ContractState.REVOKED):
        values |= {"registration_no": f"{2025510700000000 + n}", "registered_on": dt.date(2025, 4, 1)}
    if values["contract_value"] == overrides.get("contract_value", values["contract_value"]):
        values["technology_value"] = values["contract_value"] - sum(deductions.values())
    sides = {side: overrides.pop(side, None) or make_organization() for side in ("seller", "buyer")}
    contract = TechnologyContract.objects.create(**sides, **{**values, **overrides})
    for kind, amount in deductions.items():
        contract.deductions.create(kind=kind, amount=amount)
    return contract


def make_platform(**overrides: Any) -> InnovationPlatform:
    """Operating, approved, of an organization."""
    n = next(_numbers)
    values = {
        "slug": f"platform-{n}", "name_en": f"Platform {n}", "name_zh": f"平台{n}", "claim_en": "Tests materials",
        "claim_zh": "测试材料", "kind": "pilot_base", "level": "provincial", "approver_en": "The ministry",
        "approver_zh": "主管部门", "approved_on": dt.date(2020, 5, 1), "state": PlatformState.OPERATING,
    }  # fmt: skip
    host = overrides.pop("organization", None) or make_organization()
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    return InnovationPlatform.objects.create(organization=host, sector=sector, **{**values, **overrides})


def make_instrument(**overrides: Any) -> Instrument:
    """Available to others: `modes` lists the ways to use it, `rate` is what others pay an hour in CNY (None: none)."""
    n = next(_numbers)
    values = {
        "slug": f"instrument-{n}", "name_en": f"Microscope {n}", "name_zh": f"显微镜{n}", "claim_en": "Sees atoms",
        "claim_zh": "看见原子", "state": InstrumentState.AVAILABLE,
    }  # fmt: skip
    modes, rate = overrides.pop("modes", ["sample_test"]), overrides.pop("rate", 300)
    owner = overrides.pop("organization", None) or make_organization()
    sector = overrides.pop("sector") if "sector" in overrides else make_sector()
    instrument = Instrument.objects.create(organization=owner, sector=sector, **{**values, **overrides})
    for mode in modes:
        instrument.service_modes.create(mode=mode)
    if rate is not None:
        instrument.rates.create(audience="external", basis="hour", amount=rate)
    return instrument


def make_capability(**overrides: Any) -> Capability:
    n = next(_numbers)
    instrument = overrides.pop("instrument", None) or make_instrument()
    parameter = overrides.pop("parameter", None) or Parameter.objects.create(
        slug=f"parameter-{n}", name_en=f"Parameter {n}", name_zh=f"参数{n}", unit="nm"
    )
    return Capability.objects.create(instrument=instrument, parameter=parameter, **{"value": Decimal(5), **overrides})


def make_country(**overrides: Any) -> Country:
    """Germany, the same one each time; another code makes another country."""
    code = overrides.pop("code", "DE")
    country = Country.objects.filter(code=code).first() or Country(code=code, **overrides)
    if country.pk is None:
        country.complete()
        country.save()
    return country


def make_partnercity(**overrides: Any) -> PartnerCity:
    n = next(_numbers)
    values = {"slug": f"city-{n}", "name_en": f"City {n}", "name_zh": f"城市{n}", "claim_en": "Makes optics",
              "claim_zh": "生产光学器件", "relation": "sister_city"}  # fmt: skip
    return PartnerCity.objects.create(
        country=overrides.pop("country", None) or make_country(), **{**values, **overrides}
    )


def make_synonym(*words: str, also_found_by: str = "", **overrides: Any) -> Synonym:
    """A group of these words, or of two that nobody else has."""
    n = next(_numbers)
    chosen = words or (f"quorvex{n}", f"库沃{n}")
    values = {"slug": f"synonym-{n}", "words": "\n".join(chosen), "also_found_by": also_found_by}
    return Synonym.objects.create(**{**values, **overrides})


def make_question(**overrides: Any) -> Question:
    """A line of text asked of everybody who applies to the current edition."""
    n = next(_numbers)
    values = {"label_en": f"Question {n}", "label_zh": f"问题{n}", "position": n}
    return Question.objects.create(edition=overrides.pop("edition", None) or make_edition(), **{**values, **overrides})


def make_application(**overrides: Any) -> Exhibitor:
    """A draft that may be handed in as it is; another state and values may be given."""
    edition = overrides.pop("edition", None) or make_edition()
    wish = overrides.pop("zone_wish") if "zone_wish" in overrides else make_zone(edition=edition)
    values = {"state": ExhibitorState.DRAFT, "area_wanted": 18, "products_planned": "Two magnets", "zone": None}
    return make_exhibitor(edition=edition, zone_wish=wish, **{**values, **overrides})


def make_enquiry(**overrides: Any) -> Enquiry:
    """A stranger's confirmed question about an exhibitor, waiting for an answer; `record` and `text` may be given."""
    n = next(_numbers)
    record = overrides.pop("record", None) or make_exhibitor()
    text, now = overrides.pop("text", f"What does it cost, in words number {n}?"), overrides.pop("now", None)
    values = {"name": f"Asker {n}", "email": f"asker{n}@elsewhere.example", "language": "en"}
    sender = overrides.get("sender")
    if sender is not None:
        values |= {"name": sender.name, "email": sender.email}
    enquiry = ask(record, text=text, now=now, **{**values, **overrides})
    return confirm(enquiry, now=now)


def make_broadcast(**overrides: Any) -> Broadcast:
    """A draft to all accepted exhibitors of the current edition."""
    n = next(_numbers)
    values = {"subject_en": f"News {n}", "subject_zh": f"消息{n}", "body_en": "Doors open at eight.",
              "body_zh": "八点开门。", "chosen": {"states": ["accepted"]}}  # fmt: skip
    by = overrides.pop("by", None) or make_user(is_staff=True)
    edition = overrides.pop("edition", None) or make_edition()
    return Broadcast.objects.create(edition=edition, by=by, **{**values, **overrides})


def make_assessment(**overrides: Any) -> Assessment:
    """Of an innovation in review, by somebody."""
    innovation = overrides.pop("innovation", None) or make_innovation(state=InnovationState.IN_REVIEW)
    reviewer = overrides.pop("reviewer", None) or make_user(is_staff=True)
    points = {"advantages": 4, "clarity": 3, "cooperation": 3, "language": 4, "of_version": innovation.version}
    return Assessment.objects.create(innovation=innovation, reviewer=reviewer, **{**points, **overrides})


def make_teammember(**overrides: Any) -> TeamMember:
    """Who has not agreed to be named, unless `agreed_on` says so."""
    n = next(_numbers)
    innovation = overrides.pop("innovation", None) or make_innovation()
    return TeamMember.objects.create(innovation=innovation, **{"name_en": f"Researcher {n}", **overrides})


def make_fieldlock(**overrides: Any) -> FieldLock:
    """What the accepted exhibitors of the current edition may not change."""
    values = {"field": "area_wanted", "reason_en": "The stands are built.", "reason_zh": "展位已搭建。"}
    return FieldLock.objects.create(edition=overrides.pop("edition", None) or make_edition(), **{**values, **overrides})


def make_introduction(**overrides: Any) -> Introduction:
    """Whoever offers has written to whoever asks, who has not opened it. `from_side` turns that round; `demand`,
    `offer` (None for none), `text` and `by` may be given."""
    demand = overrides.pop("demand") if "demand" in overrides else make_demand()
    offer = overrides.pop("offer") if "offer" in overrides else make_innovation()
    side = overrides.pop("from_side", "offering")
    offering = receiver_of(offer) if offer is not None else make_organization()
    asking = demand.organization if demand is not None else make_organization()
    two = (asking, offering) if side == "asking" else (offering, asking)
    values = {"text": f"Let us meet, says number {next(_numbers)}.", "by": None}
    return introduce(organization=two[0], other=two[1], demand=demand, offer=offer, **{**values, **overrides})


def make_nda(**overrides: Any) -> NdaText:
    """A new version of the confidentiality agreement, in force."""
    n = next(_numbers)
    nda = save_nda(NdaText(**{"text_en": f"Keep it, {n}.", "text_zh": f"请保密，{n}。", **overrides}), by=None)
    return put_in_force(nda, by=None)


def make_match(**overrides: Any) -> Match:
    """A stored match of 80 points: the TRL open, 60 of 60 for the subject, 20 of 30 for the requirements. `offer` is
    what is offered; `score=` alone gives another score with one part."""
    demand = overrides.pop("demand", None) or make_demand()
    offer = overrides.pop("offer", None) or make_innovation()
    words = {"asked_en": 3, "count_en": 2, "shared_en": ["magnet", "rare"]}
    parts = [
        {"name": "subject", "weight": 60, "points": 60, "value": 1.0, "facts": words},
        {"name": "requirements", "weight": 30, "points": 20, "value": 0.67, "facts": {"targets": []}},
        {"name": "maturity", "weight": 10, "points": 0, "value": None, "facts": {"wanted": 6, "offered": None}},
    ]
    if (score := overrides.pop("score", None)) is not None:
        parts = [{"name": "subject", "weight": 100, "points": score, "value": score / 100, "facts": words}]
    found = timezone.now() - dt.timedelta(hours=1)
    values = {
        "score": sum(part["points"] for part in parts), "parts": parts, "offer_parts": parts, "found_at": found,
        "matched_at": found,
    }  # fmt: skip
    values = {**values, **overrides}
    if "offer_score" not in values:
        values["offer_score"] = sum(part["points"] for part in values["offer_parts"])
    return Match.objects.create(demand=demand, **pair_of(offer), **values)
