"""The companies the equity tests are told about."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from matchmaking.equity import CASH, POOL, TECHNOLOGY, EquityError, Formation, Stake

AGREED = Decimal("3000000.00")
APPRAISED = Decimal("3120000.00")


def make_formation(**units: int) -> Formation:
    """10 000 000 units: cash 60 %, technology 30 %, 70 % of it the team's, pool 10 %; `units` change single rows."""
    stakes = (
        Stake("INV", units.get("INV", 6_000_000), CASH),
        Stake("UNI", units.get("UNI", 900_000), TECHNOLOGY),
        Stake("PI", units.get("PI", 1_050_000), TECHNOLOGY, is_team=True),
        Stake("B", units.get("B", 630_000), TECHNOLOGY, is_team=True),
        Stake("C", units.get("C", 420_000), TECHNOLOGY, is_team=True),
        Stake("ESOP", units.get("ESOP", 1_000_000), POOL),
    )
    return Formation(stakes)


def refusal_of(act: Callable[[], object]) -> EquityError:
    """The error an act is refused with; its sentence has every value filled in."""
    with pytest.raises(EquityError) as refusal:
        act()
    assert "{" not in str(refusal.value)
    assert str(refusal.value).endswith(".")
    return refusal.value
