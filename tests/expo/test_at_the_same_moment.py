"""Two people at the same moment: one is served, the other is told, nothing is given twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from expo.errors import DomainError
from expo.exhibiting.applying import begin_application
from expo.models import Exhibitor, Organization, Session, StaleVersion, Stand, Transition
from expo.publication import publish_session
from expo.registration import accept
from expo.stands import give_stand
from tests.factories import (
    make_edition,
    make_exhibitor,
    make_member,
    make_organization,
    make_placepoint,
    make_session,
    make_stand,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself"),
]


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all begun at once, each on a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return act()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_stand_goes_to_one_of_two_exhibitors() -> None:
    stand = make_stand()
    rivals = [make_exhibitor(zone=stand.zone) for _ in range(4)]
    results = together(*(lambda rival=rival: give_stand(stand, exhibitor=rival, by=None) for rival in rivals))  # type: ignore[misc]
    winners = [result for result in results if isinstance(result, Stand)]
    assert len(winners) == 1
    assert Stand.objects.get().exhibitor == winners[0].exhibitor
    assert sum(isinstance(result, DomainError) for result in results) == 3


def test_one_application_is_accepted_once() -> None:
    exhibitor = make_exhibitor(state="submitted")
    copies = [Exhibitor.objects.get(pk=exhibitor.pk) for _ in range(3)]
    results = together(*(lambda copy=copy: accept(copy, by=None) for copy in copies))  # type: ignore[misc]
    assert sum(isinstance(result, Exhibitor) for result in results) == 1
    assert Transition.objects.of(exhibitor).filter(to_state="accepted").count() == 1


def test_of_two_editors_the_second_is_told() -> None:
    organization = make_organization()
    copies = [Organization.objects.get(pk=organization.pk) for _ in range(2)]
    for number, copy in enumerate(copies):
        copy.name_en = f"Editor {number}"
    results = together(*(copy.save for copy in copies))
    assert sorted(type(result) for result in results if result is not None) == [StaleVersion]
    assert Organization.objects.get().version == 2


def test_two_sessions_at_one_place_are_not_both_published() -> None:
    place = make_placepoint()
    rivals = [make_session(place=place, state="draft") for _ in range(3)]
    results = together(*(lambda rival=rival: publish_session(rival, by=None) for rival in rivals))  # type: ignore[misc]
    assert sum(isinstance(result, Session) for result in results) == 1


def test_two_colleagues_who_begin_at_the_same_moment_begin_once() -> None:
    house, edition = make_organization(), make_edition()
    people = [make_member(house, "editor") for _ in range(2)]
    begin = begin_application
    results = together(*(lambda by=by: begin(house, edition=edition, by=by) for by in people))  # type: ignore[misc]
    assert sorted(type(result).__name__ for result in results) == ["DomainError", "Exhibitor"]
    assert Exhibitor.objects.count() == 1
