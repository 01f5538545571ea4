"""The doors of the read API: what there is, a list, a record, the schema."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from expo.access import door
from expo.api import schema
from expo.api.asking import check_language, language_of, question_about, shape_about
from expo.api.paging import normalized, page_of, start_of
from expo.columns import columns_in, rows_of
from expo.registry import OpenData, open_data
from expo.search.answers import answers
from expo.search.facets import FacetBlock
from expo.search.memory import stamp

FRESH = "public, max-age=0, must-revalidate"  # a copy may be kept, and is asked about each time


class Door(APIView):
    """A question by GET in the language of `lang`, else English; not answered again while nothing has changed."""

    http_method_names = ["get", "head"]
    cache_control = FRESH
    noun = ""

    @property
    def data(self) -> OpenData:
        return open_data[self.noun]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.noindex = True  # type: ignore[attr-defined]
        with override(language_of(request.GET) or "en"):
            response = super().dispatch(request, *args, **kwargs)
            response["Content-Language"] = get_language()
        return response

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        tag = self.tag(request)
        is_known = tag and request.headers.get("If-None-Match", "").strip() != "*"  # which asks for anything
        response = get_conditional_response(request._request, etag=tag) if is_known else None
        if response is None:
            response = Response(self.answer(request, **kwargs))
        if tag:
            response["ETag"] = tag
        response.setdefault("Cache-Control", self.cache_control)
        return response

    def tag(self, request: Request) -> str:
        """Of the answer to this question while nothing public changes; empty where nobody would notice a change."""
        if (now := stamp()) is None:
            return ""
        columns = [*columns_in(self.noun, language_of(request.GET))] if self.noun else [*open_data]
        told = (now, request.path, normalized(request.GET), columns, settings.SITE_URL)
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        raise Http404


class Root(Door):
    """Every noun with its title, how many there are, and where."""

    described = schema.root

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        check_language(request.GET)
        own = {"schema": address("api:schema"), "docs": address("api:docs")}
        return {"nouns": [noun_of(row) for row in open_data.values()], **own}


class ListView(Door):
    described = schema.listing

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        listing = replace(self.data.listing, related=self.data.rows)
        question = question_about(listing, request.GET)
        start, shape = start_of(question), question.shape
        found = answers(listing, question.filterset, offset=start, limit=question.page_size)
        page = page_of(question, found)
        records = found.records(page.keys)
        told: dict[str, Any] = {
            "count": found.total,
            "is_relaxed": found.relaxed,
            "next": next_url(request, page.cursor),
            "results": rows_of(self.noun, records, shape.names, shape.language),
        }
        if question.wants_facets:
            told["facets"] = facets_of(question.filterset.facets(found.counts()))
        return told


class RecordView(Door):
    described = schema.record

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        shape = shape_about(self.noun, request.GET)
        rows = self.data.rows((self.data.one or self.data.listing.queryset)())
        record = rows.filter(**{self.data.key: kwargs["key"]}).first()
        if record is None:
            raise Http404
        return rows_of(self.noun, [record], shape.names, shape.language)[0]


class Schema(Door):
    cache_control = "public, max-age=3600"
    described = None

    def tag(self, request: Request) -> str:
        return ""

    def answer(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        check_language(request.GET)
        return schema.generated(get_language() or "en")


class Nothing(Door):
    """Whatever else is asked for below the API."""

    http_method_names = [*APIView.http_method_names]
    described = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


@door
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page, with a form for each list; in the language of `lang`, else the reader's."""
    with override(language_of(request.GET) or get_language()):
        language = get_language() or "en"
        told = schema.generated(language)
        schema_url = f"{address('api:schema')}?lang={language}"
        context = {"operations": schema.operations(told), "info": told["info"], "schema_url": schema_url}
        response = render(request, "expo/api_docs.html", context)
        response["Content-Language"] = language
    return response


# ------------------------------------------------------------------ parts of answers
def address(name: str) -> str:
    return settings.SITE_URL + reverse(name)


def noun_of(row: OpenData) -> dict[str, Any]:
    listing = row.listing
    filterset = listing.filterset(schema.NO_QUERY, listing.queryset())
    return {
        "noun": row.noun,
        "title": str(listing.title),
        "count": answers(listing, filterset).total,
        "url": address(f"api:{row.noun}-list"),
    }


def next_url(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{settings.SITE_URL}{request.path}?{query.urlencode()}"


def facets_of(blocks: list[FacetBlock]) -> dict[str, list[dict[str, Any]]]:
    """Every facet's values with the hits each would leave, as on the page."""
    return {
        block.name: [
            {"value": row.value, "label": row.label, "count": row.count, "is_chosen": row.is_chosen}
            for row in block.choices
        ]
        for block in blocks
        if block.kind == "choices"
    }
