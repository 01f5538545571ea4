"""What a cell may hold: each widget turns a text into a value, a value into a text, and says in words what it allows.

A widget that refuses raises ValueError with a sentence for the person who filled the cell.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import IntegerField, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.widgets import Widget

MOST_SUGGESTIONS = 200
CHUNK = 500


def closest(word: str, among: Iterable[str]) -> str:
    """The known word most like this one, or the empty string."""
    found = difflib.get_close_matches(word.lower(), list(among), n=1, cutoff=0.6)
    return found[0] if found else ""


class Cell(Widget):
    """A text as it is."""

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)

    def allowed(self) -> str:
        return _("text")

    def prepare(self, rows: Iterable[Mapping[str, str]], column: str) -> None:
        """Look up whatever all these rows need, so that `clean` asks nothing of the database."""


class Text(Cell):
    def __init__(self, *, most: int | None = None, null: bool = False) -> None:
        super().__init__()
        self.most, self.null = most, null

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        return None if self.null and not value else value

    def allowed(self) -> str:
        return _("text of at most %(most)d characters") % {"most": self.most} if self.most else _("text")


class Whole(Cell):
    """A whole number; empty is none."""

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> int | None:
        if not value:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.0+)?", value):
            raise ValueError(_("“%(value)s” is no whole number. Write digits only, like 1200.") % {"value": value[:40]})
        return int(value.partition(".")[0])

    def allowed(self) -> str:
        return _("whole number")


class Amount(Cell):
    """A number with so many decimals; empty is none."""

    def __init__(self, *, places: int = 2) -> None:
        super().__init__()
        self.places = places

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Decimal | None:
        if not value:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", value):
            raise ValueError(
                _("“%(value)s” is no number we can read. Write it with a point and without separators, like 1234.50.")
                % {"value": value[:40]}
            )
        try:
            number = Decimal(value)
            rounded = number.quantize(Decimal(1).scaleb(-self.places))
        except InvalidOperation:
            raise ValueError(_("“%(value)s” is no number.") % {"value": value[:40]}) from None
        if rounded != number:
            raise ValueError(
                _("“%(value)s” has too many decimals; at most %(most)d.") % {"value": value, "most": self.places}
            )
        return rounded

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value).quantize(Decimal(1).scaleb(-self.places)):f}"

    def allowed(self) -> str:
        return _("number with at most %(most)d decimals, with a point") % {"most": self.places}


class YesNo(Cell):
    WORDS = {
        "yes": True, "y": True, "1": True, "true": True, "是": True,
        "no": False, "n": False, "0": False, "false": False, "否": False,
    }  # fmt: skip

    def __init__(self, *, null: bool = False) -> None:
        super().__init__()
        self.null = null

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> bool | None:
        if not value:
            return None
        if value.lower() not in self.WORDS:
            raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": value[:40]})
        return self.WORDS[value.lower()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else ("yes" if value else "no")

    def allowed(self) -> str:
        return _("yes, no or empty") if self.null else _("yes or no")


class Choice(Cell):
    """One of a list of codes. The names in both languages are understood too."""

    def __init__(self, choices: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.choices = [(str(code), label) for code, label in choices if code not in (None, "")]
        self._words: dict[str, str] = {}

    @property
    def words(self) -> dict[str, str]:
        if not self._words:
            for language in ("en", "zh-hans"):
                with override(language):
                    self._words |= {str(label).casefold(): code for code, label in self.choices}
            self._words |= {code.casefold(): code for code, _label in self.choices}
        return self._words

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> str:
        if not value:
            return ""
        if code := self.words.get(value.casefold()):
            return code
        near = closest(value, self.words)
        if near:
            raise ValueError(
                _("“%(value)s” is not among the choices. Did you mean %(near)s?")
                % {"value": value[:40], "near": self.words[near]}
            )
        raise ValueError(
            _("“%(value)s” is not among the choices: %(choices)s.") % {"value": value[:40], "choices": self.codes()}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(getattr(value, "code", value) or "")

    def codes(self) -> str:
        codes = [code for code, _label in self.choices]
        return ", ".join(codes[:14]) + ("…" if len(codes) > 14 else "")

    def allowed(self) -> str:
        if len(self.choices) > 40:
            return _("a code, like %(codes)s") % {"codes": ", ".join(code for code, _label in self.choices[:3])}
        return ", ".join(f"{code} ({label})" for code, label in self.choices)


class Day(Cell):
    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> dt.date | None:
        if not value:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                raise ValueError
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(_("“%(value)s” is no day. Write it like 2025-09-26.") % {"value": value[:40]}) from None

    def allowed(self) -> str:
        return _("day like 2025-09-26")


class Clock(Cell):
    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> dt.time | None:
        if not value:
            return None
        try:
            return dt.datetime.strptime(value, "%H:%M").time()
        except ValueError:
            raise ValueError(_("“%(value)s” is no time. Write it like 09:30.") % {"value": value[:40]}) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value:%H:%M}"

    def allowed(self) -> str:
        return _("time like 09:30")


class Moment(Cell):
    """A day and a time on the clock of the fair, as the organizers' pages show it."""

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> dt.datetime | None:
        if not value:
            return None
        try:
            if not re.match(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", value):
                raise ValueError
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=timezone.get_default_timezone())
            # the first hours of year 1 are none in UTC, and that is what is stored
            return moment.astimezone(dt.UTC).astimezone(timezone.get_default_timezone())
        except (ValueError, OverflowError):
            raise ValueError(
                _("“%(value)s” is no moment. Write it like 2025-09-26 10:00.") % {"value": value[:40]}
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        local = value.astimezone(timezone.get_default_timezone())
        return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")

    def allowed(self) -> str:
        return _("day and time like 2025-09-26 10:00, on the clock of the fair")


class Reference(Cell):
    """Another record by its short name. `path` are the lookups whose values, joined by “/”, make the cell; `within`
    are columns of the same row that fix the lookups before them."""

    def __init__(
        self, rows: QuerySet[Any], *path: str, within: Mapping[str, str] | None = None, what: Any = ""
    ) -> None:
        super().__init__()
        self.rows, self.path, self.what = rows, path or ("slug",), what
        self.within = dict(within or {})
        self._found: dict[tuple[str, ...], Model] = {}
        self._known: list[str] | None = None
        self._suggested: dict[str, str] = {}

    def parts(self, value: str) -> list[str]:
        return [value] if value else []

    def prepare(self, rows: Iterable[Mapping[str, str]], column: str) -> None:
        values = {part for row in rows for part in self.parts(row.get(column, ""))}
        ends = sorted({value.rpartition("/")[2] if len(self.path) > 1 else value for value in values})
        lookups = (*self.within.values(), *self.path)
        ends = self._askable(ends)
        for start in range(0, len(ends), CHUNK):
            found = self.rows.filter(**{f"{self.path[-1]}__in": ends[start : start + CHUNK]})
            for record in found:
                self._found[tuple(_follow(record, lookup) for lookup in lookups)] = record

    def _askable(self, ends: list[str]) -> list[str]:
        """A column of numbers cannot be asked for anything else; what is left out is not found."""
        model: Any = self.rows.model
        field: Any = None
        for name in self.path[-1].split("__"):
            field = model._meta.get_field(name)
            model = field.related_model
        is_number = isinstance(field, IntegerField)
        return [end for end in ends if re.fullmatch(r"[0-9]{1,9}", end)] if is_number else ends

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        return self.one(value, row or {}) if value else None

    def one(self, value: str, row: Mapping[str, str]) -> Model:
        fixed = tuple(row.get(column, "") for column in self.within)
        record = self._found.get((*fixed, *(value.split("/") if len(self.path) > 1 else [value])))
        if record is not None:
            return record
        words = {"value": value[:80], "what": str(self.what or self.rows.model._meta.verbose_name), "near": ""}
        words["near"] = self.suggestion(value)
        if words["near"]:
            raise ValueError(_("There is no %(what)s “%(value)s”. Did you mean %(near)s?") % words)
        raise ValueError(_("There is no %(what)s “%(value)s”. Add it first, or correct the cell.") % words)

    def suggestion(self, value: str) -> str:
        """The known name most like this one. A file with hundreds of wrong names gets no more of them."""
        if value not in self._suggested and len(self._suggested) < MOST_SUGGESTIONS:
            if self._known is None:
                self._known = ["/".join(map(str, names)) for names in self.rows.values_list(*self.path)]
            self._suggested[value] = closest(value, self._known)
        return self._suggested.get(value, "")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else "/".join(_follow(value, lookup) for lookup in self.path)

    def allowed(self) -> str:
        what = str(self.what or self.rows.model._meta.verbose_name)
        return _("the short name of a record: %(what)s") % {"what": what}


class References(Reference):
    """Several records: their short names with semicolons between them, in order."""

    def parts(self, value: str) -> list[str]:
        return [part.strip() for part in value.split(";") if part.strip()]

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        return list(dict.fromkeys(self.one(part, row or {}) for part in self.parts(value)))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join("/".join(_follow(record, lookup) for lookup in self.path) for record in value or [])

    def allowed(self) -> str:
        return super().allowed() + _(", several with semicolons: a; b")


class Choices(Choice):
    """Several codes with semicolons between them."""

    def clean(self, value: str, row: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        codes = (super(Choices, self).clean(part.strip()) for part in value.split(";") if part.strip())
        return list(dict.fromkeys(codes))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        chosen = set(value or [])
        return "; ".join(code for code, _label in self.choices if code in chosen)

    def allowed(self) -> str:
        return super().allowed() + _(", several with semicolons: a; b")


def _follow(record: Any, path: str) -> str:
    value = record
    for name in path.split("__"):
        value = getattr(value, name)
    return str(value)
