"""What every request passes through that Django does not bring."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]


class PersonLanguageMiddleware:
    """The organizers' pages have no language in their address: they speak the signed-in person's.

    Elsewhere nobody asks who it is, so that what machines and caches fetch stays free of cookies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        match = request.resolver_match
        if match and "admin" in match.namespaces and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language


class RobotsMiddleware:
    """Samples and filtered listings stay out of search engines: a view marks them with `request.noindex`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "noindex", False):
            response["X-Robots-Tag"] = "noindex"
        return response
