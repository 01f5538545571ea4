"""An organization that is asked, and who answers for it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from expo.models import Organization, User
from tests.factories import make_member, make_organization


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def organization(db: None) -> Organization:
    return make_organization(name_en="Magnet Works", name_zh="磁体厂")


@pytest.fixture
def editor(organization: Organization) -> User:
    return make_member(organization, "editor", name="Wang Li")
