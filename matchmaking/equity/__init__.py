"""Equity in exact arithmetic, integers and Decimals: percentages, the formation of a company, rewards."""

from matchmaking.equity.errors import SENTENCES, EquityError
from matchmaking.equity.formation import (
    CASH,
    CONTRIBUTIONS,
    GRANT,
    POOL,
    TECHNOLOGY,
    Finding,
    Formation,
    RewardFloor,
    Stake,
    check_formation,
    main_contributor_ok,
    needs_floor,
    reward_floor,
)
from matchmaking.equity.percentages import MOST_PLACES, percentages, share
from matchmaking.equity.reward import license_reward, net_income, self_use_rewards

__all__ = [
    "CASH",
    "CONTRIBUTIONS",
    "GRANT",
    "MOST_PLACES",
    "POOL",
    "SENTENCES",
    "TECHNOLOGY",
    "EquityError",
    "Finding",
    "Formation",
    "RewardFloor",
    "Stake",
    "check_formation",
    "license_reward",
    "main_contributor_ok",
    "needs_floor",
    "net_income",
    "percentages",
    "reward_floor",
    "self_use_rewards",
    "share",
]
