"""Print who may come through which url, and what each staff group may do."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from expo.registry import accesses


class Command(BaseCommand):
    help = "Prints the access table (url name, who may come in) and the permissions of each group."

    def handle(self, *args: Any, **options: Any) -> None:
        width = max((len(name) for name in accesses), default=0)
        for name, row in sorted(accesses.items()):
            self.stdout.write(f"{name:{width}}  {row.label}")
        for group in Group.objects.order_by("name").prefetch_related("permissions__content_type"):
            self.stdout.write(f"\n{group.name}")
            for app_label, codename in group.permissions.values_list("content_type__app_label", "codename"):
                self.stdout.write(f"  {app_label}.{codename}")
