"""What deleting touches: rows that go with a record, that forbid it, that stay and lose it; and the tick before it."""

from __future__ import annotations

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

from expo.admin.asking import TICK, UNTICKED

LOOSENED_SHOWN = 20


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
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django's, with names that cost no query each."""
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
        protected = [told(record) for record in collector.protected]
        by_model: Any = collector.model_objs
        counts = {model._meta.verbose_name_plural: len(found) for model, found in by_model.items()}
        return nested, counts, lacking, protected

    def linked(self, record: Any) -> str:
        """Kind and name of a record, leading to its page where it has one."""
        options = record._meta
        kind = capfirst(options.verbose_name)
        try:
            url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[quote(record.pk)])
        except NoReverseMatch:
            return f"{kind}: {record}"
        return format_html('{}: <a href="{}">{}</a>', kind, url, record)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Only a tick deletes; without one the page stands there again and says so."""
        record = self.get_object(request, unquote(object_id))
        loosened = loosened_by(record) if record is not None else []
        unticked = request.method == "POST" and "understood" not in request.POST
        context = {**(extra_context or {}), "loosened": loosened, **asked(unticked=unticked)}
        if unticked:
            request.POST = QueryDict()  # Django deletes on any post that says something
        return super().delete_view(request, object_id, context)


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
        response.context_data |= asked(unticked=unticked)
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
