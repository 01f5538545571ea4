"""Addresses of the read API. The words are those of the site's own addresses."""

from __future__ import annotations

from django.db.models import IntegerField
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from expo.access import door
from expo.api import views
from expo.columns import model_field
from expo.programs import ApiDoor, api_doors
from expo.registry import OpenData, open_data

app_name = "api"


def shelf(row: OpenData) -> list[URLPattern]:
    """A noun's list and its records."""
    kind = "int" if isinstance(model_field(row.listing.model, row.key), IntegerField) else "slug"
    listing, record = views.ListView.as_view(noun=row.noun), views.RecordView.as_view(noun=row.noun)
    return [
        path(f"{row.address}/", door(listing), name=f"{row.noun}-list"),
        path(f"{row.address}/<{kind}:key>/", door(record), name=f"{row.noun}-detail"),
    ]


def private(row: ApiDoor) -> URLPattern:
    """The token is the proof: without one the door itself refuses."""
    return path(row.address, door(import_string(row.view).as_view()), name=row.name)


urlpatterns = [
    path("", door(views.Root.as_view()), name="root"),
    *(pattern for row in open_data.values() for pattern in shelf(row)),
    *(private(row) for row in api_doors.values()),
    path("schema/", door(views.Schema.as_view()), name="schema"),
    path("docs/", views.docs, name="docs"),
    path("<path:rest>/", door(views.Nothing.as_view()), name="nothing"),
]
