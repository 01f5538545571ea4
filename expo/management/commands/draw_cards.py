"""Draw the pictures that go along when a page is shared."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from expo.cards import FOLDER
from expo.cards.drawing import write


class Command(BaseCommand):
    help = "Draws the social cards, one for each noun, into expo/static/expo/cards/ (or another folder)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", type=Path, default=FOLDER, help="The folder to write to.")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = write(options["into"])
        self.stdout.write(f"Drew {len(paths)} cards into {options['into']}.")
