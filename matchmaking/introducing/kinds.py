"""What introductions add to menus, start pages, notices and the data of a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from expo.models import Organization, User
from expo.registry import (
    NoticeKind,
    PersonalData,
    WorkspacePage,
    add_notice_kind,
    add_personal_data,
    add_workspace_page,
)
from matchmaking.introducing.sides import waiting_on
from matchmaking.models import IntroductionMessage, IntroductionWish, NdaAcceptance

FIRST = 50  # position of the first kind
# code, label, words, body
KINDS: tuple[tuple[str, Any, Any, Any], ...] = (
    ("received", _("Somebody wants to meet my organization"), _("%(who)s would like to meet you about “%(about)s”."),
     _("Read what they write and answer: accept, ask, or decline with a reason. Both sides see the deadline.")),
    ("question", _("A question before an answer"), _("%(who)s asks you something about “%(about)s” before answering."),
     _("Their clock runs on. When you answer, their time to decide begins anew.")),
    ("replied", _("My question before an answer was answered"),
     _("%(who)s has answered your question about “%(about)s”."),
     _("Your time to decide has begun anew; the page shows the deadline.")),
    ("accepted", _("Somebody wants to meet us too"), _("%(who)s would like to meet you too, about “%(about)s”."),
     _("Write to each other, accept the confidentiality agreement, choose the next step.")),
    ("declined", _("Somebody declines to meet us"), _("%(who)s declines to meet about “%(about)s”."),
     _("The page says why.")),
    ("message", _("A message in an introduction"), _("%(who)s writes to you about “%(about)s”."), ""),
    ("meeting", _("Somebody wishes for a meeting"), _("%(who)s wishes to meet you at the fair about “%(about)s”."), ""),
    ("deal", _("Somebody wishes for a deal room"), _("%(who)s wishes for a deal room about “%(about)s”."), ""),
    ("meeting-too", _("Both sides wish for a meeting"),
     _("%(who)s wishes to meet you at the fair about “%(about)s” too: now both of you do."), ""),
    ("deal-too", _("Both sides wish for a deal room"),
     _("%(who)s wishes for a deal room about “%(about)s” too: now both of you do."), ""),
    ("unwished", _("A wish of both sides was taken back"),
     _("%(who)s has taken back the wish for a next step about “%(about)s”."), _("The page shows what is wished for.")),
    ("nda", _("The other side has accepted the confidentiality agreement"),
     _("%(who)s has accepted the confidentiality agreement about “%(about)s”."),
     _("Read it and accept it too; then what is confidential opens to both.")),
    ("open", _("The confidentiality agreement is in force"),
     _("You and %(who)s have accepted the same confidentiality agreement about “%(about)s”."),
     _("Editors and owners can read now what is confidential. Each reading is logged and shown to whose text it is.")),
    ("handed", _("A colleague hands me an introduction"),
     _("A colleague hands you the introduction about “%(about)s”."), ""),
    ("nudge", _("An introduction is due soon"), _("%(who)s waits for your answer about “%(about)s”; it is due soon."),
     ""),
    ("question-open", _("A question of mine to answer is due soon"),
     _("%(who)s waits for your answer to a question about “%(about)s”."),
     _("The time to decide is nearly over. It begins anew when you answer.")),
    ("stale", _("An introduction was not answered in time"),
     _("The time to answer the introduction with %(who)s about “%(about)s” is over."),
     _("It can still be answered. If nobody does, it is closed some days later.")),
    ("unanswered", _("An introduction was closed without an answer"),
     _("The introduction with %(who)s about “%(about)s” was closed: nobody answered."), ""),
    ("gone", _("An introduction was closed, since what it was about is gone"),
     _("The introduction with %(who)s about “%(about)s” was closed: what it was about is gone."),
     _("Taken back, expired, or answered by somebody else: the page shows what.")),
    ("without", _("What an introduction is about is gone"),
     _("What you and %(who)s are in touch about is gone: “%(about)s”, or what was to answer it."),
     _("Taken back, expired, or answered by somebody else. You stay in touch until one side closes it.")),
    ("closed", _("An introduction was closed"), _("%(who)s has closed the introduction about “%(about)s”."),
     _("The page says why.")),
)  # fmt: skip


def waiting_for(organization: Organization) -> int:
    return waiting_on(organization).count()


def messages(user: User) -> list[dict[str, Any]]:
    rows = IntroductionMessage.objects.filter(by=user).order_by("pk").values("introduction__code", "text", "at")
    return [dict(row) for row in rows]


def wishes(user: User) -> list[dict[str, Any]]:
    rows = IntroductionWish.objects.filter(by=user).order_by("pk").values("introduction__code", "step", "at")
    return [dict(row) for row in rows]


def signatures(user: User) -> list[dict[str, Any]]:
    rows = NdaAcceptance.objects.filter(by=user).order_by("pk").values("introduction__code", "name", "digest", "at")
    return [dict(row) for row in rows]


def register() -> None:
    for position, (code, label, words, body) in enumerate(KINDS, FIRST):
        add_notice_kind(NoticeKind(f"introduction-{code}", label, words, body, position=position))
    add_workspace_page(
        WorkspacePage(
            "matchmaking:work-introductions",
            _("Introductions"),
            45,
            waiting_for,
            hint=_("Organizations that would like to meet you, and questions before an answer."),
            action=_("Answer"),
        )
    )
    add_personal_data(PersonalData("introduction messages", _("messages of introductions"), messages))
    add_personal_data(PersonalData("introduction wishes", _("wishes for a next step"), wishes))
    add_personal_data(PersonalData("agreements", _("accepted confidentiality agreements"), signatures))
