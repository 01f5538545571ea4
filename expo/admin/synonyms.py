"""The words by which the search finds other words."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.base import HistoryAdmin
from expo.models import Synonym
from expo.search.analyzer import positions


@admin.register(Synonym)
class SynonymAdmin(HistoryAdmin):
    job = jobs.RECORD
    list_display = ("slug", "all_words", "all_broader", "updated_at")
    search_fields = ("slug", "words", "also_found_by", "note")
    search_help_text = _("A word in either language")
    prepopulated_fields = {"slug": ("words",)}
    readonly_fields = ("as_read",)
    fields = ("words", "also_found_by", "slug", "note", "as_read")

    @admin.display(description=_("words"), ordering="words")
    def all_words(self, group: Synonym) -> str:
        return " / ".join(group.word_list)

    @admin.display(description=_("also found by"), ordering="also_found_by", empty_value="")
    def all_broader(self, group: Synonym) -> str:
        return " / ".join(group.broader_list)

    @admin.display(description=_("as the search reads them"), empty_value="–")
    def as_read(self, group: Synonym) -> SafeString | str:
        """What a word is compared by: after saving an editor sees why two spellings are one, or are not."""
        words = [*group.word_list, *group.broader_list]
        read = ((word, " · ".join(positions(word))) for word in words)
        rows = format_html_join("", "<li><samp>{} → {}</samp></li>", read)
        return format_html("<ul>{}</ul>", rows) if rows else ""
