"""Who should meet whom, and what they agree. Builds on `expo`, which never knows of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("Matchmaking")

    def ready(self) -> None:
        from expo import audit
        from matchmaking import access, jobs, listings, match_news, open_data, panels, programs, structured, waiting
        from matchmaking.forms import own
        from matchmaking.introducing import entrances, kinds

        modules = (listings, panels, waiting, access, jobs, structured, open_data, own, entrances, kinds, match_news)
        for module in modules:
            module.register()
        programs.register()
        audit.watch(
            "matchmaking",
            left_out={"matchmaking.MatchChange": "written for the worker when the index is"},
            unnamed=("matchmaking.DealParty", "matchmaking.TeamLine", "matchmaking.EquityLine"),
            made_of={
                "matchmaking.TermSheet": "deal",
                "matchmaking.ContractAmendment": "contract",
                "matchmaking.TargetMetric": "parameter",
            },
        )
