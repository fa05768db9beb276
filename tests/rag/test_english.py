"""English questions in Chinese words: forms, periods, terms, names, and what is left alone."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from index.language.periods import find_periods
from index.language.text import has_chinese
from rag.question.english import is_english, to_chinese, translate
from rag.question.english.dates import read_cardinal, rewrite_amounts, take_periods, to_numeral
from rag.question.english.pinyin import match_pinyin
from rag.question.english.term_list import STOPWORDS_FILE, TERMS_FILE, load_lexicon, stem
from rag.question.intent import Intent, Wanted, read_target
from rag.question.understanding import read_query
from rag.types import Language

REPORT = (
    "东桥镇开工建设绿丰物流园。2020年招聘教师30名,新建农村公路8公里。地区生产总值增长5%。"
    "守好“四条生命线”。城市更新稳步推进,中心城区面貌一新。大青河治理完成。"
)
QUESTIONS = Path(__file__).parents[1] / "questions" / "english_dev.jsonl"


def in_chinese(question: str) -> str:
    translation = translate(question, REPORT)
    assert translation is not None
    return translation.text


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("How many teachers were recruited in 2020?", "2020年招聘教师多少？"),
        ("How many km of rural roads were built?", "新建农村公路多少公里？"),
        ("How much money was spent on education?", "教育投入多少元？"),
        ("What percentage of garbage is sorted?", "垃圾"),
        ("What was the forest coverage rate?", "森林覆盖率是多少？"),
        ("Who is the director?", "主任是谁？"),
        ("When will the airport open?", "什么时候？"),
        ("Why did income fall?", "为什么收入下降？"),
        ("Which village won the award?", "哪个村荣获"),
        ("Which projects were completed?", "哪些项目完成"),
        ("List the key projects.", "重点项目有哪些？"),
        ('What does "dual control" mean?', "什么是双控？"),
        ("How many parts is the report divided into?", "报告分为几大部分？"),
        ("What are the ten areas of key work for 2021?", "2021年重点工作包括哪十个方面？"),
        ("Who delivered the report?", "报告人是谁？"),
        ("What about rural residents?", "那农村居民呢？"),
        ("And in 2021?", "那2021年呢？"),
    ],
)
def test_a_form_of_question_keeps_its_sense(question, chinese):
    assert in_chinese(question).endswith(chinese) or chinese in in_chinese(question)


@pytest.mark.parametrize(
    ("question", "intent", "wanted"),
    [
        ("How many teachers were recruited?", Intent.FACT, Wanted.AMOUNT),
        ("What share of households use gas?", Intent.FACT, Wanted.SHARE),
        ("When does the airport open?", Intent.FACT, Wanted.DATE),
        ("Who won the prize?", Intent.FACT, Wanted.PERSON),
        ("Which town has the logistics park?", Intent.FACT, Wanted.NAMED),
        ("Which projects were launched?", Intent.LIST, Wanted.ITEMS),
        ("What are the six stabilities?", Intent.DEFINITION, Wanted.ANYTHING),
        ("How is the report structured?", Intent.OUTLINE, Wanted.AMOUNT),
        ("What is the gap between exports and imports?", Intent.COMPARISON, Wanted.AMOUNT),
        ("When was this report delivered?", Intent.DELIVERY, Wanted.DATE),
    ],
)
def test_intent_and_target_are_read_as_the_english_asks(yunxi, question, intent, wanted):
    chinese = in_chinese(question)
    (context,) = yunxi.contexts.values()
    query = read_query(
        chinese, context.report, asked=question, language=Language.ENGLISH, encode=context.index.encode
    )
    assert query.intent is intent
    assert read_target(chinese).wanted is wanted


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("What was GDP in 2020?", [(2020, 2020)]),
        ("What was GDP last year?", [(2020, 2020)]),
        ("What is the GDP target for this year?", [(2021, 2021)]),
        ("What will GDP be by 2025?", [(2025, 2025)]),
        ("How fast did GDP grow during the 13th Five-Year Plan period?", [(2016, 2020)]),
        ("How fast did GDP grow in the thirteenth five year plan?", [(2016, 2020)]),
        ("What was GDP over the past five years?", [(2016, 2020)]),
        ("What was GDP in 2020 and what is the target for 2021?", [(2020, 2020), (2021, 2021)]),
        ("What was GDP?", []),
    ],
)
def test_a_period_is_understood_in_the_chinese_question(question, years):
    found = find_periods(in_chinese(question), 2021)
    assert [(mention.first, mention.last) for mention in found] == years


def test_a_period_named_once_holds_for_both_clauses():
    chinese = in_chinese("How many roads were built and how many teachers were recruited in 2020?")
    assert chinese.count("2020年") == 2


def test_what_is_planned_is_asked_as_planned():
    assert "计划" in in_chinese("How many schools will be built?")
    assert "计划" not in in_chinese("How many schools were built?")


def test_taking_the_periods_leaves_the_rest():
    periods, rest = take_periods("GDP in 2020 and in 2021")
    assert periods == ["2020年", "2021年"]
    assert rest.split() == ["GDP", "and"]


@pytest.mark.parametrize(
    ("amount", "chinese"),
    [("50 million", "5000万"), ("10,000", "1万"), ("1.5 billion", "15亿"), ("300", "300"), ("1.5", "1.5")],
)
def test_amounts_are_written_in_wan_and_yi(amount, chinese):
    assert rewrite_amounts(amount) == chinese


def test_numerals_of_both_languages_agree():
    assert [to_numeral(number) for number in (0, 8, 10, 13, 20, 60)] == [
        "零",
        "八",
        "十",
        "十三",
        "二十",
        "六十",
    ]
    assert [read_cardinal(word) for word in ("four", "Thirteen", "sixty", "soon")] == [4, 13, 60, None]


def test_the_longest_term_wins():
    lexicon = load_lexicon()
    found = lexicon.find(["total", "retail", "sales", "of", "consumer", "goods", "rose"], 0)
    assert found == (6, ("社会消费品零售总额",))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("communities", "community"),
        ("renovated", "renovate"),
        ("planning", "planned"),
        ("centres", "center"),
        ("mechanised", "mechanized"),
        ("kilometres", "kilometer"),
        ("labour", "labor"),
        ("companies'", "company"),
    ],
)
def test_forms_of_a_word_share_a_stem(left, right):
    assert stem(left) == stem(right)


def test_of_several_translations_the_report_chooses():
    translation = translate("How many honorary titles were won?", "获得荣誉2项")
    assert translation is not None
    assert "荣誉" in translation.text


def test_a_name_in_pinyin_is_found_in_the_report():
    assert match_pinyin("Dongqiao", REPORT) == "东桥"
    assert "东桥镇" in in_chinese("What was built in Dongqiao Town?")
    assert "绿丰物流园" in in_chinese("When was the Lvfeng logistics park built?")
    assert "大青河" in in_chinese("What happened to the Daqing River?")


def test_no_name_is_found_across_words():
    assert match_pinyin("Xincheng", REPORT) is None  # 中|心城|区


def test_a_place_the_report_does_not_name_survives():
    assert "Xincheng区" in in_chinese("How many teachers were recruited in Xincheng District?")
    assert "上海市" in in_chinese("What was Shanghai's GDP?")


def test_a_word_of_the_report_is_no_district_because_it_sounds_like_one():
    assert "Lvfeng区" in in_chinese("How many people live in Lvfeng District?")


def test_a_numbered_slogan_is_taken_from_the_report():
    assert in_chinese("What are the four lifelines?") == "什么是四条生命线？"


def test_unknown_words_are_told_and_kept():
    translation = translate("How many zeppelins were built in 2020?", REPORT)
    assert translation is not None
    assert translation.unknown == ("zeppelins",)
    assert "zeppelins" in translation.text


@pytest.mark.parametrize(
    "question", ["", "2020年GDP和CPI目标是多少?", "你好", "GDP", "zeppelin", "😀 ‮ <b>", "5 + 7 ="]
)
def test_what_is_no_english_question_is_left_alone(question):
    assert translate(question, REPORT) is None


def test_chinese_words_quoted_in_an_english_question_stay():
    assert is_english("What does “标准地” mean?")
    assert in_chinese("What does “标准地” mean?") == "什么是标准地？"


def test_the_term_list_is_sorted_and_well_formed():
    lines = files("rag.question.english").joinpath(TERMS_FILE).read_text(encoding="utf-8").splitlines()
    keys = [line.split("\t")[0] for line in lines]
    assert keys == sorted(set(keys))
    for line in lines:
        english, chinese = line.split("\t")
        assert english == " ".join(english.lower().replace("-", " ").split())
        assert english.isascii()
        assert all(has_chinese(word) or word.startswith("PM") for word in chinese.split("|"))


def test_the_stop_words_are_sorted_and_unique():
    words = files("rag.question.english").joinpath(STOPWORDS_FILE).read_text(encoding="utf-8").splitlines()
    assert words == sorted(set(words))


def test_every_development_question_is_understood_as_english():
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        assert translate(json.loads(line)["question"], REPORT) is not None


@pytest.mark.parametrize("words", ["forest coverage", "housing", "GDP growth target", "Any roads?"])
def test_a_few_english_words_that_ask_nothing_are_english(words: str) -> None:
    assert has_chinese(to_chinese(words, REPORT))


@pytest.mark.parametrize("words", ["GDP", "PM2.5", "OK", "Wi-Fi", "hello there"])
def test_what_either_language_has_stays_as_it_is(words: str) -> None:
    assert to_chinese(words, REPORT) == words
