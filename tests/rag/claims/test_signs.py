"""A claim with another sign, point or unit than its sources never passes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.verification.claims import Source, find_problems
from tests.rag.reports import TEXT, make_report


def state(words: str) -> list[Source]:
    """Return a report's sentence `words` as the one source."""
    report = make_report(TEXT.replace("引进科技人才近900人。", f"引进科技人才近900人。{words}。"))
    return [
        Source(report.document, passage, passage.span)
        for passage in report.structure.passages
        if words in passage.span.of(report.document.text)
    ]


@pytest.mark.parametrize(
    "source", ["进口总额增长-1.5%", "进口总额增长－1.5%", "进口总额增长−1.5％", "进口总额增长负1.5%"]
)
@pytest.mark.parametrize(
    "claim", ["进口总额增长1.5%。", "进口总额增长15%。", "进口总额增长了1.5%。", "进口总额增长百分之一点五。"]
)
def test_a_growth_is_no_decline(source, claim):
    assert find_problems(claim, state(source))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("进口总额增长-1.5%", "进口总额增长-1.5%。"),
        ("进口总额增长－1.5％", "进口总额增长-1.5%。"),
        ("进口总额完成12．6亿元", "进口总额完成12.6亿元。"),
        ("粮食产量达到两万三千吨", "粮食产量达到2.3万吨。"),
        ("粮食产量增长百分之六点五", "粮食产量增长6.5%。"),
        ("茶园面积1，250亩", "茶园面积1250亩。"),
        ("奖补资金达到1.2 亿元", "奖补资金达到1.2亿元。"),
    ],
)
def test_another_form_of_the_same_figure_passes(source, claim):
    assert find_problems(claim, state(source)) == []


@pytest.mark.parametrize(
    ("claim", "passes"),
    [
        ("进口总额下降3.2%，出口总额增长2.1%，相差5.3个百分点。", True),
        ("进口总额下降3.2%，出口总额增长2.1%，相差1.1个百分点。", False),
        ("进口总额下降3.2%，出口总额增长2.1%（2.1% − (−3.2%) = 5.3个百分点）。", True),
        ("进口总额下降3.2%，出口总额增长2.1%（3.2% − 2.1% = 1.1个百分点）。", False),
    ],
)
def test_rates_differ_by_their_signs(claim, passes):
    assert (find_problems(claim, state("进口总额下降3.2%，出口总额增长2.1%")) == []) is passes


RATES = st.decimals(min_value=Decimal("0.1"), max_value=Decimal("99.9"), places=1)


@settings(max_examples=30, deadline=None)
@given(RATES, st.sampled_from(["-", "−", "负", ""]), st.sampled_from(["sign", "point", "unit"]))
def test_a_mutation_of_sign_point_or_unit_never_passes(rate, sign, mutation):
    source = f"进口总额增长{sign}{rate}%"
    changed = {
        "sign": source.replace(sign, "", 1) if sign else source.replace("增长", "增长-"),
        "point": source.replace(f"{rate}", f"{rate * 10:.0f}"),
        "unit": source.replace("%", "个百分点"),
    }[mutation]
    assert find_problems(f"{changed}。", state(source))
