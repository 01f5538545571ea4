"""The audit log, and what people agreed to: both to read, and to take away as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from expo import audit
from expo.admin import jobs
from expo.admin.base import ReadOnlyAdmin
from expo.admin.log import state_in_words, url_of
from expo.admin.records import KindOfRecord
from expo.exchange.reading import escaped
from expo.models import AuditAct, AuditEntry, Consent

HEADER = ("at", "who", "e-mail", "acting for", "act", "kind", "number", "record", "what", "through")
CHUNK = 2000


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    job = jobs.RECORD
    export_name = "admin:expo_auditentry_export"
    list_display = ("at", "by", "organization_name", "act_words", "kind", "subject", "what", "door")
    list_display_links = ("at",)
    list_filter = ("act", ("content_type", KindOfRecord))
    list_select_related = ("content_type", "by")
    date_hierarchy = "at"
    search_fields = ("title", "organization_name", "door", "by__name", "by__email")
    search_help_text = _("Record, organization, page or person")
    fields = ("at", "by", "organization_name", "act_words", "kind", "subject", "what", "door")

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="expo_auditentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """The entries of the list as it is filtered. Taking them away is an entry itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        audit.record(AuditAct.READ, title=str(self.opts.verbose_name_plural))
        response = StreamingHttpResponse(as_csv(rows.iterator(CHUNK)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response

    @admin.display(description=_("act"), ordering="act")
    def act_words(self, entry: AuditEntry) -> str:
        return entry.get_act_display()

    @admin.display(description=_("kind of record"), ordering="content_type", empty_value="–")
    def kind(self, entry: AuditEntry) -> str:
        return kind_of(entry)

    @admin.display(description=_("record"), ordering="title", empty_value="–")
    def subject(self, entry: AuditEntry) -> str:
        url = url_of(entry) if entry.content_type_id and entry.act != AuditAct.DELETED else ""
        return format_html('<a href="{}">{}</a>', url, entry.title) if url else entry.title

    @admin.display(description=_("what"), empty_value="–")
    def what(self, entry: AuditEntry) -> str:
        return ", ".join(changes_in_words(entry))


def kind_of(entry: AuditEntry) -> str:
    return str(capfirst(entry.content_type.name)) if entry.content_type is not None else ""


def changes_in_words(entry: AuditEntry) -> list[str]:
    """States and fields as a person reads them; what is no longer there stays as it was written."""
    kind = entry.content_type
    if entry.act == AuditAct.MOVED and kind is not None:
        moves = (str(move).split(" → ") for move in entry.changes)
        return [" → ".join(state_in_words(kind, state) for state in states) for states in moves]
    model: Any = kind.model_class() if kind is not None else None
    words = {field.name: str(field.verbose_name) for field in model._meta.fields} if model else {}
    words |= {field.name: str(field.verbose_name) for field in model._meta.many_to_many} if model else {}
    if model is Authenticator:
        words |= {str(sort): str(label) for sort, label in Authenticator.Type.choices}
    return [words.get(name, str(name)) for name in entry.changes]


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    """Line after line, so that a log of any length needs no room. No cell begins a formula."""
    writer = csv.writer(Echo())
    yield b"\xef\xbb\xbf"  # so that a spreadsheet reads Chinese
    yield writer.writerow(HEADER)
    for entry in entries:
        who = (str(entry.by.name), str(entry.by.email)) if entry.by is not None else ("", "")
        number = "" if entry.object_id is None else str(entry.object_id)
        cells = (
            entry.at.isoformat(timespec="seconds"), *who, entry.organization_name, entry.act,
            entry.content_type.model if entry.content_type else "", number, entry.title, " ".join(entry.changes),
            entry.door,
        )  # fmt: skip
        yield writer.writerow([escaped(cell) for cell in cells])


class Echo:
    """A file for the csv module that gives each line back."""

    def write(self, line: str) -> bytes:
        return line.encode()


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Who agreed to what, and when. Only the person takes it back."""

    job = jobs.ACCOUNTS
    list_display = ("given_at", "user", "kind_words", "version", "withdrawn_at")
    list_display_links = ("given_at",)
    list_filter = ("kind", "version")
    list_select_related = ("user",)
    date_hierarchy = "given_at"
    search_fields = ("user__name", "user__email")
    search_help_text = _("E-mail address or name")
    fields = ("user", "kind_words", "version", "given_at", "withdrawn_at")

    @admin.display(description=_("kind"), ordering="kind")
    def kind_words(self, consent: Consent) -> str:
        return consent.get_kind_display()
