"""What waits for the broker, what is not ready, and what the clock and the samples know of matchmaking."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from expo import registry
from expo.samples import remove_samples
from matchmaking import waiting
from matchmaking.models import Deal, Demand, TechnologyContract, TermSheet
from tests.factories import make_contract, make_deal, make_demand, make_term_sheet

pytestmark = pytest.mark.django_db


def test_tasks_count_what_waits_and_lead_to_it(organizer_client: Client) -> None:
    for state in ("draft", "submitted", "verified", "published"):
        make_demand(state=state)
    for state in ("signed", "submitted", "in_review"):
        make_contract(state=state)
    make_deal(state="objection")
    queue = organizer_client.get(reverse("admin:index")).context["start"].queue
    counts = {line.task.name: line.count for line in queue}
    assert (counts["demands"], counts["contracts"], counts["objections"]) == (2, 2, 1)
    for line in queue:
        if line.task.name in ("demands", "contracts", "objections"):
            assert organizer_client.get(line.url).context["cl"].result_count == line.count


def test_an_open_demand_past_its_day_is_found() -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    late = make_demand(deadline=yesterday)
    make_demand(deadline=timezone.localdate())
    make_demand(deadline=yesterday, state="solved")
    assert list(waiting.overdue()) == [late]


def test_a_deal_on_its_way_without_terms_is_found() -> None:
    bare = make_deal(state="valuation")
    make_deal()
    make_deal(state="canceled")
    settled = make_term_sheet().deal
    Deal.objects.filter(pk=settled.pk).update(state="valuation")
    replaced = make_term_sheet(is_current=False, lines=False).deal
    Deal.objects.filter(pk=replaced.pk).update(state="signing")
    assert set(waiting.without_sheet()) == {bare, replaced}


def test_a_registered_contract_without_amounts_is_found() -> None:
    open_ones = make_contract(contract_value=None)
    make_contract()
    make_contract(contract_value=None, state="draft")
    assert list(waiting.without_amount()) == [open_ones]


def test_demands_expire_by_the_clock_every_night() -> None:
    job = registry.jobs["expire-demands"]
    make_demand(expires_on=dt.date(2020, 1, 1))
    assert job.run() == 1


def test_samples_go_with_everything_that_hangs_on_them() -> None:
    sheet = make_term_sheet(deal=make_deal(origin="sample", demand=make_demand(origin="sample")))
    make_contract(origin="sample", deal=sheet.deal)
    kept = make_contract()
    remove_samples()
    assert [Demand.objects.count(), Deal.objects.count(), TermSheet.objects.count()] == [0, 0, 0]
    assert TechnologyContract.objects.get() == kept
