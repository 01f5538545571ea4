"""The one error of this package, and the English sentence of every code: of its errors and of its findings."""

from __future__ import annotations

from collections.abc import Mapping

# Whoever shows these in another language translates by code and fills in the same named values.
SENTENCES = {
    # Values that are no numbers of this domain: EquityError
    "not_whole": "{name} must be a whole number, not {value!r}.",
    "negative": "{name} must not be negative: {value:,}.",
    "not_an_amount": "{name} must be an exact and finite decimal amount, not {value!r}.",
    "places_out_of_range": "A percentage has 0 to {most} decimal places, not {places}.",
    "percent_out_of_range": "A percentage of a rule lies between 0 and 100, not at {pct}.",
    "no_holders": "There is nobody to share among.",
    "part_above_whole": "{part:,} is more than the whole, {whole:,}.",
    "holder_missing": "A stake needs the name of its holder.",
    "contribution_unknown": "{contribution!r} is no contribution; the contributions are {known}.",
    "par_not_positive": "The price of a unit at par must be more than 0, not {par}.",
    # Both: an error where a percentage is asked for, a finding where a formation is checked
    "total_not_positive": "There must be more than 0 units in total, not {total:,}.",
    # What a check of a formation finds: Finding
    "units_not_positive": "{holder} ({contribution}) must have more than 0 units, not {units:,}.",
    "holder_twice": "{holder} is named {times} times for the same contribution, {contribution}.",
    "declared_total_differs": "The stakes add up to {total:,} units, not the declared {declared:,}: {difference:+,}.",
    "agreed_value_missing": "There is a technology stake of {units:,} units, but no value of the technology is agreed.",
    "stake_not_agreed_value": "The technology stake is {stake:,} at par, the agreed value {agreed:,}: {difference:+,}.",
    "agreed_above_appraised": "The agreed value {agreed:,} is above the appraised value {appraised:,}.",
    "founders_liable": "The other founders are jointly liable for a shortfall of the technology: {shortfall:,}.",
}


def sentence(code: str, values: Mapping[str, object]) -> str:
    """The English sentence of a code, its values filled in."""
    return SENTENCES[code].format(**values)


class EquityError(ValueError):
    """A number that cannot be computed with; `code` is a key of SENTENCES, `values` are what its sentence names."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return sentence(self.code, self.values)
