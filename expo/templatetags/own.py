"""Addresses of own pages in a template."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from expo.models import Organization, Picture
from expo.own.nouns import OwnAct, OwnNoun

register = template.Library()


@register.simple_tag
def own_url(name: str, own: OwnNoun, organization: Organization, record: Any = None) -> str:
    words = {"slug": organization.slug, "noun": own.noun}
    return reverse(name, kwargs=words | ({"pk": record.pk} if record is not None else {}))


@register.simple_tag
def own_act(own: OwnNoun, organization: Organization, record: Any, act: OwnAct) -> str:
    words = {"slug": organization.slug, "noun": own.noun, "pk": record.pk, "act": act.name}
    return reverse("own-act", kwargs=words)


@register.simple_tag
def own_picture_url(own: OwnNoun, organization: Organization, record: Any, picture: Picture) -> str:
    words = {"slug": organization.slug, "noun": own.noun, "pk": record.pk, "picture": picture.pk}
    return reverse("own-picture", kwargs=words)
