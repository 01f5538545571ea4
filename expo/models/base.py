"""What every noun shares: two languages, origin, and a version that is checked on save."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError

MOST_DIGITS = 15  # the embedded database keeps a decimal as a float: a longer one is rounded, or breaks its reader
COMPARE = "compare"  # no short name: the address of the page that compares
LANGUAGES = ("en", "zh-hans")
SUFFIX = {"en": "_en", "zh-hans": "_zh"}


class LocalizedText(str):
    """A text that knows its language, and whether it stands in for a missing one."""

    __slots__ = ("is_fallback", "lang")
    lang: str
    is_fallback: bool

    def __new__(cls, text: str, lang: str, is_fallback: bool) -> LocalizedText:
        value = super().__new__(cls, text)
        value.lang = lang
        value.is_fallback = is_fallback
        return value

    def __getnewargs__(self) -> tuple[str, str, bool]:  # type: ignore[override]
        return (str(self), self.lang, self.is_fallback)


class Bilingual:
    """Reads `<name>_en` or `<name>_zh` by the active language, the other one where that is empty.

    `columns` names the two where they are not called like the attribute.
    """

    def __init__(self, columns: str = "") -> None:
        self.columns = columns

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.columns or name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        wanted = "zh-hans" if (get_language() or "en").startswith("zh") else "en"
        other = "en" if wanted == "zh-hans" else "zh-hans"
        text = getattr(instance, self.name + SUFFIX[wanted])
        if text:
            return LocalizedText(text, wanted, False)
        fallback = getattr(instance, self.name + SUFFIX[other])
        return LocalizedText(fallback, other, bool(fallback))


class StaleVersion(DomainError):
    """Somebody else saved this record after it was read."""

    def __init__(self, record: models.Model) -> None:
        super().__init__(
            _("Somebody else saved this in the meantime. Nothing of theirs or yours is lost: compare, then save again.")
        )
        self.record = record


class Versioned(models.Model):
    """A row whose every save names the version it was read at, so that no editor overwrites another unseen."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding or kwargs.get("force_insert"):
            super().save(*args, **kwargs)
            return
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        read_at = self.version
        try:
            with transaction.atomic():
                manager = type(self)._base_manager
                if not manager.filter(pk=self.pk, version=read_at).update(version=F("version") + 1):
                    raise StaleVersion(self)
                self.version = read_at + 1
                super().save(*args, **kwargs)
        except BaseException:
            self.version = read_at
            raise


class Origin(models.TextChoices):
    """Where the words of a row come from."""

    EDITORIAL = "editorial", _("organizers' release")
    PARTICIPANT = "participant", _("participant")
    SAMPLE = "sample", _("sample")


class Sourced(models.Model):
    """Real or invented: a sample is marked, kept out of search engines and counted in no figure."""

    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.PARTICIPANT)

    class Meta:
        abstract = True

    @property
    def is_sample(self) -> bool:
        return self.origin == Origin.SAMPLE


class Stamped(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True


class NaturalKeyQuerySet(models.QuerySet):
    """Finds a row by the fields its model's `NATURAL_KEY` names, for fixtures and imports."""

    def get_by_natural_key(self, *key: Any) -> Any:
        return self.get(**dict(zip(self.model.NATURAL_KEY, key, strict=True)))


def is_too_long(number: Decimal) -> bool:
    """Whether a number has more digits than every database keeps exactly."""
    return len(number.normalize().as_tuple().digits) > MOST_DIGITS


class Exact(models.Model):
    """A row that takes no decimal it could not give back to the last digit."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields(exclude=exclude)
        numbers = {
            field.name: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if isinstance(field, models.DecimalField) and field.name not in (exclude or ())
        }
        told = _("At most %(most)d digits are kept exactly. Enter a shorter number.") % {"most": MOST_DIGITS}
        if found := [name for name, number in numbers.items() if number is not None and is_too_long(number)]:
            raise ValidationError(dict.fromkeys(found, told))


class NaturalKeyed(Exact):
    NATURAL_KEY: ClassVar[tuple[str, ...]] = ("slug",)

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[Any, ...]:
        def follow(path: str) -> Any:
            value: Any = self
            for name in path.split("__"):
                value = getattr(value, name)
            return value

        return tuple(follow(path) for path in self.NATURAL_KEY)


class Record(Versioned, Sourced, Stamped, NaturalKeyed):
    """The base of the fair's nouns. `PUBLIC_FIELDS` is all that index, API, JSON-LD, exports and cards may read."""

    PUBLIC_FIELDS: ClassVar[tuple[str, ...]] = ()
    LINES: ClassVar[tuple[str, ...]] = ()  # the rows below it that whoever writes it writes too, by their relations

    class Meta:
        abstract = True


class Stateful(Record):
    """A noun with states. `MOVES` says which leads to which; `expo.transitions.move` alone writes `state`."""

    MOVES: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    state: Any

    class Meta:
        abstract = True


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone. Write it like Asia/Shanghai."), params={"name": name})


def one_language_at_least(name: str) -> Q:
    """The condition that a bilingual text is not empty in both languages."""
    return ~Q(**{f"{name}_en": "", f"{name}_zh": ""})
