"""A page that fails, for the test of the page that says so."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("canary")


urlpatterns = [path("broken/", broken)]
