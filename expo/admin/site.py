"""The organizers' workplace: one admin site whose models are grouped by job."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.access import staff
from expo.admin import jobs
from expo.admin.deleting import delete_selected
from expo.admin.pages import admin_pages
from expo.people.second_factor import needs_second_factor
from expo.roles import leads, own_work, people_to_ask, roles_of


class ExpoAdminSite(AdminSite):
    site_header = _("Organizers")
    site_title = _("Organizers")
    index_title = _("What waits for a decision")
    enable_nav_sidebar = False
    _empty_value_display = "–"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_action(delete_selected)

    def has_permission(self, request: HttpRequest) -> bool:
        return staff(request.user)

    # ------------------------------------------------------------------ the door
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The same door as everybody's. Who stands here signed in lacks a second factor, or is no organizer."""
        if self.has_permission(request):
            return redirect("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if needs_second_factor(request.user):
            return redirect("mfa_index")
        return render(request, "admin/login.html", self.each_context(request), status=403)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    # ------------------------------------------------------------------ pages of its own
    def get_urls(self) -> list[URLResolver | URLPattern]:
        from expo.admin import catalog, exchange
        from expo.admin.stand_moves import stand_move

        return [
            *exchange.urls(),
            *catalog.urls(),
            *self._pages(),
            path("readiness/", self.admin_view(self.readiness), name="readiness"),
            path("stands/move/", self.admin_view(stand_move), name="stand-move"),
            *super().get_urls(),
        ]

    def _pages(self) -> list[URLPattern]:
        """Those that packages add, each behind its permission."""

        def guarded(view: Callable[..., HttpResponse], permission: str) -> Callable[..., HttpResponse]:
            @wraps(view)
            def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                if not request.user.has_perm(permission):
                    raise PermissionDenied
                return view(request, *args, **kwargs)

            return self.admin_view(inner)

        return [
            path(f"{row.address}{address}", guarded(view, row.permission), name=name)
            for row in admin_pages.values()
            for address, name, view in (("", row.name, row.view), *row.paths)
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from expo.admin.start import start_of

        if not self.get_app_list(request):
            return self.welcome(request)
        now = timezone.now()
        return super().index(request, {**(extra_context or {}), "start": start_of(self, request, now=now), "now": now})

    def welcome(self, request: HttpRequest) -> TemplateResponse:
        """For staff whom nobody has given a role yet: whom to ask."""
        context = {**self.each_context(request), "title": _("Welcome"), "people": people_to_ask()}
        return TemplateResponse(request, "admin/no_role.html", context)

    def readiness(self, request: HttpRequest) -> HttpResponse:
        from expo.admin.start import findings

        if not self.get_app_list(request):
            raise PermissionDenied
        context = {**self.each_context(request), "title": _("Readiness"), "findings": findings(request)}
        return TemplateResponse(request, "admin/readiness.html", context)

    # ------------------------------------------------------------------ menu and index
    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        request.noindex = True  # type: ignore[attr-defined]
        if not self.has_permission(request):
            return {**super().each_context(request), "job_groups": [], "menu": []}
        groups = self.get_app_list(request)
        pages = [
            {"label": row.label, "url": reverse(f"{self.name}:{row.name}")}
            for row in admin_pages.values()
            if request.user.has_perm(row.permission)
        ]
        own = {"menu": self._menu(request, groups), "pages": pages, "roles": roles_of(request.user)}
        return {**super().each_context(request), "job_groups": groups, **own}

    def _menu(self, request: HttpRequest, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A role's own work; for who leads, or has no role, what each kind's admin puts there."""
        models = [model for group in groups for model in group["models"]]
        labels = [] if leads(request.user) else own_work(request.user)
        if not labels:
            return [model for model in models if model["in_menu"]]
        own = [model for model in models if model["model"]._meta.label_lower in labels]
        return sorted(own, key=lambda model: labels.index(model["model"]._meta.label_lower))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models a person may see, grouped by job instead of by package."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        if not hasattr(request, "_job_groups"):
            request._job_groups = self._job_groups(request)  # type: ignore[attr-defined]
        return request._job_groups  # type: ignore[attr-defined]

    def _job_groups(self, request: HttpRequest) -> list[dict[str, Any]]:
        by_job: dict[str, list[dict[str, Any]]] = {}
        rows = [model for app in self._build_app_dict(request).values() for model in app["models"]]
        place = {model: number for number, model in enumerate(self._registry)}
        for row in sorted(rows, key=lambda row: place[row["model"]]):
            model_admin = self._registry[row["model"]]
            row["in_menu"] = getattr(model_admin, "in_menu", False)
            by_job.setdefault(str(getattr(model_admin, "job", jobs.RECORD)), []).append(row)
        first, last = [str(job) for job in jobs.IN_ORDER], [str(job) for job in jobs.LAST]
        others = [job for job in by_job if job not in (*first, *last)]
        return [
            {"name": job, "app_label": f"job-{number}", "app_url": "", "has_module_perms": True, "models": by_job[job]}
            for number, job in enumerate((*first, *others, *last))
            if job in by_job
        ]
