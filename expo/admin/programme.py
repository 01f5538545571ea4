"""Programme and news: sessions with their speakers, announcements, figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo import publication
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin, leading_to
from expo.admin.base import FairAdmin, Fields, HistoryAdmin
from expo.admin.pictures import PictureInline
from expo.admin.start import Counted
from expo.admin.touches import by_canceling
from expo.models import SESSION_MOVES, Announcement, Figure, Session, SessionState, Speaker
from expo.pictures import attach_pictures

S = SessionState
ACTS = (
    Act("publish", _("Publish"), publication.publish_session, leading_to(SESSION_MOVES, S.PUBLISHED), tone="go"),
    Act("redraft", _("Take back to draft"), publication.redraft_session, leading_to(SESSION_MOVES, S.DRAFT)),
    Act(
        "cancel",
        _("Cancel"),
        publication.cancel_session,
        leading_to(SESSION_MOVES, S.CANCELED),
        reason="required",
        tone="stop",
        touches=by_canceling,
    ),
)


class SpeakerInline(Fields, admin.StackedInline):
    model = Speaker
    extra = 0
    autocomplete_fields = ("organization",)
    fields = (("name_en", "name_zh"), ("role_en", "role_zh"), "organization", ("orcid", "position"))


@admin.register(Session)
class SessionAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.PROGRAMME
    in_menu = True
    acts = ACTS
    counted = (
        Counted(
            _("sessions on the programme"),
            lambda rows: rows.filter(state=S.PUBLISHED, edition__is_current=True),
            "state__exact=published&edition__is_current__exact=1",
        ),
    )
    list_display = ("__str__", "state_badge", "kind", "starts_at", "ends_at", "place", "language", "is_sample")
    list_filter = ("state", "kind", "language", "place__hall", "theme", "edition", "edition__is_current", "origin")
    list_select_related = ("place__hall", "edition", "theme")
    date_hierarchy = "starts_at"
    search_fields = ("title_en", "title_zh", "slug", "speakers__name_en", "speakers__name_zh")
    search_help_text = _("Title or speaker")
    autocomplete_fields = ("edition", "place", "theme")
    prepopulated_fields = {"slug": ("title_en",)}
    inlines = (SpeakerInline,)
    fieldsets = (
        (
            None,
            {"fields": ("edition", ("title_en", "title_zh"), "slug", "state", ("kind", "language"), "theme", "origin")},
        ),
        (
            _("When and where"),
            {"fields": ("starts_at", "ends_at", "place"), "description": _("In China Standard Time (UTC+8).")},
        ),
        (_("Abstract"), {"fields": (("abstract_en", "abstract_zh"),)}),
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A clash does not stop the work on a programme, but nobody should miss it."""
        super().save_related(request, form, formsets, change)
        session = form.instance
        rows = Session.objects.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        for pair in rows.clashing():
            if session in pair:
                other = pair[1] if pair[0] == session else pair[0]
                messages.warning(
                    request,
                    gettext("Saved, but it clashes with “%(other)s”: same place or same speaker.") % {"other": other},
                )


@admin.register(Announcement)
class AnnouncementAdmin(FairAdmin):
    job = jobs.PROGRAMME
    list_display = ("__str__", "publish_at", "edition", "is_sample")
    list_filter = ("edition", ("publish_at", admin.EmptyFieldListFilter), "origin")
    list_select_related = ("edition",)
    date_hierarchy = "publish_at"
    search_fields = ("title_en", "title_zh", "slug", "body_en", "body_zh")
    autocomplete_fields = ("edition",)
    prepopulated_fields = {"slug": ("title_en",)}
    inlines = (PictureInline,)
    fields = ("edition", ("title_en", "title_zh"), "slug", ("body_en", "body_zh"), "publish_at", "origin")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", view, name="expo_announcement_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as the public will see it, before it does."""
        record = self.get_object(request, str(pk))
        if record is None or not self.has_view_permission(request, record):
            raise Http404
        attach_pictures([record])
        request.noindex = True  # type: ignore[attr-defined]
        return render(request, "expo/announcement_detail.html", {"record": record, "panels": [], "structured": None})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if record := kwargs.get("obj"):
            context["links"] = [(gettext("Preview"), reverse("admin:expo_announcement_preview", args=[record.pk]))]
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Figure)
class FigureAdmin(FairAdmin):
    job = jobs.PROGRAMME
    list_display = ("__str__", "precision", "value", "unit", "year", "on_home", "position", "is_sample")
    list_filter = ("on_home", "precision", "origin")
    search_fields = ("label_en", "label_zh", "slug", "source_en", "source_zh")
    prepopulated_fields = {"slug": ("label_en",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("label_en", "label_zh"),
                    "slug",
                    ("precision", "value", "unit"),
                    "year",
                    ("scope_en", "scope_zh"),
                )
            },
        ),
        (
            _("What stands behind it"),
            {"fields": (("definition_en", "definition_zh"), ("source_en", "source_zh"), "stated_on")},
        ),
        (_("On the site"), {"fields": ("on_home", "position", "origin")}),
    )
