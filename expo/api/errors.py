"""What the API says when it cannot answer: `{"errors": [{"parameter", "message"}]}`, whatever went wrong."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

Fault = tuple[str | None, str | Promise]  # the parameter at fault, or None, and a sentence

SENTENCES: dict[int, Any] = {
    404: _("There is nothing at this address."),
    405: _("This API is only to read: ask with GET."),
    406: _("The answer is JSON. Accept application/json."),
    429: _("Too many requests. Wait as long as Retry-After says."),
}
STATUSES: dict[int, Any] = {
    304: _("Nothing has changed since the answer with this ETag."),
    400: _("A parameter is not understood; the answer names it."),
    401: _("No token, or one that opens nothing; the answer says why."),
    404: SENTENCES[404],
    405: _("Another method than GET or HEAD."),
    406: _("Another format than JSON was asked for."),
    410: _("The cursor belongs to an earlier state of the data."),
    429: _("Too many requests; Retry-After says how many seconds to wait."),
}


class NotUnderstood(APIException):
    """A question with parameters that mean nothing; `faults` names them all."""

    status_code = 400

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


class NoLonger(NotUnderstood):
    """A cursor of an order that the data has no more."""

    status_code = 410


def answered(error: Exception, context: dict[str, Any]) -> Response | None:
    """The one shape of every refusal; what is no refusal stays the server's error."""
    response = exception_handler(error, context)
    if response is None:
        return None
    faults = getattr(error, "faults", None) or ((None, SENTENCES.get(response.status_code, str(error))),)
    response.data = {"errors": [{"parameter": name, "message": str(message)} for name, message in faults]}
    response["Cache-Control"] = "no-store"
    return response
