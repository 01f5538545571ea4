"""Asking about what is shown, and the conversation as the sender reads it: by account, or by the link of a mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo import enquiries
from expo.access import door
from expo.context import Link
from expo.enquiry_limits import hashed
from expo.errors import DomainError
from expo.forms.enquiries import EnquiryForm, MessageForm
from expo.forms.records import add_refusal
from expo.models import Enquiry, EnquiryState, User
from expo.views.acting import typed
from expo.views.details import trail

MOST_SHOWN = 200


# ------------------------------------------------------------------ asking
def asked_about(noun: str, slug: str) -> Any:
    """The public record of an address; Http404 where there is none that somebody answers for."""
    rows = enquiries.askable(noun)
    if rows is None:
        raise Http404
    record = get_object_or_404(rows, **{"organization__slug" if noun == "exhibitor" else "slug": slug})
    if enquiries.receiver_of(record) is None:
        raise Http404
    return record


def about(request: HttpRequest, record: Any, **extra: Any) -> dict[str, Any]:
    """What the pages of asking show around their matter."""
    request.noindex = True  # type: ignore[attr-defined]
    organization = enquiries.receiver_of(record)
    above = [*trail(record)[:-1], Link(getattr(record, "title", "") or record.name, record.get_absolute_url())]
    return {
        "record": record,
        "organization": organization,
        "has_readers": organization is not None and enquiries.is_answered_for(organization),
        "crumbs": [*above, Link(_("Ask about it"), "")],
        **extra,
    }


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    record = asked_about(noun, slug)
    sender = request.user if request.user.is_authenticated else None
    form = EnquiryForm(typed(request), sender=sender)
    if form.is_bound and form.is_from_a_machine:
        return redirect("enquiry-sent", noun, slug)
    if form.is_bound and form.is_valid():
        enquiry = _sent(request, record, form, sender)
        if enquiry is not None and enquiry.state == EnquiryState.UNCONFIRMED:
            return redirect("enquiry-sent", noun, slug)
        if enquiry is not None:
            messages.success(request, _("Your question is with %(to)s.") % {"to": enquiry.organization.name})
            return redirect("my-enquiry", enquiry.code)
    return render(request, "expo/enquiry_new.html", about(request, record, form=form))


def _sent(request: HttpRequest, record: Any, form: EnquiryForm, sender: User | None) -> Enquiry | None:
    address = "" if sender else hashed(get_adapter().get_client_ip(request))
    try:
        return enquiries.ask(record, **form.words, sender=sender, language=get_language() or "en", address_hash=address)
    except DomainError as error:
        add_refusal(form, error)
        return None


@door
@require_safe
def sent(request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    """After a stranger's question, whether or not anything was stored: look into your mailbox."""
    return render(request, "expo/enquiry_sent.html", about(request, asked_about(noun, slug)))


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Opening it does nothing: scanners of mails open links too."""
    enquiry = _by_token(request, token)
    problem = ""
    if request.method == "POST":
        try:
            enquiries.confirm(enquiry)
            messages.success(request, _("Your question is with %(to)s.") % {"to": enquiry.organization.name})
            return redirect("enquiry-thread", token)
        except DomainError as error:
            problem = str(error)
    if enquiry.state != EnquiryState.UNCONFIRMED:
        return redirect("enquiry-thread", token)
    words = enquiry.messages.first()
    return render(request, "expo/enquiry_confirm.html", {"enquiry": enquiry, "words": words, "problem": problem})


# ------------------------------------------------------------------ the conversation
def _by_token(request: HttpRequest, token: str) -> Enquiry:
    request.noindex = True  # type: ignore[attr-defined]
    return get_object_or_404(Enquiry.objects.select_related("organization"), token=token)


def _own(request: HttpRequest, code: str) -> Enquiry:
    request.noindex = True  # type: ignore[attr-defined]
    rows = Enquiry.objects.visible_to(request.user).filter(sender_id=request.user.pk)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("organization"), code=code)


def _thread(enquiry: Enquiry, request: HttpRequest, name: str, key: str, form: MessageForm) -> HttpResponse:
    """The sender's page: `name` is that of the page's url, which those of its forms begin with."""
    context = {
        "enquiry": enquiry,
        "talk": enquiry.messages.select_related("by"),
        "form": form,
        "write_url": reverse(f"{name}-write", args=[key]),
        "contact_url": reverse(f"{name}-contact", args=[key]),
        "has_readers": enquiries.is_answered_for(enquiry.organization),
        "is_over": enquiry.state == EnquiryState.SPAM,
    }
    return render(request, "expo/enquiry_mine.html" if name == "my-enquiry" else "expo/enquiry_thread.html", context)


def _write(enquiry: Enquiry, request: HttpRequest, name: str, key: str) -> HttpResponse:
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            enquiries.write_again(enquiry, text=form.cleaned_data["text"])
            messages.success(request, _("Your message is sent."))
            return redirect(name, key)
        except DomainError as error:
            add_refusal(form, error)
    return _thread(enquiry, request, name, key, form)


def _share(enquiry: Enquiry, request: HttpRequest, name: str, key: str) -> HttpResponse:
    shares = request.POST.get("shares") == "yes"
    enquiries.share_contact(enquiry, shares)
    names = {"to": enquiry.organization.name}
    if shares:
        messages.success(request, _("%(to)s sees your contact data now. You can take that back here.") % names)
    else:
        messages.success(request, _("%(to)s does not see your contact data any more.") % names)
    return redirect(name, key)


@door
@never_cache
@require_safe
def thread(request: HttpRequest, token: str) -> HttpResponse:
    enquiry = _by_token(request, token)
    if enquiry.state == EnquiryState.UNCONFIRMED:
        return redirect("enquiry-confirm", token)
    return _thread(enquiry, request, "enquiry-thread", token, MessageForm())


@door
@require_POST
def thread_write(request: HttpRequest, token: str) -> HttpResponse:
    return _write(_by_token(request, token), request, "enquiry-thread", token)


@door
@require_POST
def thread_contact(request: HttpRequest, token: str) -> HttpResponse:
    return _share(_by_token(request, token), request, "enquiry-thread", token)


# ------------------------------------------------------------------ with an account
@door
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    request.noindex = True  # type: ignore[attr-defined]
    rows = Enquiry.objects.filter(sender_id=request.user.pk).select_related("organization")
    return render(request, "expo/enquiry_list.html", {"rows": rows[:MOST_SHOWN]})


@door
@never_cache
@require_safe
def own(request: HttpRequest, code: str) -> HttpResponse:
    return _thread(_own(request, code), request, "my-enquiry", code, MessageForm())


@door
@require_POST
def own_write(request: HttpRequest, code: str) -> HttpResponse:
    return _write(_own(request, code), request, "my-enquiry", code)


@door
@require_POST
def own_contact(request: HttpRequest, code: str) -> HttpResponse:
    return _share(_own(request, code), request, "my-enquiry", code)
