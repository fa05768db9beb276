"""Figures are read whole: number, unit and hedge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.figures import cuts_figure, find_figures, subtract
from index.types import Span


@pytest.mark.parametrize(
    ("text", "value", "unit", "hedge"),
    [
        ("实现194亿元", "19400000000", "元", ""),
        ("近7000人", "7000", "人", "近"),
        ("82万余株", "820000", "株", "余"),
        ("20余亿元", "2000000000", "元", "余"),
        ("15个以上", "15", "个", "以上"),
        ("增长6.5%左右", "6.5", "%", "左右"),
        ("不少于1200个", "1200", "个", "不少于"),
        ("20个百分点", "20", "个百分点", ""),
        ("12平方公里", "12", "平方公里", ""),
        ("22架次", "22", "架次", ""),
        ("3—5个", "5", "个", ""),
        ("1,030名", "1030", "名", ""),
    ],
)
def test_a_figure_is_read_with_unit_and_hedge(text, value, unit, hedge):
    (figure,) = find_figures(text)
    assert (figure.value, figure.unit, figure.hedge) == (Decimal(value), unit, hedge)


@pytest.mark.parametrize(
    "text", ["近7000人", "82万余株", "15个以上", "6.5%左右", "3—5个", "1,030名", "20个百分点"]
)
def test_every_cut_through_a_figure_is_noticed(text):
    framed = f"达到{text},其中"
    start = framed.index(text)
    for edge in range(start + 1, start + len(text)):
        assert cuts_figure(framed, Span(0, edge)), framed[:edge]
        assert cuts_figure(framed, Span(edge, len(framed))), framed[edge:]
    assert not cuts_figure(framed, Span(start, start + len(text)))


@pytest.mark.parametrize(
    ("larger", "smaller", "difference"),
    [
        ("116家", "43家", "73"),
        ("1.4万人", "9000人", "5000"),
        ("1.2亿元", "3000万元", "9000"),
        ("20%", "6%", "14"),
    ],
)
def test_a_difference_is_given_in_the_magnitude_of_the_smaller_figure(larger, smaller, difference):
    (one,), (other,) = find_figures(larger), find_figures(smaller)
    assert f"{subtract(one, other):f}" == difference


@given(st.text(alphabet="0123456789.,%万亿元个近余左右以上—", max_size=30))
def test_figures_stand_where_they_say(text):
    for figure in find_figures(text):
        assert figure.span.of(text) == figure.text
