"""Put a backup in the place of the database and the media."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo import backups
from expo.errors import DomainError


class Command(BaseCommand):
    help = "Replaces the whole database and all media by those in FILE. Stop the server and the worker first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="yes, replace everything")

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        try:
            manifest = backups.read_manifest(file)
            backups.check_fits(manifest)
            if not yes:
                raise CommandError(
                    f"This would replace the whole database and all media by the backup of {manifest.created_at}. "
                    "Nothing was changed. Say --yes when you mean it."
                )
            backups.restore(file)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored the backup of {manifest.created_at}. Run “manage.py migrate” before you start the server."
        )
