"""What every request passes through that Django does not bring."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from expo.audit import Actor, acting

Handler = Callable[[HttpRequest], HttpResponse]
# Names of pages that are about the person who reads them: their times are told in that person's zone, and they are
# nothing for search engines.
PERSONAL = ("my-", "account_", "mfa_", "usersessions_", "consent", "notice-", "enquiry-")


class PersonMiddleware:
    """The organizers' pages have no language in their address: they speak the signed-in person's. A person's own pages
    tell times in that person's zone; times of the fair name theirs in the template.

    Elsewhere nobody asks who it is, so that what machines and caches fetch stays free of cookies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(None):  # a zone that a request activates ends with it
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        match = request.resolver_match
        if not match:
            return
        if (match.url_name or "").startswith(PERSONAL):
            request.noindex = True  # type: ignore[attr-defined]
            if request.user.is_authenticated:
                timezone.activate(ZoneInfo(request.user.time_zone))
        if "admin" in match.namespaces and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language


class ActorMiddleware:
    """Tells the audit log who is at work, through which page, and for which organization."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def door() -> str:
            return request.resolver_match.view_name if request.resolver_match else ""

        actor = Actor(door, lambda: getattr(request, "user", None), lambda: getattr(request, "acting_for", None))
        with acting(actor):
            return self.get_response(request)


class RobotsMiddleware:
    """Samples and filtered listings stay out of search engines: a view marks them with `request.noindex`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "noindex", False):
            response["X-Robots-Tag"] = "noindex"
        return response
