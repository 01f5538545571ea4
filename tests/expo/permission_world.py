"""A small fair with something real behind every address, and one person of each kind who asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from expo.api_tokens import create_token
from expo.models import Notice, Picture, User, VisitList
from expo.people.consents import agree
from expo.programs import webhook_events
from expo.saved_searches import save_search
from expo.webhooks import create_webhook
from matchmaking.decisions import decline_match, never_show
from tests import factories as make

Value = tuple[str, str, object]  # beginning of the route, name in it, value


@dataclass(frozen=True)
class Address:
    """A url: its name, its route with the names in it, and those names."""

    name: str
    route: str
    names: tuple[str, ...]


def addresses() -> list[Address]:
    """Every url there is, the same name more than once where several routes share it."""
    return list(_walk(get_resolver().url_patterns, "/", (), ()))


def _walk(patterns: Any, route: str, spaces: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Address]:
    for row in patterns:
        here = route + str(row.pattern)
        inside = (*names, *getattr(row.pattern, "converters", {}), *_groups(row.pattern))
        if isinstance(row, URLResolver):
            yield from _walk(row.url_patterns, here, (*spaces, row.namespace) if row.namespace else spaces, inside)
        else:
            yield Address(":".join((*spaces, row.name or "unnamed")), here, inside)


def _groups(pattern: Any) -> tuple[str, ...]:
    """The names in a route that is written as a regular expression."""
    return tuple(pattern.regex.groupindex) if isinstance(pattern, RegexPattern) else ()


ADMIN: tuple[Value, ...] = tuple(
    ("/admin/", name, value)
    for name, value in {
        "object_id": 0, "id": 0, "content_type_id": 0, "act": "none", "code": "none", "noun": "exhibitor",
        "format": "csv", "key": 0, "pk": 0, "url": "none", "app_label": "expo",
    }.items()
)  # fmt: skip


class World:
    """`values` says what stands for a name in a route; the longest beginning that fits counts."""

    def __init__(self) -> None:
        self.organization = make.make_organization(name_en="Aurora Optics")
        self.people = self._people()
        self.values: list[Value] = [*self._public(), *self._workspace(), *self._personal(), *ADMIN]

    # ------------------------------------------------------------------ who asks
    def _people(self) -> dict[str, User]:
        people = {"visitor": make.make_person(name="Visitor")}
        people["other"] = make.make_member(make.make_organization(name_en="Rival Works"), "owner")
        people |= {role: make.make_member(self.organization, role) for role in ("member", "editor", "owner")}
        for role in ("organizer", "exhibition_manager", "matchmaking_broker", "publicity"):
            people[role] = make.make_person(is_staff=True)
            people[role].groups.add(Group.objects.get(name=role))
        people["superuser"] = make.make_person(is_staff=True, is_superuser=True)
        for user in people.values():
            agree(user)
        return people

    def clients(self) -> dict[str, str]:
        """The session of each, by its cookie; empty for nobody."""
        sessions = {"anonymous": ""}
        for name, user in self.people.items():
            client = Client()
            client.force_login(user)
            sessions[name] = client.cookies["sessionid"].value
        return sessions

    # ------------------------------------------------------------------ what is asked for
    def _public(self) -> Iterator[Value]:
        self.exhibitor = make.make_exhibitor(organization=self.organization)
        past = make.make_exhibitor(edition=make.make_edition(number=12))
        nouns = {
            "exhibitors": self.organization, "innovations": make.make_innovation(), "products": make.make_product(),
            "programme": make.make_session(), "organizations": self.organization, "sectors": make.make_sector(),
            "zones": self.exhibitor.zone, "halls": make.make_hall(), "news": make.make_announcement(),
            "platforms": make.make_platform(), "instruments": make.make_instrument(),
            "partners": make.make_partnercity(), "countries": make.make_country(), "demands": make.make_demand(),
        }  # fmt: skip
        for address, row in nouns.items():
            yield f"/en/{address}/", "slug", row.slug
            yield f"/api/v1/{address}/", "key", row.slug
        self.innovation = nouns["innovations"]
        yield "/en/introductions/", "noun", "demand"
        yield "/en/introductions/", "slug", nouns["demands"].slug
        deal = make.make_deal(is_published=True)
        yield "/en/deals/", "code", deal.code
        yield "/api/v1/deals/", "key", deal.code
        yield "/api/v1/figures/", "key", make.make_figure().slug
        yield "/en/editions/", "number", 12
        yield "/en/editions/", "slug", past.organization.slug
        yield "/api/v1/", "key", "none"
        yield "/api/v1/editions/", "key", 13
        yield "/api/v1/", "rest", "none"
        yield "/api/v1/introductions/", "code", "none"
        yield "/sitemap-", "section", "exhibitor"
        yield "/media/", "path", "none.webp"

    def _workspace(self) -> Iterator[Value]:
        yield from self._introductions()
        yield from self._matches()
        yield "/en/work/", "slug", self.organization.slug
        yield from self._programs()
        row = make.make_member(self.organization, "member")
        yield "/en/work/<slug:slug>/members/", "pk", row.memberships.get().pk
        yield "/en/work/<slug:slug>/invitations/", "pk", make.make_invitation(organization=self.organization).pk
        yield "/en/work/<slug:slug>/requests/", "pk", make.make_joinrequest(organization=self.organization).pk
        yield "/en/work/<slug:slug>/exhibiting/", "number", 13
        invitation = make.make_invitation(organization=self.organization, email=self.people["visitor"].email)
        yield "/en/invitations/", "token", invitation.token
        held = make.make_innovation(title_en="Own innovation")
        held.holdings.all().delete()
        held.holdings.create(organization=self.organization)
        own = {
            "innovations": held, "products": make.make_product(organization=self.organization),
            "instruments": make.make_instrument(organization=self.organization),
            "demands": make.make_demand(organization=self.organization),
        }  # fmt: skip
        for address, record in own.items():
            route = f"/en/work/<slug:slug>/{address}/"
            yield route, "pk", record.pk
            yield route, "act", "none"
            kind = ContentType.objects.get_for_model(record)
            yield route, "picture", Picture.objects.create(content_type=kind, object_id=record.pk, width=1, height=1).pk

    def _programs(self) -> Iterator[Value]:
        route, owner = "/en/work/<slug:slug>/programs/", self.people["owner"]
        yield f"{route}tokens/", "pk", create_token(owner, self.organization, name="Reader", days=30)[0].pk
        hook, _secret = create_webhook(self.organization, url="https://a.test/", events=[*webhook_events], by=owner)
        yield f"{route}webhooks/", "pk", hook.pk

    def _introductions(self) -> Iterator[Value]:
        route = "/en/work/<slug:slug>/introductions/"
        demand = make.make_demand(organization=self.organization)
        yield route, "code", make.make_introduction(demand=demand).code
        yield route, "act", "none"

    def _matches(self) -> Iterator[Value]:
        route = "/en/work/<slug:slug>/matches/"
        demand = make.make_demand(organization=self.organization)
        offer = make.make_product(organization=self.organization)
        declined = make.make_match(demand=demand)
        pair = {"side": "asking", "organization": self.organization, "by": None, "reason": "price"}
        yield route, "demand", demand.slug
        yield route, "noun", "product"
        yield route, "offer", offer.slug
        yield route, "pk", make.make_match(demand=demand).pk
        yield f"{route}declined/", "pk", decline_match(demand, declined.offer, **pair).pk
        yield f"{route}never/", "pk", never_show(self.organization, make.make_organization(), by=None).pk

    def _personal(self) -> Iterator[Value]:
        visitor = self.people["visitor"]
        request = make.make_joinrequest()
        request.user = visitor
        request.save()
        yield "/en/my/requests/", "pk", request.pk
        notice = Notice.objects.create(user=visitor, kind="membership-invited", key="world", at=make.at(26, "10:00"))
        yield "/en/my/notices/", "key", notice.pk
        yield "/en/notices/stop/", "token", "none"
        yield "/en/my/searches/", "pk", save_search(visitor, noun="innovation", query="q=magnet").pk
        yield "/en/my/searches/", "noun", "innovation"
        yield "/en/accounts/", "uidb36", "1"
        yield "/en/accounts/", "key", "none"
        yield "/en/accounts/", "pk", 0
        enquiry = make.make_enquiry(record=self.exhibitor, sender=visitor)
        for route in ("/en/enquiries/new/", "/en/visits/add/"):
            yield route, "noun", "exhibitor"
            yield route, "slug", self.organization.slug
        yield "/en/enquiries/", "token", enquiry.token
        yield "/en/my/enquiries/", "code", enquiry.code
        yield "/en/work/<slug:slug>/enquiries/", "code", enquiry.code
        yield "/en/work/<slug:slug>/enquiries/", "act", "none"
        marks = VisitList.objects.create(user=visitor, share_token="shared-by-the-visitor")
        kind = ContentType.objects.get_for_model(self.exhibitor)
        yield "/en/visits/items/", "pk", marks.items.create(content_type=kind, object_id=self.exhibitor.pk).pk
        yield "/en/visits/shared/", "token", marks.share_token

    def address(self, row: Address) -> str:
        """The address with its values. KeyError names what the world does not know yet."""
        path = row.route
        for name in row.names:
            path = _put(path, name, str(self._value(row.route, name)))
        return path

    def _value(self, route: str, name: str) -> object:
        fitting = [
            (len(start), value) for start, known, value in self.values if known == name and route.startswith(start)
        ]
        if not fitting:
            raise KeyError(f"{name} in {route}")
        return max(fitting, key=lambda pair: pair[0])[1]


def _put(route: str, name: str, value: str) -> str:
    """The route with one of its names filled in."""
    route = re.sub(rf"\(\?P<{name}>[^)]*\)", lambda match: value, route).replace("^", "").removesuffix("$")
    for start in (f"<{name}>", *(f"<{kind}:{name}>" for kind in ("slug", "int", "str", "path", "uuid"))):
        route = route.replace(start, value)
    return route
