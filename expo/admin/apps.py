"""Puts the fair's own admin site in the place of the stock one, and opens its rooms."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

ROOMS = (
    "organizations",
    "exhibitors",
    "broadcasts",
    "enquiries",
    "innovations",
    "assessments",
    "products",
    "platforms",
    "venue",
    "programme",
    "synonyms",
    "records",
    "people",
    "membership",
    "mails",
    "audit",
)


class ExpoAdminConfig(AdminConfig):
    default_site = "expo.admin.site.ExpoAdminSite"

    def ready(self) -> None:
        """This package is loaded before the models, so its rooms cannot be imported by its `__init__`."""
        super().ready()
        self.take_away()
        for room in ROOMS:
            import_module(f"expo.admin.{room}")

    def take_away(self) -> None:
        """What django-allauth puts here is each person's own affair: addresses, second factors, sessions."""
        from django.apps import apps
        from django.contrib.admin import site

        for label in ("account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession"):
            site.unregister(apps.get_model(label))
