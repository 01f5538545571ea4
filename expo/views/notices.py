"""A person's inbox: what there is to know, how it is mailed, and the end of those mails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.notices import NoticeSettingsForm
from expo.mailing import read_stop_token
from expo.models import Notice
from expo.notices import ALL, address_of, in_words, mark_read, set_deliveries, stop_mails, unread_count
from expo.registry import notice_kinds
from expo.search.page import PageLink
from expo.views.acting import typed

PER_PAGE = 20
MOST_DIGITS = 18  # of a key that every database reads


@door
@never_cache
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices of a person, newest first."""
    request.noindex = True  # type: ignore[attr-defined]
    notices = Notice.objects.filter(user=request.user)  # type: ignore[misc]
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    told = [in_words(notice) for notice in page]
    context = {"page": page, "told": told, "unread": unread_count(request.user), **pager(page)}
    return render(request, "expo/notice_list.html", context)


def pager(page: Page[Any]) -> dict[str, Any]:
    """What `_pager.html` shows beside the page."""
    numbers = page.paginator.get_elided_page_range(page.number)
    return {
        "page_links": [
            PageLink(int(number), f"?page={number}", number == page.number)
            if str(number).isdigit()
            else PageLink(0, "", is_gap=True)
            for number in numbers
        ],
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }


@door
@never_cache
@require_safe
def notice_open(request: HttpRequest, key: int) -> HttpResponse:
    """Take a notice as read and go where it leads: always a page of the fair."""
    notice = get_object_or_404(Notice, user_id=request.user.pk, pk=key)
    mark_read(Notice.objects.filter(pk=notice.pk))
    return redirect(address_of(notice, get_language() or "en") or "notice-list")


@door
@require_POST
def notice_read(request: HttpRequest) -> HttpResponse:
    """Take one notice as read, or all."""
    notices = Notice.objects.filter(user=request.user)  # type: ignore[misc]
    key = request.POST.get("notice", "")
    if key != "all":
        if not (key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS):
            raise BadRequest("No such notice.")
        notices = notices.filter(pk=get_object_or_404(notices, pk=int(key)).pk)
    count = mark_read(notices)
    if key == "all":
        words = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count)
        messages.success(request, words % {"count": count})
    return redirect("notice-list")


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """How each kind of notice is mailed."""
    request.noindex = True  # type: ignore[attr-defined]
    form = NoticeSettingsForm(typed(request), user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        set_deliveries(request.user, form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Your settings are saved."))
        return redirect("notice-settings")
    return render(request, "expo/notice_settings.html", {"form": form})


@csrf_exempt  # the token is the proof: mail programs press this button without a session (RFC 8058)
@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button that ends mails of one kind, or all; mail programs press it by themselves."""
    request.noindex = True  # type: ignore[attr-defined]
    try:
        user, kind = read_stop_token(token)
    except DomainError as error:
        return render(request, "expo/notice_stop.html", {"refusal": error}, status=404)
    if request.method == "POST":
        stop_mails(user, kind)
    label = "" if kind == ALL else notice_kinds[kind].label
    return render(request, "expo/notice_stop.html", {"label": label, "is_done": request.method == "POST"})
