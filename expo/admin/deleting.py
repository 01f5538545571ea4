"""What deleting touches: rows that go with a record, that forbid it, that stay and lose it; and the tick before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin, actions
from django.contrib.admin.utils import NestedObjects, quote, unquote
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import router
from django.db.models import SET_NULL, Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from expo.admin.asking import TICK, UNTICKED

LOOSENED_SHOWN = 20
PROTECTED_SHOWN = 10  # of a kind


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with all they point to: their names are made of it."""
    options = rows.model._meta
    foreign = [field.name for field in options.concrete_fields if field.many_to_one]
    generic = [field.name for field in options.private_fields if isinstance(field, GenericForeignKey)]
    return rows.select_related(*foreign).prefetch_related(*generic)


class Touched(NestedObjects):
    """Collects what would be deleted, in one query a kind. Rows that only link two records are no records to tell."""

    def related_objects(self, related_model: Any, related_fields: Any, objs: Any) -> QuerySet[Any]:
        rows = super().related_objects(related_model, related_fields, objs)
        return rows.none() if related_model._meta.auto_created else with_names(rows)


class DeletingAdmin(ModelAdmin):
    # What to do with a record that others need, in words; here for records of any kind.
    instead_of_deleting: Any = _(
        "They are what was shown, asked or agreed, and this is part of it. Take back or close what is over, each on "
        "its own page: nobody meets it then, and nothing is lost."
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django's, with names that cost no query each. Where other records forbid it, no right would help: then
        they are told by kind, and no lack of rights."""
        rows = list(objs)
        if not rows:
            return [], {}, set(), []
        collector = Touched(using=router.db_for_write(rows[0]._meta.model), origin=rows)  # type: ignore[arg-type]
        collector.collect(rows)
        lacking: set[str] = set()

        def told(record: Any) -> Any:
            its_admin = self.admin_site._registry.get(type(record))
            if its_admin is not None and not its_admin.has_delete_permission(request, record):
                lacking.add(str(type(record)._meta.verbose_name))
            return self.linked(record)

        nested = collector.nested(told)
        if collector.protected:
            return nested, {}, set(), self._by_kind(collector.protected)
        by_model: Any = collector.model_objs
        counts = {model._meta.verbose_name_plural: len(found) for model, found in by_model.items()}
        return nested, counts, lacking, []

    def _by_kind(self, records: Iterable[Any]) -> list[Any]:
        """Each kind with how many there are, and under it the first of them, as `unordered_list` reads it."""
        kinds: dict[str, list[Any]] = defaultdict(list)
        for record in sorted(records, key=lambda record: (type(record)._meta.label, record.pk)):
            kinds[str(capfirst(type(record)._meta.verbose_name_plural))].append(record)
        told: list[Any] = []
        for kind, rows in kinds.items():
            names = [self.link_to(record) for record in rows[:PROTECTED_SHOWN]]
            if (rest := len(rows) - len(names)) > 0:
                names.append(ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest})
            told += [f"{kind} ({len(rows)})", names]
        return told

    def linked(self, record: Any) -> str:
        """Kind and name of a record, leading to its page where it has one."""
        return format_html("{}: {}", capfirst(record._meta.verbose_name), self.link_to(record))

    def link_to(self, record: Any) -> str:
        """Its name, leading to its page; one without a page leads to the page it is a line of."""
        if url := _page_of(type(record), record.pk):
            return format_html('<a href="{}">{}</a>', url, record)
        for field in record._meta.concrete_fields:
            its_admin = self.admin_site._registry.get(field.related_model) if field.many_to_one else None
            if its_admin is not None and any(row.model is type(record) for row in its_admin.inlines):
                url = _page_of(field.related_model, getattr(record, field.attname))
                kind = capfirst(field.related_model._meta.verbose_name)
                return format_html('{} (<a href="{}">{}</a>)', record, url, kind)
        return str(record)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Only a tick deletes; without one the page stands there again and says so."""
        record = self.get_object(request, unquote(object_id))
        loosened = loosened_by(record) if record is not None else []
        unticked = request.method == "POST" and "understood" not in request.POST
        told = {"loosened": loosened, "instead": self.instead_of_deleting}
        context = {**(extra_context or {}), **told, **asked(unticked=unticked)}
        if unticked:
            request.POST = QueryDict()  # Django deletes on any post that says something
        return super().delete_view(request, object_id, context)


def _page_of(model: type[Model], key: Any) -> str:
    """Where organizers edit it; empty for what has no page of its own."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(key)])
    except NoReverseMatch:
        return ""


def asked(*, unticked: bool) -> dict[str, Any]:
    """The words of the tick, and the refusal where something was sent without it."""
    return {"tick": TICK, "unticked": UNTICKED if unticked else ""}


@admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
def delete_selected(model_admin: ModelAdmin, request: HttpRequest, rows: QuerySet[Any]) -> TemplateResponse | None:
    """Django's, with the same tick as for one."""
    unticked = "post" in request.POST and "understood" not in request.POST
    if unticked:
        words = request.POST.copy()
        del words["post"]
        request.POST = words  # type: ignore[assignment]
    response = actions.delete_selected(model_admin, request, rows)
    if response is not None and response.context_data is not None:
        response.context_data |= {
            **asked(unticked=unticked),
            "instead": getattr(model_admin, "instead_of_deleting", ""),
        }
    return response


def loosened_by(record: Model) -> list[tuple[str, list[str]]]:
    """Rows that stay when a record is deleted, but lose it: (kind, names)."""
    found = []
    for relation in record._meta.related_objects:
        if getattr(relation, "on_delete", None) is not SET_NULL:
            continue
        model: Any = relation.related_model
        rows = with_names(model._base_manager.filter(**{relation.field.name: record}))
        if names := [str(row) for row in rows[:LOOSENED_SHOWN]]:
            found.append((str(capfirst(model._meta.verbose_name_plural)), names))
    return found
