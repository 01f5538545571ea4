"""The whole of `full_clean` for many records: the same refusals, without a query for each of them.

Keys of other records are trusted where the record itself is at hand; conditions of the database are computed here;
what must be unique is looked up for all records at once. Whatever is not understood here is asked of the database.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db.models import CheckConstraint, F, ForeignKey, Model, Q, UniqueConstraint
from django.utils.translation import gettext as _

from expo.models import Record

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, among: value in among,
    "range": lambda value, ends: ends[0] <= value <= ends[1],
}
CHUNK = 500
UNSAVED = object()  # stands for the key of a record that is at hand but not stored yet
Problems = dict[str, list[str]]


class NotUnderstood(Exception):
    """A condition that only the database can judge."""


def problems_of(record: Record, *, taken: Taken | None = None) -> Problems:
    """What `full_clean` would refuse, by field ("__all__" for the whole record); empty where it would accept."""
    problems: Problems = {}
    try:
        record.clean_fields(exclude=_known_keys(record) | _known_choices(record))
    except ValidationError as error:
        _add(problems, error)
    try:
        if not problems:  # `clean` may lean on what `clean_fields` refuses
            record.clean()
    except ValidationError as error:
        _add(problems, error)
    for constraint in record._meta.constraints:
        if not _is_plain(constraint):
            _add_broken(problems, record, constraint)
    if taken is not None:
        taken.add_to(problems, record)
    return problems


def _known_keys(record: Model) -> set[str]:
    """Foreign keys whose record is at hand, or that point where they pointed before."""
    return {
        field.name
        for field in record._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and (getattr(record, field.attname) is not None or field.get_cached_value(record, default=None) is not None)
    }


def _known_choices(record: Model) -> set[str]:
    """Fields that hold one of their choices. A list of countries takes a millisecond to go through, each time."""
    return {
        name
        for name, codes in _choices(type(record)).items()
        if str(getattr(getattr(record, name), "code", getattr(record, name))) in codes
    }


@cache
def _choices(model: type[Model]) -> dict[str, frozenset[str]]:
    fields = (field for field in model._meta.concrete_fields if field.choices)
    return {field.name: frozenset(str(code) for code, _label in field.flatchoices if code) for field in fields}


def _add(problems: Problems, error: ValidationError) -> None:
    for name, messages in (
        error.message_dict.items() if hasattr(error, "error_dict") else [(NON_FIELD_ERRORS, error.messages)]
    ):
        kept = problems.setdefault(name, [])
        kept.extend(message for message in messages if message not in kept)


# ---------------------------------------------------------------------------------------------------- conditions
def _add_broken(problems: Problems, record: Model, constraint: Any) -> None:
    try:
        broken = isinstance(constraint, CheckConstraint) and holds(constraint.condition, record) is False
        if not isinstance(constraint, CheckConstraint):
            raise NotUnderstood
    except NotUnderstood:
        try:
            constraint.validate(type(record), record)
        except ValidationError as error:
            _add(problems, error)
        return
    if not broken:
        return
    fields = list(dict.fromkeys(_fields_in(constraint.condition)))
    if any(name in problems for name in fields):
        return
    at, words = _in_words(record, constraint, fields)
    problems.setdefault(at, []).append(words)


def _in_words(record: Model, constraint: Any, fields: list[str]) -> tuple[str, str]:
    """The field to put a broken condition to, and what to say: its own words, or what can be told from it."""
    if len(fields) == 2 and fields[0].endswith("_en") and fields[1].endswith("_zh"):
        return fields[0], _("Write it in English or in Chinese: both are empty.")
    at = next((name for name in fields if name != "state"), fields[0])  # a state is not typed in
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return at, str(constraint.get_violation_error_message())
    for part in constraint.condition.children:
        if isinstance(part, tuple) and _holds_part(part, record) is False:
            name, _sep, lookup = part[0].partition("__")
            if lookup == "gt":
                return name, _("This must be more than %(least)s.") % {"least": part[1]}
            if lookup == "gte":
                return name, _("This must be at least %(least)s.") % {"least": part[1]}
            at = name
    labels = ", ".join(str(_field(record, name).verbose_name) for name in fields)
    return at, _("These do not fit together: %(fields)s.") % {"fields": labels}


def holds(condition: Any, record: Model) -> bool | None:
    """Whether a condition is true of a record, by the database's logic: None where something in it is unknown."""
    if not isinstance(condition, Q):
        raise NotUnderstood
    parts = [_holds_part(part, record) for part in condition.children]
    if condition.connector == Q.OR:
        found = True if True in parts else (None if None in parts else False)
    elif condition.connector == Q.AND:
        found = False if False in parts else (None if None in parts else True)
    else:
        raise NotUnderstood
    return found if found is None or not condition.negated else not found


def _holds_part(part: Any, record: Model) -> bool | None:
    if isinstance(part, Q):
        return holds(part, record)
    if not isinstance(part, tuple):
        raise NotUnderstood
    path, wanted = part
    name, _sep, lookup = path.partition("__")
    value, lookup = _value(record, name), lookup or "exact"
    if isinstance(wanted, F):
        wanted = _value(record, wanted.name)
    if lookup == "isnull":
        return (value is None) is wanted
    if lookup == "exact" and wanted is None and not isinstance(part[1], F):
        return value is None
    if lookup not in COMPARE:
        raise NotUnderstood
    if value is None or wanted is None:
        return None
    return COMPARE[lookup](value, wanted)


def _value(record: Model, name: str) -> Any:
    if name == "pk":
        return record.pk
    try:
        field: Any = record._meta.get_field(name)
    except FieldDoesNotExist:
        raise NotUnderstood from None
    value = getattr(record, field.attname)
    if value is None and isinstance(field, ForeignKey) and field.get_cached_value(record, default=None) is not None:
        return UNSAVED
    return value.code or "" if hasattr(value, "code") else value


def _field(record: Model, name: str) -> Any:
    return record._meta.get_field(name)


def _fields_in(condition: Any) -> Iterator[str]:
    for part in condition.children:
        if isinstance(part, Q):
            yield from _fields_in(part)
        else:
            yield part[0].partition("__")[0]


# ---------------------------------------------------------------------------------------------------- unique values
class Taken:
    """Which unique values other records hold, for many records of one model, looked up together."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.sets = list(_unique_sets(type(records[0]))) if records else []
        self.holders: list[dict[tuple[Any, ...], Any]] = [self._stored(names, records) for names in self.sets]

    def _stored(self, names: tuple[str, ...], records: Sequence[Record]) -> dict[tuple[Any, ...], Any]:
        model = type(records[0])
        last = names[-1]
        values = sorted(
            {value for record in records if (value := _value(record, last)) not in (None, "", UNSAVED)}, key=str
        )
        found: dict[tuple[Any, ...], Any] = {}
        for start in range(0, len(values), CHUNK):
            rows = model._base_manager.filter(**{f"{last}__in": values[start : start + CHUNK]})
            for pk, *stored in rows.values_list("pk", *names):
                found[tuple(stored)] = pk
        return found

    def add_to(self, problems: Problems, record: Record) -> None:
        """Note what of this record another one holds already, and from now on count its own values as taken."""
        for names, holders in zip(self.sets, self.holders, strict=True):
            values = tuple(_value(record, name) for name in names)
            if None in values or UNSAVED in values:
                continue
            holder = holders.setdefault(values, record.pk or id(record))
            if holder != (record.pk or id(record)) and not any(name in problems for name in names):
                labels = ", ".join(str(_field(record, name).verbose_name) for name in names)
                problems.setdefault(names[-1], []).append(
                    _("Another record has this already: %(fields)s must be unique.") % {"fields": labels}
                )


def _unique_sets(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """The fields of each plain unique condition; one with a condition of its own is left to the database."""
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    constraints: Sequence[Any] = model._meta.constraints
    yield from (tuple(constraint.fields) for constraint in constraints if _is_plain(constraint))


def _is_plain(constraint: Any) -> bool:
    return isinstance(constraint, UniqueConstraint) and bool(constraint.fields) and constraint.condition is None


def first_problems(records: Iterable[Record]) -> ValidationError | None:
    """The refusal of the first record that has one, as `full_clean` would raise it."""
    rows = list(records)
    taken = Taken(rows)
    for record in rows:
        if problems := problems_of(record, taken=taken):
            return ValidationError(dict(problems))
    return None
