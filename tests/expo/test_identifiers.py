"""Identifiers with their published examples, good and bad."""

import pytest
from django.core.exceptions import ValidationError

from expo import identifiers
from expo.models import Organization
from tests.factories import make_organization, make_session

GOOD = [
    ("usci", "12100000400000624D"), ("usci", "91510700205412308D"), ("usci", "91350100M000100Y43"),
    ("ror", "03yrm5c26"), ("ror", "03cve4549"), ("lei", "213800KUD8LAJWSQ9D15"),
    ("orcid", "0000-0002-1825-0097"), ("orcid", "0000-0002-1694-233X"),
    ("cn_patent", "201610410030.9"), ("cn_patent", "ZL201710601862.3"), ("cn_patent", "95115608.X"),
    ("cn_patent", "CN106097069A"),
]  # fmt: skip
BAD = [
    ("usci", "91350100M000100Y4Z"), ("usci", "91350100M000100Y4"), ("usci", "9I510700205412308D"), ("usci", ""),
    ("ror", "01k4yrm30"), ("ror", "3yrm5c26"), ("lei", "213800KUD8LAJWSQ9D16"), ("orcid", "0000-0002-1825-0098"),
    ("cn_patent", "201710601862.4"), ("cn_patent", "201740601862.3"), ("cn_patent", "patent"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code"), GOOD)
def test_published_identifier_is_accepted(kind: str, code: str) -> None:
    getattr(identifiers, f"check_{kind}")(code)


@pytest.mark.parametrize(("kind", "code"), BAD)
def test_broken_identifier_is_refused_with_advice(kind: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        getattr(identifiers, f"check_{kind}")(code)
    assert len(refusal.value.messages[0]) > 30


@pytest.mark.parametrize("position", range(18))
def test_every_single_wrong_character_of_a_usci_is_noticed(position: int) -> None:
    code = "91510700205412308D"
    wrong = [c for c in identifiers.USCI_ALPHABET if c != code[position]]
    assert not any(identifiers.is_usci(code[:position] + c + code[position + 1 :]) for c in wrong)


def test_identifiers_of_an_organization_are_kept_in_one_form(db: None) -> None:
    organization = Organization(
        slug="one", name_en="One", usci=" 91510700-205412308d ", ror="https://ror.org/03yrm5c26"
    )
    organization.full_clean()
    assert (organization.usci, organization.ror) == ("91510700205412308D", "03yrm5c26")


def test_two_organizations_cannot_have_one_usci(db: None) -> None:
    make_organization(usci="91510700205412308D")
    with pytest.raises(ValidationError) as refusal:
        Organization(slug="other", name_en="Other", usci="91510700205412308D").full_clean()
    assert "usci" in refusal.value.message_dict


def test_a_speakers_orcid_is_checked_and_kept_in_one_form(db: None) -> None:
    speaker = make_session().speakers.create(name_en="Lin Yue", orcid="0000 0002 1825 0097")
    speaker.full_clean()
    assert speaker.orcid == "0000-0002-1825-0097"
    speaker.orcid = "0000-0002-1825-0098"
    with pytest.raises(ValidationError) as refusal:
        speaker.full_clean()
    assert "orcid" in refusal.value.message_dict
