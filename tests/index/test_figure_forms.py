"""One grammar of figures: however a figure is written, it reads as the same value at its own offsets."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language import units
from index.language.figures import cuts_figure, find_figures, subtract
from index.language.numerals import from_numeral, read_numeral, to_numeral, write_digits
from index.types import Span

READ = [
    ("税收完成12．6亿元", "1260000000", "元"),
    ("造林1，250亩", "1250", "亩"),
    ("造林１２５０亩", "1250", "亩"),
    ("救助资金2·5亿元", "250000000", "元"),
    ("投入1.2 亿元", "120000000", "元"),
    ("增长6.5 %", "6.5", "%"),
    ("增长６．５％", "6.5", "%"),
    ("建成34 753套", "34753", "套"),
    ("补贴1 230 万元", "12300000", "元"),
    ("进口额-1.5%", "-1.5", "%"),
    ("进口额－1.5%", "-1.5", "%"),
    ("进口额−1.5%", "-1.5", "%"),
    ("进口额为负1.5%", "-1.5", "%"),
    ("增长百分之六点五", "6.5", "%"),
    ("产粮两万三千吨", "23000", "吨"),
    ("新建学校三所", "3", "所"),
    ("占四成", "40", "%"),
    ("占两成半", "25", "%"),
    ("下降千分之三", "3", "‰"),
    ("达到一半", "50", "%"),
    ("增长一倍", "1", "倍"),
    ("翻一番", "1", "番"),
    ("翻番", "1", "番"),
    ("翻了两番", "2", "番"),
    ("占四分之三", "75", "%"),
    ("机井19眼", "19", "眼"),
    ("植树二十万棵", "200000", "棵"),
    ("巡逻艇6艘", "6", "艘"),
]


@pytest.mark.parametrize(("text", "value", "unit"), READ)
def test_every_form_of_a_figure_is_read_with_value_and_unit(text, value, unit):
    (figure,) = find_figures(text)
    assert (figure.value, units.canonical(figure.unit)) == (Decimal(value), units.canonical(unit))
    assert figure.span.of(text) == figure.text


@pytest.mark.parametrize(
    "text",
    [
        "三北工程",
        "一带一路",
        "六稳六保",
        "“十四五”规划",
        "城乡一体化",
        "二期工程",
        "第三产业",
        "一是抓产业，二是保民生",
        "一家企业",
        "五台山",
        "三门峡市",
        "“三个提升”行动",
        "三五个人",
        "二〇二〇年",
        "十分重要",
        "千家万户",
        "统一部署",
    ],
)
def test_a_numeral_in_a_name_a_rank_or_an_idiom_is_no_figure(text):
    assert list(find_figures(text)) == []


@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ("出口下降3.2%", True),
        ("出口负增长3.2%", True),
        ("出口降幅达到3.2%", True),
        ("比上年减少3.2万人", True),
        ("下降到3.2%", False),
        ("降至3.2%", False),
        ("增长3.2%", False),
    ],
)
def test_a_verb_of_decline_tells_by_how_much_and_not_how_much_is_left(text, falls):
    (figure,) = find_figures(text)
    assert figure.change == (-figure.value if falls else figure.value)


def test_a_decline_told_once_is_that_of_every_figure_of_its_list():
    assert [figure.change for figure in find_figures("甲类、乙类分别下降16.7%、49.7%")] == [
        Decimal("-16.7"),
        Decimal("-49.7"),
    ]


@pytest.mark.parametrize(
    "text", ["2016-2020年", "2016年-2020年", "3-5个", "85%−64.4%", "12亿元−11亿元", "-5个项目"]
)
def test_a_dash_between_figures_or_before_an_item_is_no_sign(text):
    assert all(figure.value > 0 for figure in find_figures(text))


def test_a_line_break_inside_a_figure_is_layout():
    text = "修缮房屋3\n20户，增长6.\n5%，投入1.2\n亿元。"
    assert [(figure.value, figure.span.of(text)) for figure in find_figures(text)] == [
        (320, "3\n20户"),
        (Decimal("6.5"), "6.\n5%"),
        (120_000_000, "1.2\n亿元"),
    ]
    assert cuts_figure(text, Span(0, text.index("\n")))


def test_a_row_of_numbers_is_not_joined():
    assert [figure.number for figure in find_figures("12\n25\n31座")] == [12, 25, 31]


@given(st.integers(min_value=0, max_value=10**13))
def test_a_numeral_of_any_size_reads_as_the_number_it_was_written_for(number):
    assert from_numeral(to_numeral(number)) == read_numeral(to_numeral(number)) == number


AMOUNTS = st.integers(min_value=2, max_value=9_999_999)
DECIMALS = st.decimals(min_value=Decimal("0.01"), max_value=999_999, places=2)
FULL_WIDTH = str.maketrans("0123456789.,%-", "０１２３４５６７８９．，％－")


@settings(deadline=None)  # the first numeral loads the segmentation
@given(AMOUNTS, st.sampled_from(["吨", "公里", "平方米", "名", "株", "亩"]))
def test_a_whole_number_reads_alike_in_all_its_forms(number, unit):
    grouped = f"{number:,}"
    forms = [f"{number}{unit}", f"{number} {unit}", f"{grouped}{unit}", f"{grouped.replace(',', ' ')}{unit}"]
    forms += [form.translate(FULL_WIDTH) for form in forms]
    forms += [f"{to_numeral(number)}{unit}", write_digits(f"{to_numeral(number)}{unit}")]
    for form in forms:
        text = f"共计{form}。"
        (figure,) = find_figures(text)
        assert figure.value * (1000 if figure.unit != unit else 1) == number, form  # 三千米 is 3千米
        assert figure.span.of(text) == form


@settings(deadline=None)
@given(DECIMALS, st.booleans())
def test_a_rate_reads_alike_in_all_its_forms(number, negative):
    digits = f"{number:f}"
    whole, _, places = digits.partition(".")
    in_words = (
        f"百分之{to_numeral(int(whole))}点{''.join('零一二三四五六七八九'[int(place)] for place in places)}"
    )
    signs = ["-", "−", "－", "负"] if negative else [""]
    forms = [f"{sign}{digits}%" for sign in signs] + [f"{sign}{digits} ％" for sign in signs]
    forms += [f"{signs[-1]}{digits.replace('.', '·')}%", f"{signs[-1]}{in_words}"]
    forms += [form.translate(FULL_WIDTH) for form in forms]
    for form in forms:
        (figure,) = find_figures(f"增长{form}，")
        assert figure.value == (-number if negative else number), form
        assert figure.is_percentage


@given(DECIMALS, DECIMALS, st.booleans(), st.booleans())
def test_a_difference_is_that_of_the_values_with_their_signs(one, other, falls, sinks):
    text = f"甲{'下降' if falls else '增长'}{one}%，乙{'下降' if sinks else '增长'}{other}%"
    left, right = find_figures(text)
    assert subtract(left, right, signed=True) == (-one if falls else one) - (-other if sinks else other)


@settings(deadline=None)
@given(
    st.text(
        alphabet="0123456789０１．，,.·-−－负%％ \n万亿元个近余左右以上—一二三十百千点成半分之番翻第",
        max_size=40,
    )
)
def test_figures_stand_where_they_say_and_never_overlap(text):
    end = 0
    for figure in find_figures(text):
        assert figure.span.of(text) == figure.text
        assert figure.span.start >= end
        end = figure.span.end


@pytest.mark.parametrize("unit", sorted(units.MEASURES))
def test_every_unit_of_the_table_is_read_behind_a_number(unit):
    (figure,) = find_figures(f"共有12{unit}，")
    assert units.canonical(figure.unit) == units.canonical(unit)
    assert figure.measures_like(figure)


def test_synonyms_are_one_unit():
    assert units.canonical("千米") == units.canonical("公里")
    assert units.measures_alike("", "吨")
    assert units.measures_alike("处", "座")
    assert not units.measures_alike("人", "座")
