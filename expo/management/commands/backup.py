"""Write database and media into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.backups import back_up
from expo.errors import DomainError


class Command(BaseCommand):
    help = "Writes the database and the media into FILE (.tar.gz). The server may run meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = back_up(file)
        except DomainError as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1048576
        self.stdout.write(f"Backed up the {manifest.engine} database and the media to {file} ({size:.1f} MB).")
