"""What is asked before an act: why, and a tick where it cannot be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.forms.records import ReasonForm

if TYPE_CHECKING:
    from expo.admin.acts import Act

TICK = _("I understand that this cannot be undone")
UNTICKED = _("Nothing was done. Tick the box when you mean it.")


class AskForm(ReasonForm):
    """The words of an act, the tick, and a mark of what was shown: what has changed since is shown again first."""

    understood = forms.BooleanField(label=TICK, error_messages={"required": UNTICKED})
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, act: Act, records: Sequence[Any]) -> None:
        super().__init__(data, required=act.reason == "required")
        self.touched = act.touches(records) if act.asks and act.touches else []
        self.mark = mark_of(records, self.touched)
        if not act.reason:
            del self.fields["reason"]
        if not act.irreversible:
            del self.fields["understood"], self.fields["seen"]
        else:
            self.initial["seen"] = self.mark

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "seen" not in self.fields or data.get("seen") == self.mark:
            return data
        if data.get("seen"):
            self._show_again()
        elif "understood" not in self.errors:  # ticked without having seen the page
            self.add_error("understood", UNTICKED)
        return data

    def _show_again(self) -> None:
        """The tick was for something else: take it away, keep the words, and mark what is shown now."""
        self.add_error(
            None, gettext("This has changed since you opened the page. Nothing was done: look again, then decide.")
        )
        data = self.data.copy()  # type: ignore[attr-defined]
        data.pop("understood", None)
        data["seen"] = self.mark
        self.data = data

    @property
    def words(self) -> dict[str, Any]:
        """What the act is given besides its record."""
        return {name: value for name, value in self.cleaned_data.items() if name == "reason"}

    def words_for(self, record: Any) -> dict[str, Any]:
        """What it is given with one of several records, where each has fields of its own."""
        return self.words


def mark_of(records: Sequence[Any], touched: Sequence[str]) -> str:
    """Another one as soon as a record, its state or what hangs on it is another."""
    rows = [f"{record.pk} {getattr(record, 'state', '')} {getattr(record, 'version', '')}" for record in records]
    return hashlib.sha256("\n".join([*sorted(rows), *touched]).encode()).hexdigest()[:32]
