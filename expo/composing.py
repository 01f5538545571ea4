"""Sample innovations in words and figures: drawn by chance from the vocabulary, the same ones for the same seed.

Pure: no database. Every text comes in English and Chinese and says the same in both.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from expo.vocabulary import FIELDS, QUALITIES, RARE, Field, Pair

Item = TypeVar("Item")
RARE_SHARE = 0.25  # of the samples that speak of one of the rare words
RARE_TITLE_SHARE = 0.03
MODEL_SHARE = 0.12  # of the titles that end in a model number, which no other has


class Zipf(Generic[Item]):
    """A list of which the n-th item comes 1/n as often as the first."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.ends = list(accumulate(1 / n for n in range(1, len(items) + 1)))

    def draw(self, rng: Random) -> Item:
        return self.items[bisect(self.ends, rng.random() * self.ends[-1])]


@dataclass(frozen=True)
class Quantity:
    """A parameter: slug, names, unit, better, and the range its sample values come from, in `digits` decimals."""

    slug: str
    name: Pair
    unit: str
    better: str
    low: int
    high: int
    digits: int = 0


QUANTITIES = (
    Quantity("efficiency", ("efficiency", "效率"), "%", "higher", 60, 99, 1),
    Quantity("mass", ("mass", "质量"), "kg", "lower", 1, 900, 1),
    Quantity("production-cost", ("production cost", "生产成本"), "CNY", "lower", 20, 90_000),
    Quantity("service-life", ("service life", "使用寿命"), "h", "higher", 500, 90_000),
    Quantity("power", ("power", "功率"), "kW", "neither", 1, 5_000, 1),
    Quantity("accuracy", ("accuracy", "准确率"), "%", "higher", 85, 99, 2),
    Quantity("working-temperature", ("highest working temperature", "最高工作温度"), "°C", "higher", 60, 1_700),
    Quantity("density", ("density", "密度"), "g/cm³", "neither", 1, 19, 2),
    Quantity("response-time", ("response time", "响应时间"), "ms", "lower", 1, 400, 1),
    Quantity("resolution", ("resolution", "分辨力"), "µm", "lower", 1, 200, 1),
    Quantity("energy-density", ("energy density", "能量密度"), "W·h/kg", "higher", 90, 520),
    Quantity("tensile-strength", ("tensile strength", "抗拉强度"), "MPa", "higher", 80, 6_900),
    Quantity("thickness", ("thickness", "厚度"), "mm", "lower", 1, 80, 2),
    Quantity("throughput", ("throughput", "产能（处理量）"), "1/h", "higher", 10, 20_000),
    Quantity("noise-level", ("noise level", "噪声"), "dB", "lower", 22, 80),
    Quantity("purity", ("purity", "纯度"), "%", "higher", 95, 99, 4),
    Quantity("pressure", ("working pressure", "工作压力"), "MPa", "higher", 1, 120, 1),
    Quantity("thermal-conductivity", ("thermal conductivity", "导热系数"), "W/(m·K)", "neither", 1, 1_800, 2),
    Quantity("detection-limit", ("detection limit", "检出限"), "ppm", "lower", 1, 90, 2),
    Quantity("cycle-life", ("cycle life", "循环寿命"), "", "higher", 800, 20_000),
    Quantity("hardness", ("hardness", "硬度"), "HV", "higher", 200, 4_000),
    Quantity("coercivity", ("coercivity", "矫顽力"), "kA/m", "higher", 200, 2_600),
    Quantity("leak-rate", ("leak rate", "漏率"), "µPa·m³/s", "lower", 1, 60, 3),
    Quantity("dose-rate", ("dose rate", "剂量率"), "Gy/s", "neither", 1, 300, 1),
)

TITLES = (
    ("{Q} {t} for {u}", "面向{uz}的{qz}{tz}"),
    ("{Q} {t}", "{qz}{tz}"),
    ("{T} made with {m}", "采用{mz}的{tz}"),
    ("{M} for {q} {t}", "{qz}{tz}的{mz}技术"),
    ("{T} for {u} and {v}", "用于{uz}和{vz}的{tz}"),
    ("{Q} {t} with {t2}", "带{t2z}的{qz}{tz}"),
    ("{M} of {t} in {u}", "{uz}中{tz}的{mz}"),
)
BY_RARE = ("{R} for {t}", "{tz}用{rz}")
CLAIMS = (
    ("{PE} of {x}, {p}% better than what is in use today.", "{pez}达{x}，比现有产品改善{p}%。"),
    ("{PE} {x}; pays for itself in {k} months in {u}.", "{pez}{x}，用于{uz}时{k}个月收回投资。"),
    ("{Q} and ready for {u}: {pe} {x}.", "{qz}，可直接用于{uz}：{pez}{x}。"),
    ("Does with {m} what took {k} machines before.", "以{mz}完成过去{k}台设备的工作。"),
)
SENTENCES = (
    (
        "The {t} rests on {m}, which nobody could offer at this price before.",
        "该{tz}以{mz}为基础，此前无法以此价格提供。",
    ),
    ("It ran for {n} hours in {u} without a fault.", "已在{uz}连续运行{n}小时无故障。"),
    ("{M} replaces manual work on the {t2}.", "{mz}代替了{t2z}的人工操作。"),
    ("The {q} design fits {u} without rebuilding.", "{qz}设计，无需改造即可用于{uz}。"),
    ("Its {pe} is {p}% better than that of the {t2} it takes the place of.", "其{pez}比所替代的{t2z}改善{p}%。"),
    ("{n} samples went to users in {v}.", "已向{vz}用户交付样品{n}件。"),
    ("The {t2} and the {t} share one control unit.", "{t2z}与{tz}共用一套控制单元。"),
    ("Worn parts are changed in {k} minutes.", "易损件{k}分钟即可更换。"),
    ("When one {t2} fails the others carry on.", "单个{t2z}失效时其余部分继续工作。"),
    ("A digital twin of the {t} comes with it.", "随附{tz}的数字孪生模型。"),
    ("{M2} and {m} were brought into one step.", "将{m2z}与{mz}合为一道工序。"),
    ("The drawings, the process sheets and the list of suppliers are complete.", "图纸、工艺文件和供应商清单齐全。"),
    ("What remains is a pilot line of {n} pieces a year.", "下一步是建设年产{n}件的中试线。"),
)
OF_RARE = (
    ("A small share of {r} makes the difference.", "关键在于少量的{rz}。"),
    ("It is the first {t} that uses {r}.", "这是首个使用{rz}的{tz}。"),
    ("{R} takes the place of what had to be imported.", "以{rz}替代进口。"),
)
USES = ("{U}, {v}, {w}.", "{uz}、{vz}、{wz}。")


@dataclass(frozen=True)
class Figure:
    """What an innovation is said to reach."""

    quantity: Quantity
    operator: str
    value: Decimal
    value_to: Decimal | None = None
    is_change: bool = False


@dataclass(frozen=True)
class Draft:
    """One innovation, not yet a row. `texts` by column name."""

    field: Field
    texts: dict[str, str]
    trl: int | None
    stage: str
    figures: tuple[Figure, ...]


FIELD_LOT = Zipf(FIELDS)
LOTS = {field.slug: tuple(map(Zipf, (field.things, field.methods, field.uses))) for field in FIELDS}
QUALITY_LOT, RARE_LOT, QUANTITY_LOT = Zipf(QUALITIES), Zipf(RARE), Zipf(QUANTITIES)
TITLE_LOT, SENTENCE_LOT = Zipf(TITLES), Zipf(SENTENCES)


def compose(rng: Random) -> Draft:
    field = FIELD_LOT.draw(rng)
    figures = tuple(_figures(rng))
    words = _words(rng, field, figures[0])
    trl = rng.choices((None, 2, 3, 4, 5, 6, 7, 8, 9), (4, 3, 6, 10, 14, 20, 18, 15, 10))[0]
    stage = "" if trl is None else ("early" if trl < 5 else "middle" if trl < 8 else "mature")
    return Draft(field, dict(_texts(rng, words)), trl, stage, figures)


def _figures(rng: Random) -> Iterator[Figure]:
    """One to four, each of another quantity."""
    quantities = dict.fromkeys(QUANTITY_LOT.draw(rng) for _ in range(rng.randint(1, 4)))
    for quantity in quantities:
        chance = rng.random()
        if chance < 0.15:
            yield Figure(
                quantity, "eq", Decimal(rng.randint(5, 60) * (-1 if quantity.better == "lower" else 1)), None, True
            )
            continue
        value = _amount(rng, quantity)
        if chance < 0.3:
            yield Figure(quantity, "between", value, value + max(Decimal(1), value / 4).quantize(Decimal(1)))
        else:
            operator = {"higher": "ge", "lower": "le", "neither": "eq"}[quantity.better]
            yield Figure(quantity, operator if chance < 0.7 else "eq", value)


def _amount(rng: Random, quantity: Quantity) -> Decimal:
    scale = 10**quantity.digits
    return Decimal(rng.randint(quantity.low * scale, quantity.high * scale)).scaleb(-quantity.digits)


def _words(rng: Random, field: Field, figure: Figure) -> dict[str, str]:
    """What the templates speak of, by name: `t` and `tz` are one thing in both languages, `T` begins a sentence."""
    things, methods, uses = LOTS[field.slug]
    other_things, other_methods, other_uses = LOTS[rng.choice(FIELDS).slug if rng.random() < 0.3 else field.slug]
    places = dict.fromkeys([uses.draw(rng), other_uses.draw(rng), *rng.sample(field.uses, 3)])
    drawn: dict[str, Pair] = dict(zip("uvw", places, strict=False))
    drawn |= {
        "t": things.draw(rng),
        "t2": other_things.draw(rng),
        "m": methods.draw(rng),
        "m2": other_methods.draw(rng),
    }
    drawn |= {"q": QUALITY_LOT.draw(rng), "r": RARE_LOT.draw(rng), "pe": figure.quantity.name}
    if drawn["t2"] == drawn["t"]:
        drawn["t2"] = rng.choice([thing for thing in field.things if thing != drawn["t"]])
    if drawn["m2"] == drawn["m"]:
        drawn["m2"] = rng.choice([method for method in field.methods if method != drawn["m"]])
    words = {"x": _told(figure), "p": str(rng.randint(5, 60)), "k": str(rng.randint(3, 36))}
    words["n"] = str(rng.choice((12, 40, 200, 600, 1000, 2400, 5000, 8000)))
    for name, (english, chinese) in drawn.items():
        words[name] = english
        words[name.upper()] = english[0].upper() + english[1:]
        words[f"{name}z"] = chinese
    return words


def _told(figure: Figure) -> str:
    unit = "%" if figure.is_change else figure.quantity.unit
    value = f"{figure.value:f}" if figure.value_to is None else f"{figure.value:f}–{figure.value_to:f}"
    return f"{value} {unit}".strip() if unit != "%" else f"{value}%"


def _texts(rng: Random, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    title = BY_RARE if rng.random() < RARE_TITLE_SHARE else TITLE_LOT.draw(rng)
    model = " " + _model(rng) if rng.random() < MODEL_SHARE else ""
    story = list(dict.fromkeys(SENTENCE_LOT.draw(rng) for _ in range(rng.randint(3, 6))))
    if rng.random() < RARE_SHARE:
        story.insert(1, rng.choice(OF_RARE))
    for name, (english, chinese) in (("title", title), ("claim", rng.choice(CLAIMS)), ("uses", USES)):
        tail = model if name == "title" else ""
        yield f"{name}_en", english.format_map(words) + tail
        yield f"{name}_zh", chinese.format_map(words) + tail
    yield "abstract_en", " ".join(english.format_map(words) for english, _chinese in story)
    yield "abstract_zh", "".join(chinese.format_map(words) for _english, chinese in story)


def _model(rng: Random) -> str:
    return "".join(rng.choices("ABCDEFGHKLMNPQRSTWXYZ", k=2)) + f"-{rng.randint(100, 99_999)}"
