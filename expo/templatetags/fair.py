"""Format only: how the fair's things look in a template. No tag here touches the database."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from expo import covers
from expo.amounts import money

register = template.Library()

HUES = frozenset("abcdesmu")
PLAIN_HUE = "m"
TRL_LEVELS = 9


def _hue(thing: Any) -> str:
    hue = str(getattr(thing, "hue", "") or "")
    return hue if hue in HUES else PLAIN_HUE


def _html_lang(lang: str) -> str:
    return "zh-Hans" if lang.startswith("zh") else "en"


# ------------------------------------------------------------------ pictures


@register.simple_tag
@lru_cache(maxsize=200)
def icon(name: str) -> SafeString:
    """A symbol of icons.svg, always beside a word or a hidden one."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        static("expo/icons.svg"),
        name,
    )


@register.simple_tag
def cover(thing: Any, css_class: str = "", width: int = 320, height: int = 160) -> SafeString:
    """The generated picture of a thing with `slug`, `hue` and `cover_family`."""
    return format_html(
        '<svg class="cover {} z-{}" viewBox="0 0 {} {}" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        css_class,
        _hue(thing),
        width,
        height,
        mark_safe(covers.cover(thing.slug, family=thing.cover_family, width=width, height=height)),  # noqa: S308  our own markup
    )


# --------------------------------------------------------------------- signs


@register.simple_tag
def plate(zone: Any) -> str:
    """The zone's letter as on the hall's own signs; nothing without a zone."""
    if not zone:
        return ""
    return format_html('<b class="plate z-{}">{}</b>', _hue(zone), zone.letter)


@register.simple_tag
def stand_sign(stand: Any) -> str:
    """Letter and number of a stand; nothing without one."""
    if not stand:
        return ""
    return format_html(
        '<span class="booth z-{}"><b>{}</b><span>{}</span></span>', _hue(stand.zone), stand.zone.letter, stand.number
    )


@register.simple_tag
def sample(thing: Any) -> str:
    """The mark of everything invented for the demonstration."""
    if not getattr(thing, "is_sample", False):
        return ""
    return format_html('<span class="sample">{}</span>', _("Sample"))


@lru_cache(maxsize=TRL_LEVELS)
def _ticks(level: int) -> SafeString:
    lit, unlit = ("".join(f"M{6 * i} 0h5v10h-5z" for i in steps) for steps in (range(level), range(level, TRL_LEVELS)))
    rest = f'<path d="{unlit}"/>' if unlit else ""
    return mark_safe(  # noqa: S308  numbers only
        f'<svg viewBox="0 0 54 10" aria-hidden="true" focusable="false"><path class="on" d="{lit}"/>{rest}</svg>'
    )


@register.simple_tag
def trl(level: int | None) -> str:
    """The technology readiness level as nine ticks."""
    if not level:
        return _("TRL not stated")
    return format_html('<span class="trl">{}{}</span>', _("TRL %(level)s") % {"level": level}, _ticks(int(level)))


# ---------------------------------------------------------------- words, sums


def _in_its_language(value: Any) -> str:
    return format_html('<span lang="{}">{}</span>', _html_lang(value.lang), str(value))


@register.filter
def bilingual(value: Any) -> str:
    """The text; one that stands in for a missing translation says which language it is in."""
    if not value:
        return ""
    if not getattr(value, "is_fallback", False):
        return conditional_escape(value)
    return format_html("{} {}", mark_safe(_in_its_language(value)), _only(value))  # noqa: S308


@register.filter
def bilingual_plain(value: Any) -> str:
    """The text without the mark, for places where the mark stands elsewhere."""
    if not value:
        return ""
    return _in_its_language(value) if getattr(value, "is_fallback", False) else conditional_escape(value)


@register.filter
def clipped(value: Any, length: int) -> str:
    """The beginning of a text, in its language."""
    text = Truncator(str(value or "")).chars(length)
    if not getattr(value, "is_fallback", False):
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', _html_lang(value.lang), text)


@register.filter
def paragraphs(value: Any) -> str:
    """A text of several paragraphs; one in the other language says so below."""
    if not value:
        return ""
    html = mark_safe(linebreaks(str(value), autoescape=True))  # noqa: S308  escaped by linebreaks
    if not getattr(value, "is_fallback", False):
        return html
    return format_html('<div lang="{}">{}</div><p>{}</p>', _html_lang(value.lang), html, _only(value))


def _only(value: Any) -> str:
    words = _("Chinese only") if value.lang.startswith("zh") else _("English only")
    return format_html('<span class="fallback">{}</span>', words)


register.filter(money)


# --------------------------------------------------------------------- forms

_KINDS: tuple[tuple[type, str, str], ...] = (
    (CheckboxSelectMultiple, "group", ""),
    (RadioSelect, "group", ""),
    (CheckboxInput, "check", ""),
    (FileInput, "input", "file"),
    (Textarea, "input", "textarea"),
    (Select, "input", "select"),
)


@register.inclusion_tag("_shared/_field.html")
def field(bound: BoundField, unit: str = "") -> dict[str, Any]:
    """A form field with label, help, error and control in this order. `unit` (or `field.unit`) stands behind it."""
    kind, css_class = next(
        ((kind, css) for widget, kind, css in _KINDS if isinstance(bound.field.widget, widget)), ("input", "input")
    )
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {"class": css_class} if css_class else {}
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    opened = bound.as_hidden(only_initial=True) if bound.field.show_hidden_initial else SafeString()
    return {
        "field": bound,
        "kind": kind,
        "control": bound.as_widget(attrs=attrs) + opened,
        "choices": list(bound) if kind == "group" else [],
        "described_by": " ".join(described),
        "unit": unit or getattr(bound.field, "unit", ""),
        "opened": opened if kind == "group" else "",
    }
