"""Let somebody in again whose phone and recovery codes are lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.models import User
from expo.people.second_factor import remove_second_factors


class Command(BaseCommand):
    help = (
        "Removes authenticator app, passkeys and recovery codes of an account and ends its sessions. "
        "Make sure first, not by mail, that it is the person who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("There is no account with this e-mail address.")
        count = remove_second_factors(user)
        self.stdout.write(self.style.SUCCESS(f"{count} removed. Until a new one is set up, the password is enough."))
