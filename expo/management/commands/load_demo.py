"""Fill an empty database with the fair's rows and, for development, accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from expo.demo import create_accounts, load_fixtures
from expo.search import generation


class Command(BaseCommand):
    help = "Loads fixtures/ where there is no edition yet; with DEBUG on also makes the demo accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            count = load_fixtures()
            accounts = create_accounts()
        if count:  # an index that is there is another database's
            generation.discard()
        self.stdout.write(f"Loaded {count} rows." if count else "There is an edition already: nothing to load.")
        for account in accounts:
            self.stdout.write(f"Demo login: {account.email}, password {account.password} ({account.title})")
        if accounts and settings.EMAIL_BACKEND == "expo.mail_files.EmailBackend":
            self.stdout.write(f"Mails are written to {settings.VAR_DIR / 'mails'}, one file each.")
