"""How texts, sums and signs are written, in both languages."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from expo.models import LocalizedText
from expo.templatetags import fair, metrics
from tests.factories import make_figure, make_metric

ENGLISH = LocalizedText("First.\n\nSecond & last.", "en", False)
CHINESE = LocalizedText("第一段\n\n第二段", "zh-hans", True)


def test_a_text_in_the_readers_language_carries_no_mark() -> None:
    assert fair.bilingual(ENGLISH) == "First.\n\nSecond &amp; last."
    assert fair.paragraphs(ENGLISH) == "<p>First.</p>\n\n<p>Second &amp; last.</p>"


def test_every_paragraph_of_a_stand_in_text_says_its_language() -> None:
    html = fair.paragraphs(CHINESE)
    assert html.startswith('<div lang="zh-Hans"><p>第一段</p>\n\n<p>第二段</p></div>')
    assert '<span class="fallback">Chinese only</span>' in html


def test_a_clipped_text_is_cut_before_its_markup() -> None:
    assert fair.clipped(LocalizedText("第一段文字很长", "zh-hans", True), 4) == '<span lang="zh-Hans">第一段…</span>'
    assert fair.clipped(LocalizedText("<b>", "en", False), 9) == "&lt;b&gt;"
    assert fair.clipped("", 9) == ""


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        ("1234567", "CNY", "¥1,234,567", "123.5\xa0万元"),
        ("18.60", "CNY", "¥18.60", "¥18.60"),
        ("100000000000", "CNY", "¥100,000,000,000", "1,000\xa0亿元"),
        ("28400", "EUR", "EUR\xa028,400", "EUR\xa028,400"),
    ],
)
def test_money_is_written_as_each_language_writes_it(amount: str, currency: str, english: str, chinese: str) -> None:
    assert fair.money(Decimal(amount), currency) == english
    with override("zh-hans"):
        assert fair.money(Decimal(amount), currency) == chinese


def test_figures_are_told_with_their_scale(db: None) -> None:
    figure = make_figure(value=Decimal(100_000_000_000), unit="CNY", precision="over")
    assert metrics.figure_words(figure) == metrics.Told("¥100", "billion +")
    with override("zh-hans"):
        assert metrics.figure_words(figure) == metrics.Told("1,000", "亿元+")
    assert metrics.figure_words(make_figure(value=Decimal(2000), precision="over")) == metrics.Told("2,000+", "")


def test_a_change_is_drawn_against_a_hundred(db: None) -> None:
    metric = make_metric(value=Decimal(-20), value_to=Decimal(-15), operator="between", is_change=True)
    assert metrics.measure(metric) == "−20 to −15 %"
    assert metrics.change_bar(metric) == metrics.Bar("80–85", "100.0", "80.0", "5.0")
    more = make_metric(value=Decimal(25), is_change=True)
    assert metrics.measure(more) == "+25 %"
    assert metrics.change_bar(more) == metrics.Bar("125", "80.0", "100.0", "")


def test_a_measure_names_operator_and_unit(db: None) -> None:
    assert metrics.measure(make_metric(value=Decimal("1200.50"), operator="ge")) == "≥ 1,200.5 kg"
