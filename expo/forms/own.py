"""The form of an own page: the record's fields, the rows below it, and what somebody else did to them meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.forms.lines import lines_in_words
from expo.forms.records import VersionedForm
from expo.forms.secrecy import SecrecyForm
from expo.models import Organization, Parameter, Revision
from expo.own.keeping import merged_lines
from expo.own.lines import Lines, Values, line_names, values_of
from expo.own.nouns import OwnNoun
from expo.saving import change_in, set_known
from expo.secrecy import QUESTION

EMPTY_ROWS = 2
MOST_ROWS = 40
ALWAYS = (QUESTION, "version", "change")


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def rows(number: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number})


class OwnForm(VersionedForm):
    """Only the fields of its Meta are taken: whose the record is, its state and its place cannot be sent along.

    `modes_of` names rows that are ticks of one field, `modes`. `change` names the waiting change as it was read.
    """

    change = forms.CharField(required=False, widget=forms.HiddenInput)
    modes_of: ClassVar[str] = ""

    def __init__(
        self, *args: Any, organization: Organization, waiting: Revision | None = None, ticked: Any = (), **kwargs: Any
    ) -> None:
        self.organization, self.waiting, self.is_stale = organization, waiting, False
        super().__init__(*args, **kwargs)
        self.initial["change"] = token_of(waiting)
        if "modes" in self.fields:
            self.initial["modes"] = list(ticked)
        self.narrow(organization)

    def show_only(self, names: Sequence[str]) -> None:
        for name in [name for name in self.fields if name not in {*names, *ALWAYS}]:
            del self.fields[name]

    def narrow(self, organization: Organization) -> None:
        """Offer only what the organization may choose from."""

    @property
    def record_fields(self) -> tuple[str, ...]:
        """The fields of the record that the form shows."""
        return tuple(name for name in self._meta.fields or () if name in self.fields)

    def _own_fields(self) -> list[str]:
        return [name for name in super()._own_fields() if name != "change"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if (
            self.instance.pk is not None
            and not self.is_stale
            and self.cleaned_data.get("change") != token_of(self.waiting)
        ):
            self._tell_changes(None)
            self._follow()
        return data

    def _follow(self) -> None:
        super()._follow()
        self.is_stale = True
        self.data[self.add_prefix("change")] = token_of(self.waiting)  # type: ignore[index]

    def ticked_lines(self) -> Lines:
        """The rows that its ticks stand for."""
        if not self.modes_of or "modes" not in self.fields:
            return {}
        return {self.modes_of: [{"mode": mode} for mode in self.cleaned_data["modes"]]}


class SecretForm(SecrecyForm, OwnForm):
    """Asks first whether anything is classified."""


def token_of(revision: Revision | None) -> str:
    return f"{revision.pk}.{revision.version}" if revision else ""


def modes_field(choices: Any, label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


# ------------------------------------------------------------------ rows below the record
class OneOf(forms.TypedChoiceField):
    """One of few records, asked for once for all rows."""

    def __init__(self, **kwargs: Any) -> None:
        self.known: dict[str, Model] = {}
        super().__init__(empty_value=None, **kwargs)

    def offer(self, known: dict[str, Model]) -> None:
        self.known = known
        self.choices = [("", "–"), *((key, str(record)) for key, record in known.items())]

    def clean(self, value: Any) -> Model | None:
        return self.known.get(super().clean(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class LineForm(forms.ModelForm):
    def __init__(self, *args: Any, parent: Model, back: str, parameters: dict[str, Model], **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        setattr(self.instance, back, parent)
        for field in self.fields.values():
            if isinstance(field, OneOf):
                field.offer(parameters)
                if not field.label:
                    field.label = capfirst(self._meta.model._meta.get_field("parameter").verbose_name)


class MeasuredForm(LineForm):
    parameter = OneOf(label=_("Parameter"))


MEASURED = (
    "parameter", "operator", "value", "value_to", "baseline_en", "baseline_zh", "condition_en", "condition_zh",
    "is_change",
)  # fmt: skip


class LineFormSet(forms.BaseFormSet):
    """Rows of one kind. They carry no keys: what is sent can reach no row of another record."""

    model: ClassVar[type[Model]]
    relation: ClassVar[str]

    def __init__(self, *args: Any, parent: Model, **kwargs: Any) -> None:
        needs = any(isinstance(field, OneOf) for field in self.form.base_fields.values())
        known = {str(row.pk): row for row in Parameter.objects.all()} if needs else {}
        back = parent._meta.get_field(self.relation).field.name  # type: ignore[union-attr]
        self.parent = parent
        kwargs["form_kwargs"] = {"parent": parent, "back": back, "parameters": known}
        super().__init__(*args, **kwargs)

    @property
    def label(self) -> str:
        return str(capfirst(self.model._meta.verbose_name_plural))

    def _filled(self) -> Iterator[Any]:
        for form in self.forms:
            taken_out = self._should_delete_form(form)  # type: ignore[attr-defined]
            if not taken_out and (form.has_changed() or self.is_initial(form)):
                yield form

    def is_initial(self, form: Any) -> bool:
        return self.forms.index(form) < self.initial_form_count()

    def clean(self) -> None:
        """What may be there once is there once."""
        for constraint in self.model._meta.constraints:
            if not isinstance(constraint, UniqueConstraint) or not constraint.fields:
                continue
            names = [name for name in constraint.fields if name in self.form.base_fields]
            seen: set[tuple[Any, ...]] = set()
            for form in self._filled():
                key = tuple(getattr(form, "cleaned_data", {}).get(name) for name in names)
                if key in seen:
                    form.add_error(None, _("This stands here twice. Tick one of the two to take it out."))
                seen.add(key)

    def lines(self) -> list[Values]:
        """The rows as plain values, in their order."""
        names = line_names(self.parent._meta.get_field(self.relation))
        return [values_of(form.instance, names) for form in self._filled()]


def line_formset(model: type[Model], relation: str, fields: Sequence[str], **options: Any) -> type[LineFormSet]:
    base = MeasuredForm if "parameter" in fields else LineForm
    form = forms.modelform_factory(model, form=base, fields=list(fields), **options)
    made = forms.formset_factory(
        form, formset=LineFormSet, extra=EMPTY_ROWS, can_delete=True, can_delete_extra=False, max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 5, validate_max=True,
    )  # fmt: skip
    made.model, made.relation = model, relation  # type: ignore[attr-defined]
    return made  # type: ignore[return-value]


def is_flat(row: Any) -> bool:
    """Whether it can be a row of a record: names with plain values."""
    return isinstance(row, dict) and not any(isinstance(value, (dict, list)) for value in row.values())


# ------------------------------------------------------------------ the whole page
class Editor:
    """Form and rows of one record. `waiting` (a change under review) or `returned` (one that came back) fill it;
    `only` some fields are asked for a new one."""

    def __init__(
        self,
        own: OwnNoun,
        organization: Organization,
        record: Any,
        *,
        waiting: Revision | None = None,
        returned: Revision | None = None,
        data: Any = None,
        only: tuple[str, ...] = (),
    ) -> None:
        self.own, self.record, self.data = own, record, data
        source = waiting or returned
        self.stored = merged_lines(record, source)
        if source is not None:
            set_known(record, change_in(source.data).fields)
        ticked = [row["mode"] for row in self.stored.get(own.form.modes_of, [])]
        self.form = own.form(data, instance=record, organization=organization, waiting=waiting, ticked=ticked)
        if only:
            self.form.show_only(only)
        self.formsets = {} if only else {name: self._rows(name, data) for name in own.lines}

    def _rows(self, name: str, data: Any) -> LineFormSet:
        """What was sent is held against what the page was opened with."""
        initial = self.stored[name] if data is None else self._sent_back().get(name, self.stored[name])
        return self.own.lines[name](data, parent=self.record, prefix=name, initial=initial)

    @property
    def opened(self) -> str:
        """The rows as the page was opened with, to be sent back."""
        return json.dumps({name: self.stored[name] for name in self.own.lines})

    def is_valid(self) -> bool:
        """The rows are judged with the record as it was typed: they may say no more than it says."""
        sound = self.form.is_valid()
        unsound = [rows for rows in self.formsets.values() if not rows.is_valid()]
        if self.form.is_stale:
            self._follow_rows()
        return sound and not unsound

    def lines(self) -> Lines:
        return {**self.form.ticked_lines(), **{name: rows.lines() for name, rows in self.formsets.items()}}

    def _follow_rows(self) -> None:
        """Rows that nobody touched here become what is stored; of others it is told what is stored by now."""
        opened = self._sent_back()
        for name, formset in self.formsets.items():
            if opened.get(name, self.stored[name]) == self.stored[name]:
                continue
            if formset.is_valid() and formset.lines() == opened[name]:
                self.formsets[name] = self._rows(name, None)
            else:
                words = gettext("%(rows)s were changed too. Stored now: %(stored)s. What you typed is still here.")
                stored = "; ".join(lines_in_words(self.record, name, self.stored[name]))
                self.form.add_error(None, words % {"rows": formset.label, "stored": stored})

    def _sent_back(self) -> Lines:
        """The rows as the page was opened with: only to compare, never to store."""
        try:
            found = json.loads(self.data.get("opened", ""))
        except (ValueError, RecursionError):
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {name: rows for name, rows in pairs if isinstance(rows, list) and all(is_flat(row) for row in rows)}

    def parts(self) -> Iterator[dict[str, Any]]:
        """The sections of the page, in order, with their bound fields or rows."""
        for section in self.own.sections:
            fields = [self.form[name] for name in section.fields if name in self.form.fields]
            yield {"section": section, "fields": fields, "formset": self.formsets.get(section.lines)}

    @property
    def has_bad_rows(self) -> bool:
        return self.data is not None and any(rows.is_bound and not rows.is_valid() for rows in self.formsets.values())
