"""The fair's addresses and one whose view does nothing: what remains is the machine, Django and the middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from expo.urls import urlpatterns as of_the_fair


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("constant")


urlpatterns = [path("constant", constant), *of_the_fair]
