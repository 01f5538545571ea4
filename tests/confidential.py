"""What is confidential, field by field, and a canary in each: a word that nobody without the right may ever read.

A text that stands neither in `PUBLIC_FIELDS` of its model, nor in `SECRET`, nor in `OPEN` fails the tests: whoever adds
one decides here who reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, EmailField, JSONField, Model, TextField
from django.utils import timezone

from expo.models import (
    Answer,
    AuditEntry,
    ImportRow,
    ImportRun,
    OutboxMail,
    Picture,
    PolicyRule,
    Revision,
    Transition,
    User,
    Webhook,
    WebhookDelivery,
)
from matchmaking.models import ContractAmendment, DemandCall, MatchRun, MatchWeights, NdaAcceptance
from tests import factories as make

STEM = "Zyxcanary"
FOUND = re.compile(rf"{STEM}(?: |-|%20|\+)(\d{{3}})q", re.IGNORECASE)

# ------------------------------------------------------------------ who may not read what
SECRET = {
    "expo.Answer": "value",
    "expo.Assessment": "note",
    "expo.AuditEntry": "organization_name title door",
    "expo.Broadcast": "subject_en subject_zh body_en body_zh",
    "expo.Enquiry": "name email phone company",
    "expo.EnquiryMessage": "text",
    "expo.Exhibitor": "products_planned contact_name contact_email contact_phone",
    "expo.ImportRow": "key errors changes",
    "expo.ImportRun": "name problem notes",
    "expo.Innovation": "abstract_confidential",
    "expo.Instrument": "contact_name contact_email contact_phone",
    "expo.Invitation": "email",
    "expo.JoinRequest": "message reason",
    "expo.Notice": "data",
    "expo.Organization": "usci lei mail_domain",
    "expo.OutboxMail": "to subject text html last_error",
    "expo.PartnerCity": "contact_name contact_email",
    "expo.PolicyRule": "source note",
    "expo.Revision": "data",
    "expo.SavedSearch": "query name known",
    "expo.Synonym": "note",
    "expo.TeamMember": "name_en name_zh expertise_en expertise_zh",
    "expo.Transition": "reason evidence",
    "expo.User": "email name",
    "expo.VisitItem": "note",
    "expo.ApiToken": "name",
    "expo.Webhook": "url",
    "expo.WebhookDelivery": "payload problem",
    "matchmaking.ContractAmendment": "reason",
    "matchmaking.Deal": "note company_en company_zh",
    "matchmaking.DealParty": "name_en name_zh",
    "matchmaking.Demand": "decision_owner decision_owner_email problem_en problem_zh situation_en situation_zh "
    "limits_en limits_zh budget_reason_en budget_reason_zh",
    "matchmaking.DemandCall": "spoken_with summary_en summary_zh",
    "matchmaking.EquityLine": "holder_en holder_zh note_en note_zh",
    "matchmaking.Introduction": "decline_note",
    "matchmaking.IntroductionMessage": "text",
    "matchmaking.Match": "proposed_reason",
    "matchmaking.MatchDecision": "note",
    "matchmaking.MatchRun": "problem",
    "matchmaking.MatchWeights": "note",
    "matchmaking.NdaAcceptance": "name",
    "matchmaking.TargetMetric": "baseline_en baseline_zh condition_en condition_zh",
    "matchmaking.TeamLine": "name_en name_zh",
    "matchmaking.TechnologyContract": "name_en name_zh government_programme",
    "matchmaking.TechnologyLine": "title_en title_zh number",
    "matchmaking.TermSheet": "note_en note_zh",
}
APPEND_ONLY = ("expo.AuditEntry", "expo.Transition", "matchmaking.NdaAcceptance")
# Read by everybody beside the record they belong to, by whoever applies, or words of the machine that name nobody.
OPEN = {
    "expo.ApiToken": "beginning digest_key",
    "expo.Answer": "",
    "expo.AuditEntry": "changes",
    "expo.Broadcast": "chosen",
    "expo.Capability": "baseline_en baseline_zh condition_en condition_zh",
    "expo.Consent": "version",
    "expo.Enquiry": "code token about",
    "expo.Evidence": "title_en title_zh",
    "expo.FieldLock": "field reason_en reason_zh",
    "expo.ImportRow": "versions",
    "expo.ImportRun": "code noun format sha256 language",
    "expo.Instrument": "currency",
    "expo.Invitation": "token",
    "expo.IpRight": "number",
    "expo.Metric": "baseline_en baseline_zh condition_en condition_zh",
    "expo.Notice": "kind key url",
    "expo.NoticeSetting": "kind",
    "expo.OpeningHours": "note_en note_zh",
    "expo.Organization": "ror",
    "expo.OutboxMail": "key headers",
    "expo.Parameter": "name_en name_zh unit",
    "expo.Picture": "folder widths alt_en alt_zh",
    "expo.PolicyRule": "key value unit",
    "expo.Question": "label_en label_zh help_en help_zh choices asked_if_value",
    "expo.Rate": "currency",
    "expo.SavedSearch": "noun",
    "expo.SearchChange": "label",
    "expo.Speaker": "name_en name_zh role_en role_zh orcid",
    "expo.Synonym": "words also_found_by",
    "expo.Transition": "title from_state to_state",
    "expo.User": "password time_zone",
    "expo.VisitList": "share_token",
    "expo.Webhook": "locked_secret events",
    "expo.WebhookDelivery": "event key",
    "matchmaking.ConfidentialReading": "subject digest",
    "matchmaking.Deal": "currency",
    "matchmaking.Deduction": "currency",
    "matchmaking.Demand": "currency",
    "matchmaking.EquityLine": "short",
    "matchmaking.Introduction": "code pair_key parts",
    "matchmaking.Match": "parts offer_parts",
    "matchmaking.MatchChange": "noun",
    "matchmaking.MatchDecision": "parts",
    "matchmaking.MatchRun": "weights",
    "matchmaking.MatchWeights": "values evaluation",
    "matchmaking.NdaAcceptance": "digest",
    "matchmaking.NdaText": "text_en text_zh digest",
    "matchmaking.TechnologyContract": "code registration_no currency",
    "matchmaking.TermSheet": "content_hash",
}
# Their admin shows less than the right to view them says: figures alone, or nothing at all.
CLOSED = {"expo.Enquiry", "expo.EnquiryMessage", "expo.VisitItem", "expo.Notice", "expo.SavedSearch"}
# Read by whoever may decide on the application or bring in the file, not by whoever may look at the entry.
DECIDES = ("expo.Exhibitor.products_planned", "expo.Answer.", "expo.ImportRun.", "expo.ImportRow.")


def models() -> list[type[Model]]:
    """Those of both packages; copies that keep a history have the fields of their model."""
    found = [model for package in ("expo", "matchmaking") for model in apps.get_app_config(package).get_models()]
    return [model for model in found if not hasattr(model, "history_date")]


def texts(model: type[Model]) -> list[str]:
    """The columns of a model that hold words of somebody."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField) and not field.choices and field.name != "slug"
    ]


def private(model: type[Model]) -> list[str]:
    return [name for name in texts(model) if name not in getattr(model, "PUBLIC_FIELDS", ())]


# ------------------------------------------------------------------ a canary in each
class Canaries:
    """Numbers them, and says whose field each number is."""

    def __init__(self) -> None:
        self.fields: dict[int, str] = {}
        self.hidden: set[int] = set()

    def number_of(self, name: str) -> int:
        known = {field: number for number, field in self.fields.items()}
        if name not in known:
            self.fields[len(self.fields) + 1] = name
        return known.get(name, len(self.fields))

    def words(self, label: str) -> dict[str, str]:
        """For a row that cannot be changed later."""
        return {name: f"{STEM} {self.number_of(f'{label}.{name}'):03}q" for name in SECRET[label].split()}

    def plant(self, model: type[Model], keys: Iterable[int], names: Iterable[str], of: str = "") -> None:
        """Write one into each of these fields of these rows, in the database and in what is kept of it."""
        for name in names:
            field = model._meta.get_field(name)
            number = self.number_of(f"{model._meta.label}.{name}{of}")
            for key in keys:
                word = f"{STEM} {number:03}q"
                if isinstance(field, EmailField) or name in ("mail_domain", "to"):
                    word = f"{STEM.lower()}-{number:03}q{'' if name == 'mail_domain' else f'-{key}@example.net'}"
                if field.unique or name in ("usci", "lei"):
                    word = word if "@" in word else f"{word[:14]}{key:04}"
                value: Any = {"word": word} if isinstance(field, JSONField) and name != "value" else word
                model._base_manager.filter(pk=key).update(**{name: value})

    def in_answer(self, text: str) -> set[str]:
        """The fields whose canary is read in a text, with or without the marks of HTML in it."""
        plain = re.sub(r"<[^>]+>", "", text)
        return {self.fields[int(number)] for number in {*FOUND.findall(text), *FOUND.findall(plain)}}


def plant_everywhere() -> Canaries:
    """In every confidential field of every row there is, and in every word of what is not public."""
    canaries = Canaries()
    make_what_the_world_lacks(canaries)
    hidden = make_hidden_records()
    for label, names in SECRET.items():
        if label in APPEND_ONLY:
            continue
        model = apps.get_model(label)
        keys = list(secret_rows(model).values_list("pk", flat=True))
        assert keys, f"{label}: make a row of it"
        for name in names.split():
            canaries.plant(model, keys, [name])
    for record in hidden:
        model = type(record)
        canaries.plant(model, [record.pk], [name for name in texts(model) if not _fixed(model, name)], " of a draft")
    for label in SECRET:
        for record in apps.get_model(label)._base_manager.all() if hasattr(apps.get_model(label), "history") else ():
            record.save()  # so that its history has them too
    return canaries


def secret_rows(model: type[Model]) -> Any:
    """The rows whose words are confidential. Who decides on a demand is so in all; tests of its own plant that."""
    rows, label = model._base_manager, model._meta.label
    if label == "expo.User":
        return rows.exclude(is_superuser=True).exclude(groups__name="organizer")  # staff is told whom to ask
    if label == "matchmaking.Demand":
        return rows.filter(confidentiality="nda_only")
    if label == "matchmaking.TargetMetric":
        return rows.filter(demand__confidentiality="nda_only")
    if label == "matchmaking.DealParty":
        return rows.filter(is_named=False)
    return rows.all()


def _fixed(model: type[Model], name: str) -> bool:
    """What has a form of its own, or is numbered: a canary there would be no valid row."""
    return name in (
        "currency", "own_name", "code", "website", "usci", "ror", "lei", "widths", "upload", "country", "region",
        "subdivision", "state",
    ) or bool(model._meta.get_field(name).unique)  # fmt: skip


# ------------------------------------------------------------------ rows to plant them in
def make_what_the_world_lacks(canaries: Canaries) -> None:
    """A row of each model that the permission world has none of."""
    person, now = make.make_person(), timezone.now()
    exhibitor, innovation = make.make_exhibitor(), make.make_innovation()
    kind = ContentType.objects.get_for_model(exhibitor)
    make.make_teammember(innovation=innovation)
    make.make_assessment(innovation=innovation)
    make.make_broadcast()
    make.make_synonym()
    Answer.objects.create(exhibitor=exhibitor, question=make.make_question(), value="yes")
    make.make_demand(confidentiality="nda_only", title_en="A title only")
    make.make_demand(confidentiality="anonymous", organization=make.make_organization(name_en="Asks in silence"))
    deal = make.make_deal(is_published=True, parties=[])
    make.make_party(deal=deal, organization=None, name_en="Silent partner")
    make.make_term_sheet(deal=deal)
    nda, run = make.make_nda(), MatchRun.objects.create()
    NdaAcceptance.objects.create(
        introduction=make.make_introduction(), side="asking", nda=nda, digest=nda.digest, at=now,
        **canaries.words("matchmaking.NdaAcceptance"),
    )  # fmt: skip
    MatchWeights.objects.create(values={})
    DemandCall.objects.create(
        demand=make.make_demand(), on=now.date(), spoken_with="Somebody", summary_en="They need it"
    )
    WebhookDelivery.objects.create(
        webhook=Webhook.objects.all()[0], event="match", key=str(run.pk), next_attempt_at=now
    )
    ContractAmendment.objects.create(
        contract=make.make_contract(), number=1, registered_on=now.date(), reason="More",
        contract_value_change=1, technology_value_change=1,
    )  # fmt: skip
    PolicyRule.objects.create(key="a.rule", value=1, source="law", valid_from=now.date())
    run = ImportRun.objects.create(noun="exhibitor", name="exhibitors.csv", format="csv", sha256="0" * 64, by=person)
    ImportRow.objects.create(run=run, number=1, key="1", outcome="new")
    OutboxMail.objects.create(key="world", to="a@example.net", subject="To you", text="Hello")
    Transition.objects.create(
        content_type=kind, object_id=exhibitor.pk, title="Shown", from_state="draft", to_state="submitted", at=now,
        by=person, **canaries.words("expo.Transition"),
    )  # fmt: skip
    AuditEntry.objects.create(at=now, act="changed", by=person, **canaries.words("expo.AuditEntry"))
    Revision.objects.create(
        content_type=ContentType.objects.get_for_model(innovation), object_id=innovation.pk, by=person,
        base_version=innovation.version, data={"claim_en": "Costs nothing"},
    )  # fmt: skip


def make_hidden_records() -> list[Any]:
    """One of each noun that the public must not read yet, with a picture."""
    alone = make.make_organization()  # has applied, and that is all
    draft: dict[str, Any] = {"state": "draft"}
    rows = [
        alone, make.make_application(organization=alone), make.make_innovation(organizations=[alone], **draft),
        make.make_product(organization=alone, **draft), make.make_instrument(organization=alone, **draft),
        make.make_demand(organization=alone, **draft), make.make_session(**draft),
        make.make_announcement(publish_at=None), make.make_deal(),
    ]  # fmt: skip
    shown = {"state": Picture.State.READY, "widths": [320], "width": 320, "height": 240}
    kinds = [ContentType.objects.get_for_model(row) for row in rows]
    pictures = [Picture(content_type=kind, object_id=row.pk, **shown) for kind, row in zip(kinds, rows, strict=True)]
    return [*rows, *Picture.objects.bulk_create(pictures)]


# ------------------------------------------------------------------ who has the right
def may_read(user: User, name: str) -> bool:
    """Whether somebody of the staff may read a field, as the grants and the pages of the admin mean it."""
    label, _dot, field = name.removesuffix(" of a draft").rpartition(".")
    package, _dot, noun = label.lower().partition(".")
    if name.startswith(DECIDES):
        return user.has_perm("expo.change_exhibitor")
    if name == "expo.User.name":
        return user.has_perm("expo.view_transition")  # who did what stands beside it
    if label in CLOSED or not user.has_perm(f"{package}.view_{noun}"):
        return False
    shown = admin.site._registry.get(apps.get_model(label))
    hidden = flatten(shown.confidential[1]["fields"]) if shown and getattr(shown, "confidential", None) else ()
    return field not in hidden or user.has_perm(f"{package}.change_{noun}")
