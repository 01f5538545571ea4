"""Who should meet whom, and what they agree. Builds on `expo`, which never knows of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("Matchmaking")

    def ready(self) -> None:
        from matchmaking import access, jobs, listings, open_data, panels, structured, waiting

        for module in (listings, panels, waiting, access, jobs, structured, open_data):
            module.register()
