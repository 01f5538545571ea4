"""Assessing innovations in review: four criteria of 0 to 5 points, for the reviewers only."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Assessment, Innovation, InnovationState, User

OPEN = (InnovationState.SUBMITTED, InnovationState.IN_REVIEW)


def assess(assessment: Assessment, *, by: User) -> Assessment:
    """Store what a reviewer thinks of the innovation as it stands now, or mend what this reviewer wrote before.

    DomainError where it is not in review, or where somebody else wrote the assessment."""
    with transaction.atomic():
        innovation = Innovation.objects.select_for_update().get(pk=assessment.innovation_id)
        if innovation.state not in OPEN:
            raise DomainError(
                _("“%(record)s” is %(state)s. Only what is in review is assessed.")
                % {"record": innovation, "state": innovation.get_state_display()},
                field="innovation",
            )
        if assessment.pk is not None and assessment.reviewer_id != by.pk:
            raise DomainError(_("Somebody else wrote this assessment. Write your own."))
        assessment.reviewer, assessment.of_version = by, innovation.version
        assessment.full_clean()
        assessment.save()
    return assessment
