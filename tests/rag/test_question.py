"""What is understood of a question before anything is searched: time, place, intent, parts, conversation."""

from decimal import Decimal

import pytest

from index.language.periods import find_periods
from index.language.text import normalise_question
from rag.answers.refusal import refuse_outright
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent, Target, Wanted, read_target
from rag.question.scope import find_foreign_places, names_of, read_scope
from rag.question.smalltalk import reply_to_smalltalk
from rag.question.subquestions import complete_questions, split_message
from rag.question.understanding import read_query
from rag.types import ReasonCode
from tests.rag.reports import TEXT, make_report

REPORT = make_report()


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("2030年完成多少?", ["2030年"]),
        ("到2035年要达到多少?", ["2035年"]),
        ("去年呢", ["2030年"]),
        ("今年的目标", ["2031年"]),
        ("“十五五”期间增长多少", ["“十五五”时期"]),
        ("十五五末的水平", ["“十五五”时期"]),
        ("十三五 森林覆盖率", ["“十三五”时期"]),
        ("十五时期", ["“十五”时期"]),
        ("过去五年修了多少路", ["“十五五”时期"]),
        ("今后五年的任务", ["“十六五”时期"]),
        ("2030年和2031年分别是多少", ["2030年", "2031年"]),
        ("2030年比上年增长多少", ["2030年"]),
        ("有多少条路?", []),
    ],
)
def test_periods_are_read_relative_to_the_report(question, labels):
    assert [mention.label for mention in find_periods(question, 2031)] == labels


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("海淀区2030年改造了多少老旧小区?", ("海淀区",)),
        ("包头市的森林覆盖率是多少?", ("包头市",)),
        ("云溪区2030年改造了多少老旧小区?", ()),
        ("全区有多少个小区?", ()),
        ("工业园区和居民小区的税收?", ()),
        ("大型超市和产业联盟有多少?", ()),
        ("新城区“十五五”末卫生厕所普及率达到多少?", ("新城区",)),
        ("回民区2030年改造了多少老旧小区?", ("回民区",)),
        ("青山市2030年改造了多少老旧小区?", ("青山",)),
        ("扫大街用机器的比例?", ()),
    ],
)
def test_only_places_the_report_never_names_are_foreign(question, places):
    assert find_foreign_places(question, REPORT.document) == places


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("2029年改造了多少老旧小区?", ReasonCode.OTHER_PERIOD),
        ("“十四五”期间地区生产总值增长多少?", ReasonCode.OTHER_PERIOD),
        ("海淀区2030年改造了多少老旧小区?", ReasonCode.OTHER_PLACE),
        ("2030年改造了多少老旧小区?", None),
        ("改造了多少老旧小区?", None),
    ],
)
def test_a_scope_the_report_does_not_cover_is_a_reason(yunxi, question, code):
    (context,) = yunxi.contexts.values()
    query = read_query(question, REPORT)
    refused = refuse_outright(query, Evidence(query, context))
    assert (refused and refused.reason.code) == code


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("2030年社会消费品零售总额是多少?", Intent.FACT),
        ("要推进哪些项目?", Intent.LIST),
        ("报告分为哪几大部分?", Intent.OUTLINE),
        ("从哪六个方面总结成就?", Intent.OUTLINE),
        ("什么是能耗双控?", Intent.DEFINITION),
        ("三条底线是指什么?", Intent.DEFINITION),
        ("城镇和农村收入相差多少?", Intent.COMPARISON),
        ("哪个更高?", Intent.COMPARISON),
        ("收入五年多了多少?", Intent.COMPARISON),
        ("甲类企业比乙类企业多几家?", Intent.COMPARISON),
        ("“北开”在名词解释里怎么说?", Intent.DEFINITION),
        ("报告是谁作的?", Intent.DELIVERY),
        ("是在哪个会上作的?", Intent.DELIVERY),
    ],
)
def test_intents_are_told_apart(yunxi, question, intent):
    (context,) = yunxi.contexts.values()
    assert read_query(question, REPORT, encode=context.index.encode).intent is intent


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("改造多少个老旧小区?", Target(Wanted.AMOUNT, "个")),
        ("安排多少个村、多少户?", Target(Wanted.AMOUNT, "个", count=2)),
        ("15.6亿元中用于教育的有多少亿元?", Target(Wanted.AMOUNT, "元", given=frozenset({Decimal("15.6")}))),
        ("实现多少亿元?", Target(Wanted.AMOUNT, "元")),
        ("增长多少?", Target(Wanted.SHARE)),
        ("比例有多高?", Target(Wanted.SHARE)),
        ("什么时候开工?", Target(Wanted.DATE)),
        ("书记是谁?", Target(Wanted.PERSON, "书记")),
        ("建在哪个镇?", Target(Wanted.NAMED, "镇")),
        ("推进哪些项目?", Target(Wanted.ITEMS)),
        ("为什么下降?", Target(Wanted.CAUSE)),
        ("某村被评为什么?", Target(Wanted.ANYTHING)),
        ("开工建设哪个物流园?", Target(Wanted.NAMED, "物流园")),
        ("有什么进展?", Target(Wanted.ANYTHING)),
        ("每月能领几个钱?", Target(Wanted.AMOUNT, "元")),
        ("发出多少货,挣了多少钱?", Target(Wanted.AMOUNT, count=2)),
        ("收入涨了几成?", Target(Wanted.SHARE)),
        ("打算涨几个点?", Target(Wanted.SHARE)),
        ("打掉团伙数", Target(Wanted.AMOUNT)),
        ("牌子是哪个部门发的?", Target(Wanted.AGENCY)),
    ],
)
def test_what_would_answer_is_read(question, target):
    assert read_target(question) == target


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("2030年零售总额是多少?", ["2030年零售总额是多少?"]),
        ("路灯2030年新建了多少,2031年计划新增多少?", ["路灯2030年新建了多少", "路灯2031年计划新增多少?"]),
        (
            "散煤治理2030年和2031年分别涉及多少户?",
            ["散煤治理2030年涉及多少户?", "散煤治理2031年涉及多少户?"],
        ),
        (
            "产值增速“十四五”实现了多少,“十五五”要达到多少?",
            ["产值增速“十四五”实现了多少", "产值增速“十五五”要达到多少?"],
        ),
        ("“双控”是什么意思?靠哪些企业实现?", ["“双控”是什么意思", "靠哪些企业实现"]),
        ("“双控”是什么意思?靠哪些企业实现它?", ["“双控”是什么意思", "“双控” 意思,靠哪些企业实现它"]),
        ("城镇居民和农村居民收入相差多少?", ["城镇居民收入是多少?", "农村居民收入是多少?"]),
        ("材料二期和三期项目分别怎样?", ["材料二期项目分别怎样?", "材料三期项目分别怎样?"]),
        (
            "2030年农村劳动力转移就业和新增城镇就业,哪个更多?",
            ["2030年农村劳动力转移就业,哪个更多?", "2030年新增城镇就业,哪个更多?"],
        ),
        ("2030年开工项目比当年签约项目多几个?", ["2030年开工项目是多少个?", "2030年签约项目是多少个?"]),
        ("2030年的签约资金和当年的投资,哪个更大?", ["2030年的签约资金,哪个更大?", "2030年的投资,哪个更大?"]),
    ],
)
def test_each_thing_asked_becomes_a_part(question, parts):
    query = read_query(question, REPORT)
    assert [part.text for part in query.parts or (query,)] == parts


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("路灯多少?公园几个;今年呢", ["路灯多少", "公园几个", "今年公园几个"]),
        ("想问一下路灯多少盏,顺便问下公园几个", ["路灯多少盏", "公园几个"]),
        ("①路灯多少②公园几个", ["路灯多少", "公园几个"]),
        ("a.路灯新增多少 b.公园新增多少", ["路灯新增多少", "公园新增多少"]),
        ("去年建了几个公园\n修了多少公里道路", ["去年建了几个公园", "修了多少公里道路"]),
        ("请告诉我:路灯数量;公园数量", ["路灯数量", "公园数量"]),
        ("今年路灯任务是多少盏?比去年少多少?", ["今年路灯任务是多少盏", "今年路灯任务 盏,比去年少多少"]),
        ("我是农民。补贴有多少?谢谢", ["我是农民。补贴有多少"]),
    ],
)
def test_a_message_is_cut_where_something_asks_on_either_side(message, questions):
    assert complete_questions(split_message(normalise_question(message)), 2031) == questions


@pytest.mark.parametrize(
    ("question", "planned"),
    [("改造了多少户?", False), ("要改造多少户?", True), ("主要改造多少户?", None), ("改造多少户?", None)],
)
def test_small_words_tell_what_was_done_from_what_is_to_be_done(question, planned):
    assert read_scope(question, REPORT.document).planned is planned


def test_a_term_of_office_is_the_five_years_that_the_report_looks_back_on():
    told = make_report(TEXT.replace("新建和改造市政道路31条", "五年来新建和改造市政道路31条")).document
    assert [time.years for time in read_scope("本届政府修了几条路?", told).periods] == [(2026, 2030)]
    assert [time.words for time in read_scope("上届政府修了几条路?", told).unresolved] == ["上届政府"]


def test_a_place_has_its_name_with_and_without_its_kind_and_no_part_of_it():
    assert names_of("青山市云溪区") == ("青山市云溪区", "云溪区", "云溪")
    assert "城市" not in names_of("云城市")


def test_villages_that_the_report_names_are_places_within_its_own():
    report = make_report(TEXT.replace("新建和改造市政道路31条", "石桥村新建市政道路31条")).document
    assert read_scope("石桥村修了几条路?", report).inner_places == ("石桥村",)
    assert read_scope("农村和行政村修了几条路?", report).inner_places == ()


@pytest.mark.parametrize(
    "message",
    ["你好", "您好！", "谢谢", "再见。", "你是谁？你能帮我做什么？", "hello", "好的,没有别的问题了,再见。"],
)
def test_small_talk_is_answered_as_such(message):
    assert reply_to_smalltalk(normalise_question(message))


@pytest.mark.parametrize(
    "message",
    ["你好,2030年社会消费品零售总额是多少?", "信访问题解决得怎么样?", "谢谢,那学位呢?有多少个?", "双控"],
)
def test_a_question_with_manners_is_a_question(message):
    assert reply_to_smalltalk(normalise_question(message)) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("賽罕區義務植樹多少株？", "赛罕区义务植树多少株?"),
        ("「十三五」期間", "“十三五”期间"),
        ("２０２０年\u200b增长\u202e多少", "2020年增长多少"),
        (" a \n b ", "a b"),
    ],
)
def test_wording_is_brought_to_the_form_of_the_reports(written, read):
    assert normalise_question(written) == read
