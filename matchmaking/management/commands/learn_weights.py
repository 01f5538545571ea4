"""Learns the weights of matching from what people decided, and writes them down for an organizer to adopt."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from matchmaking.matching.parts import NAMES
from matchmaking.weights import learn_weights


class Command(BaseCommand):
    help = "Learns the weights of matching from real decisions. Nothing counts before an organizer adopts it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = learn_weights()
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = found.evaluation
        self.stdout.write(f"{'part':<14}{'before':>8}{'learned':>9}{'said':>7}{'coefficient':>13}")
        for name in NAMES:
            coefficient = told["coefficients"].get(name)
            shown = "kept" if coefficient is None else f"{coefficient:.3f}"
            said = told["said"][name]
            self.stdout.write(f"{name:<14}{told['before'][name]:>8}{found.values[name]:>9}{said:>7}{shown:>13}")
        before, after = told["judged_before"], told["judged_after"]
        self.stdout.write(
            f"learned from {told['learned_from']} decisions; on {before['count']} newer ones the right order of "
            f"{before['right']} of the pairs before, {after['right']} with these weights"
        )
        self.stdout.write(f"written down as weights {found.pk}; an organizer adopts them in the admin, or does not")
