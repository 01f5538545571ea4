"""Remove every sample: what is left is real."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.errors import DomainError
from expo.samples import remove_samples


class Command(BaseCommand):
    help = "Removes all sample rows with their history and pictures. Editorial and participants' rows stay."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = remove_samples()
        except DomainError as error:
            raise CommandError(str(error)) from error
        for noun, count in counts.items():
            self.stdout.write(f"{count:6} {noun}")
        self.stdout.write(self.style.SUCCESS("No sample is left." if counts else "There was no sample."))
