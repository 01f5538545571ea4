"""Who and what is at the fair."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate
from django.utils.translation import gettext_lazy as _


class ExpoConfig(AppConfig):
    name = "expo"
    verbose_name = _("The fair")

    def ready(self) -> None:
        from expo import access, demo, jobs, listings, open_data, panels, pictures, roles, structured, waiting
        from expo.exchange import register as tables
        from expo.search import changes

        for module in (listings, panels, waiting, access, jobs, demo, roles, structured, tables, open_data):
            module.register()
        from expo import audit, broadcasts, enquiry_kinds, inbox, saved_searches, visits, webhooks
        from expo.exhibiting import applying, news
        from expo.forms import own_pages
        from expo.people import by_address, caches, kinds, workspace_pages

        by_address.register()
        inbox.register()
        audit.register()
        broadcasts.register()
        enquiry_kinds.register()
        visits.register()
        saved_searches.register()
        webhooks.register()
        kinds.register()
        workspace_pages.register()
        own_pages.register()
        news.register()
        applying.register()
        post_migrate.connect(caches.make_table, sender=self, dispatch_uid="cache table")
        post_delete.connect(pictures.forget_files, sender="expo.Picture")
        post_migrate.connect(changes.install, dispatch_uid="search triggers")
