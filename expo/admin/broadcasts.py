"""Messages to exhibitors: written, looked at with their recipients, sent once, and kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.base import FairAdmin, badge
from expo.broadcasts import check_draft, mark_of, reached, recipients_of, send
from expo.errors import DomainError
from expo.forms.broadcasts import BroadcastForm
from expo.forms.records import in_words
from expo.models import Broadcast, BroadcastRecipient


@admin.register(Broadcast)
class BroadcastAdmin(FairAdmin):
    """Drafts are edited; what was sent is read, with who got it."""

    job = jobs.EXHIBITION
    form = BroadcastForm
    list_display = ("subject_words", "edition", "state_words", "sent_at", "by")
    list_display_links = ("subject_words",)
    list_filter = ("edition", ("sent_at", admin.EmptyFieldListFilter))
    list_select_related = ("edition", "by")
    search_fields = ("subject_en", "subject_zh", "body_en", "body_zh")
    fieldsets = (
        (None, {"fields": ("edition", ("subject_en", "subject_zh"), ("body_en", "body_zh"))}),
        (
            _("To whom"),
            {"fields": ("states", "stand", "zones", "sectors", "countries", ("question", "answered"))},
        ),
    )

    # ------------------------------------------------------------------ what may still be changed
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.sent_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.sent_at is None)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return super().get_fieldsets(request, obj)
        return (self.fieldsets[0],)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.author = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            check_draft(Broadcast.objects.select_for_update().get(pk=obj.pk))
        obj.save()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return (
            HttpResponseRedirect(self._send_url(obj))
            if "_save" in request.POST
            else super().response_add(request, obj, post_url_continue)
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_save" in request.POST:
            return HttpResponseRedirect(self._send_url(obj))
        return super().response_change(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if record := kwargs.get("obj"):
            label = gettext("Who got it") if record.sent_at else gettext("Look at it and send")
            context["links"] = [(label, self._send_url(record))]
        return super().render_change_form(request, context, *args, **kwargs)

    # ------------------------------------------------------------------ preview and send
    def get_urls(self) -> list[URLPattern]:
        send_page = path("<int:key>/send/", self.admin_site.admin_view(self.send_view), name="expo_broadcast_send")
        return [send_page, *super().get_urls()]

    @staticmethod
    def _send_url(record: Broadcast) -> str:
        return reverse("admin:expo_broadcast_send", args=[record.pk])

    def send_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """GET shows the words in both languages and who gets them; POST sends what was shown."""
        record = Broadcast.objects.select_related("edition", "by").filter(pk=key).first()
        if record is None:
            raise Http404
        if record.sent_at is not None and request.method != "POST":
            return self._sent(request, record)
        if not super().has_change_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            self._send(request, record)
            return HttpResponseRedirect(self._send_url(record))
        recipients = recipients_of(record)
        context = {
            "recipients": recipients,
            "people": reached(recipients),
            "unreached": sum(not row.is_reached for row in recipients),
            "mark": mark_of(record, recipients),
        }
        return self._page(request, record, gettext("Look at it and send"), context)

    def _send(self, request: HttpRequest, record: Broadcast) -> None:
        try:
            rows = send(record, by=request.user, seen=request.POST.get("seen", ""))  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, in_words(error))
            return
        told = ngettext("Sent to one exhibitor.", "Sent to %(count)d exhibitors.", len(rows))
        messages.success(request, told % {"count": len(rows)})

    def _sent(self, request: HttpRequest, record: Broadcast) -> HttpResponse:
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        rows = BroadcastRecipient.objects.filter(broadcast=record).select_related("exhibitor__organization")
        return self._page(request, record, gettext("Who got it"), {"rows": rows})

    def _page(self, request: HttpRequest, record: Broadcast, title: str, context: dict[str, Any]) -> HttpResponse:
        back = reverse("admin:expo_broadcast_change", args=[record.pk])
        shared = {**self.admin_site.each_context(request), "title": title, "record": record, "back": back}
        return TemplateResponse(request, "admin/broadcast_send.html", {**shared, "opts": self.opts, **context})

    # ------------------------------------------------------------------ the list
    @admin.display(description=_("subject"), ordering="subject_en")
    def subject_words(self, record: Broadcast) -> str:
        return format_html("{}", record.subject)

    @admin.display(description=_("state"), ordering="sent_at")
    def state_words(self, record: Broadcast) -> SafeString:
        return badge("accepted", gettext("sent")) if record.sent_at else badge("draft", gettext("draft"))
