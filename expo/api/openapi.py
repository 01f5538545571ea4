"""drf-spectacular gathers the doors into one document; what each says of itself is in `schema`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from expo.api.schema import REFUSALS, Json
from expo.registry import open_data


class Described(AutoSchema):
    """Asks the view for its own words."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Json | None:
        describe = type(self.view).described
        if method != "GET" or describe is None:
            return None

        def component(name: str, told: Json) -> Json:
            row = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=told, object=name)
            registry.register_on_missing(row)
            return dict(row.ref)

        return dict(describe(self.view, component))


class Generator(SchemaGenerator):
    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        view = super().create_view(callback, method, request)
        self._set_schema_to_view(view, Described())
        return view


def make() -> Json:
    told: Json = Generator().get_schema(public=True)
    told["info"] |= {"title": _("Read API of the fair"), "description": _("Every public noun as JSON.")}
    told["servers"] = [{"url": settings.SITE_URL}]
    told["tags"] = [{"name": row.address, "description": str(row.listing.title)} for row in open_data.values()]
    told["components"]["schemas"] |= REFUSALS
    words = _("The token of an organization, made on its page “Programs”.")
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": words}}
    return told
