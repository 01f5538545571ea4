"""Puts the fair's own admin site in the place of the stock one, and opens its rooms."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

ROOMS = (
    "organizations",
    "exhibitors",
    "innovations",
    "products",
    "platforms",
    "venue",
    "programme",
    "synonyms",
    "records",
    "people",
)


class ExpoAdminConfig(AdminConfig):
    default_site = "expo.admin.site.ExpoAdminSite"

    def ready(self) -> None:
        """This package is loaded before the models, so its rooms cannot be imported by its `__init__`."""
        super().ready()
        for room in ROOMS:
            import_module(f"expo.admin.{room}")
