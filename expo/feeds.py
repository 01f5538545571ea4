"""News of the organizers as an Atom feed, one in each language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, linebreaks
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page, require_safe

from expo.models import Announcement, Edition, Origin

LATEST = 30
SUMMARY = 200  # characters
TAG_YEAR = 2025  # part of every id: the year since which the fair's host gives them out; never change it


def tag(name: str) -> str:
    """An id that stays when addresses change (RFC 4151); each language has its own."""
    return f"tag:{settings.SITE_HOST},{TAG_YEAR}:{get_language()}/{name}"


class FullTextFeed(Atom1Feed):
    """Atom whose entries hold their whole text, and their language where it is not that of the feed."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {} if item["lang"] == self.feed["language"] else {"xml:lang": item["lang"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html", "xml:lang": item["content_lang"]})


class AnnouncementFeed(Feed):
    """What is public and no sample: a feed is read elsewhere, where nothing would mark one."""

    feed_type = FullTextFeed

    def title(self) -> str:
        edition = Edition.objects.current()
        return f"{edition.short_name} | {_('News')}" if edition and edition.short_name else _("News")

    def subtitle(self) -> str:
        return _("What the organizers have to say.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("announcement-list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("announcement-feed")

    def feed_guid(self) -> str:
        return tag("news")

    def author_name(self) -> str:
        return _("Organizers")

    def items(self) -> QuerySet[Announcement]:
        return Announcement.objects.public().exclude(origin=Origin.SAMPLE)[:LATEST]

    def item_title(self, item: Announcement) -> str:
        return str(item.title)

    def item_link(self, item: Announcement) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Announcement) -> str:
        return tag(f"news/{item.slug}")

    def item_description(self, item: Announcement) -> str:
        return escape(Truncator(str(item.body)).chars(SUMMARY))

    def item_pubdate(self, item: Announcement) -> dt.datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Announcement) -> dt.datetime:
        """The last change, or the publication of what was written before it."""
        return max(item.publish_at or item.updated_at, item.updated_at)

    def item_extra_kwargs(self, item: Announcement) -> dict[str, Any]:
        text = linebreaks(str(item.body), autoescape=True) if item.body else ""
        return {"content": text, "content_lang": item.body.lang, "lang": item.title.lang}


announcements = require_safe(conditional_page(AnnouncementFeed()))
