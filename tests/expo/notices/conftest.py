"""Kinds of notices that only these tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from expo.registry import NoticeKind, add_notice_kind, notice_kinds

KINDS = (
    NoticeKind("test-answer", "Somebody answers me", "“%(name)s” answered: %(text)s", "Answer within %(days)d days."),
    NoticeKind("test-news", "News", "News of %(name)s", delivery="daily"),
    NoticeKind("test-quiet", "Small things", "Something small", delivery="never"),
    NoticeKind("test-office", "The office", "An application was handed in.", for_staff=True),
)


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    for kind in KINDS:
        add_notice_kind(kind)
    yield
    for kind in KINDS:
        del notice_kinds[kind.code]
