"""What the contributors of an achievement get in money. Promotion of Transformation law (2015), art. 45.

Amounts are Decimals in one currency; percentages are whole and come from the rule in force, never from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from matchmaking.equity.exact import EXACT, UPWARD, amount, balance, percent

CENT = Decimal("0.01")


def net_income(fee: Decimal, costs: Iterable[Decimal]) -> Decimal:
    """The fee of a license or transfer less its costs (appraisal, annual fees, brokerage): exact, below 0 for a loss.

    EquityError: `not_an_amount`, `negative`.
    """
    net = amount("fee", fee)
    for cost in costs:
        net = EXACT.subtract(net, amount("cost", cost))
    return net


def license_reward(net: Decimal, *, pct: int) -> Decimal:
    """The least the contributors get of a net income: `pct` percent, 0 of a loss.

    The law's floor, or more by an institution's own rule. A fraction of a cent counts as a cent: a floor is not
    undercut. EquityError: `not_an_amount`, `not_whole`, `percent_out_of_range`.
    """
    hundredth = EXACT.scaleb(max(Decimal(0), balance("net", net)), -2)
    return UPWARD.quantize(EXACT.multiply(hundredth, Decimal(percent(pct))), CENT)


def self_use_rewards(profits: Mapping[int, Decimal], *, pct: int) -> dict[int, Decimal]:
    """The least the contributors get of each year's operating profit, where the holder uses the achievement itself.

    Each year stands alone: a year of loss is 0 and lessens no other year, which is our reading of the law. Which years
    count is the caller's. EquityError as `license_reward`.
    """
    return {year: license_reward(profit, pct=pct) for year, profit in profits.items()}
