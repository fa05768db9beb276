"""What a question wants: which kind of answer, and which kind of words would be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from index.language.figures import find_figures
from index.language.numerals import NUMERAL
from index.language.units import ASKED, LONG_UNITS, MONEY
from rag.question.wants import Want, Wants


class Intent(StrEnum):
    """The kind of answer that a question asks for."""

    FACT = "fact"
    LIST = "list"
    DELIVERY = "delivery"
    OUTLINE = "outline"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    OPERAND = "operand"
    """The amount of one of two things that are compared."""
    SEVERAL = "several"
    """Several sentences, each of which asks something."""


class Wanted(StrEnum):
    """The kind of words that could answer."""

    AMOUNT = "amount"
    SHARE = "share"
    DATE = "date"
    PERSON = "person"
    CAUSE = "cause"
    NAMED = "named"
    INVESTOR = "investor"
    AGENCY = "agency"
    ITEMS = "items"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Target:
    """What the answering words must hold.

    `unit` is the measure word that was asked for (“多少亿元”: 元) or, for something named, the kind of thing
    (“哪个镇”: 镇), `count` how many amounts were asked for at once, `given` the figures that the question
    itself states: they cannot be what it asks for.
    """

    wanted: Wanted
    unit: str = ""
    count: int = 1
    given: frozenset[Decimal] = frozenset()

    @property
    def is_certain(self) -> bool:
        """Tell whether only words of this very kind can answer."""
        return self.wanted in _CERTAIN or (self.wanted is Wanted.AMOUNT and self.unit == MONEY)


_CERTAIN = {Wanted.SHARE, Wanted.DATE, Wanted.PERSON, Wanted.CAUSE, Wanted.INVESTOR, Wanted.AGENCY}

# One word somewhere behind another is looked for once, from the beginning: the first of each will do.
_COMPARISON = re.compile(
    r"相差|差(?:多少|几)|差距|[高低多少大快慢]了?出?(?:多少|几[^乎])|^(?>.*?[比与和跟较]).*多[出了]?多少|"
    r"^(?>.*?比).*[高低多少大快慢][一-鿿]?[了出]?(?:多少|几)|"
    r"哪[个一](?:更|数额更|比较)?[高低大小多少]|哪个.{0,4}更|更[高低大小多少]|"
    r"^(?>.*?从)(?>.*?到).*(?:增加|减少|提高|下降)了?多少|"
    r"^(?>.*?(?:增加|减少|提高|下降|增长)了?多少)(?:.*起止|(?>.*?从).*到)|"
    r"^(?>.*?(?:还有|剩下?|还剩)(?:有)?多少).*[没未]"
)
_LIST = re.compile(
    r"哪些|有哪|哪[几二三四五六七八九十两\d]+|分别是|都有|列举|列出|\b(?:which|list)\b", re.IGNORECASE
)
_AMOUNT = re.compile(rf"(?<![哪这那])(?:多少|几)(?P<scale>[十百千万亿]*)(?P<unit>{ASKED})?")
# “几个老人…叫什么”: some of them, and something else is asked.
_SOME = re.compile(rf"^[^多]*几(?:{ASKED})[^多几]*(?:叫|称)[做为]?(?:什么|啥)")
_PEOPLE = re.compile(
    r"多少[一-鿿]{0,6}?(?:人员|工人|员工|职工|教师|老师|学生|医生|护士|老人|干部|党员|居民|农民|游客|志愿者|劳动力)"
)
_SHARE = re.compile(r"百分点|占比|比例|比重|[^\s,，]率|增速|增幅|增长了?多少|年均增长|增长")
_POINTS = re.compile(r"(?:几|多少)个点(?!位)|几成|百分之几|百分之多少")
# “打掉团伙数”, as people type into a search box.
_COUNT = re.compile(r"(?:数量?|人数|户数|数目|总数)[?？。]?$")
_CASH = re.compile(r"多少钱|几个钱")
# Amounts of money, asked for without a unit.
_MONEY = re.compile(
    r"(?:投资额?|资金|收入|产值|税收?|交易额|支出|总额|贷款|补贴|预算)(?:是|有|为|达|共|总共|一共|了)*多少|"
    r"[花掏砸]了?多少"
)
_DATE = re.compile(r"什么时候|何时|哪一?年|哪一?天|几月|什么时间|日期|\bwhen\b", re.IGNORECASE)
_PERSON = re.compile(
    r"谁|哪一?位|(?:人员?|员|师|长|记|士|家|干部|代表|医生).{0,4}(?:叫|的)?(?:什么|啥)?(?:名字|姓名)|姓名|\bwho\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"(?<![评称作成改名誉定变])为什么|为何|为啥|什么原因|原因是|怎么会|\bwhy\b", re.IGNORECASE
)
# Kinds of things whose names end in the kind itself: whoever names one writes it (哪个镇: …镇).
_NAMED = re.compile(
    r"(?:哪一?[个条座所家支处里]?|什么)(?P<kind>镇|村|乡|街道|县|市|区|旗|省|路|街|河|湖|山|桥|公园|医院|小学|中学|大学|学校|"
    r"高速公路|铁路|机场|车站|产业园|工业园|物流园|园区|广场|开发区)"
)
_INVESTOR = re.compile(
    r"(?:由|是)?哪[一个家]*(?:公司|企业|集团|单位|机构)(?:来|负责)?(?:投资?|承建|建设?|办|运营|开发|出资)"
)
_AGENCY = re.compile(r"(?:哪个|什么|哪一?级|哪家)(?:部门|机关|单位|政府|机构)")
_ENGLISH_AMOUNT = re.compile(r"how (?:much|many)|what (?:percentage|share|rate)|number of", re.IGNORECASE)


_CLOSED = {
    Want.FACT: Intent.FACT,
    Want.LIST: Intent.LIST,
    Want.DELIVERY: Intent.DELIVERY,
    Want.OUTLINE: Intent.OUTLINE,
    Want.DEFINITION: Intent.DEFINITION,
    Want.COMPARISON: Intent.COMPARISON,
}


MOSTLY = 0.5
"""From this likelihood on what is judged is likelier than all else together."""
# “哪三场”: the question knows how many there are.
_COUNTED = re.compile(rf"哪(?:{NUMERAL}|\d+)")
LIKELY = 0.3
"""From this likelihood on a comparison is looked for: where there is none, a fact still is."""
EXPLAINED = 0.2
"""From this likelihood on a meaning is looked for, which only a glossary gives."""


def asks_for_so_many(question: str) -> bool:
    """Tell whether `question` states how many things it asks for (“哪三场”)."""
    return _COUNTED.search(question) is not None


def choose_intent(question: str, wants: Wants) -> Intent:
    """Return the kind of answer that is looked for first, an open one aside."""
    closed = wants.of(*_CLOSED)
    compares = wants.of(Want.COMPARISON) >= LIKELY or (closed >= MOSTLY and _COMPARISON.search(question))
    if compares and wants.best in (Want.COMPARISON, Want.FACT, Want.LIST, Want.WHETHER):
        return Intent.COMPARISON
    if wants.best is Want.OVERVIEW and asks_for_so_many(question):
        return Intent.OUTLINE
    if wants.best in _CLOSED and wants.best is not Want.COMPARISON:
        likely = wants.of(Want.DEFINITION) >= EXPLAINED and wants.best in (Want.FACT, Want.LIST)
        return Intent.DEFINITION if likely else _CLOSED[wants.best]
    return _CLOSED[wants.best_of((Want.FACT, Want.LIST))]


def read_target(question: str, context: str = "") -> Target:
    """Read which kind of words would answer a normalised question; `context` may state further figures."""
    amounts = [] if _SOME.search(question) else list(_AMOUNT.finditer(question))
    units = [match["unit"] for match in amounts if match["unit"]]
    given = frozenset(figure.number for figure in find_figures(f"{context} {question}"))
    if _CAUSE.search(question):
        return Target(Wanted.CAUSE)
    if _PERSON.search(question):
        return Target(Wanted.PERSON, unit=_read_post(question))
    if len(amounts) == 1 and _CASH.search(question):
        return Target(Wanted.AMOUNT, MONEY, 1, given)
    if _POINTS.search(question):
        return Target(Wanted.SHARE, "", max(1, len(amounts)), given)
    if not units and _PEOPLE.search(question):
        return Target(Wanted.AMOUNT, "人", max(1, len(amounts)), given)
    if units:
        wanted = Wanted.SHARE if "百分点" in units[0] else Wanted.AMOUNT
        return Target(wanted, units[0], len(amounts), given)
    if _SHARE.search(question) and (amounts or "百分之" in question or "高" in question):
        return Target(Wanted.SHARE, "", max(1, len(amounts)), given)
    if amounts or _ENGLISH_AMOUNT.search(question) or _COUNT.search(question):
        unit = MONEY if len(amounts) == 1 and _MONEY.search(question) else ""
        return Target(Wanted.AMOUNT, unit, max(1, len(amounts)), given)
    if _DATE.search(question):
        return Target(Wanted.DATE)
    if _INVESTOR.search(question):
        return Target(Wanted.INVESTOR)
    if _AGENCY.search(question):
        return Target(Wanted.AGENCY)
    if named := _NAMED.search(question):
        return Target(Wanted.NAMED, named["kind"])
    if _LIST.search(question):
        return Target(Wanted.ITEMS)
    return Target(Wanted.ANYTHING)


_POST = re.compile(
    r"副?(?:书记|主席|总理|[省市区县州旗镇乡局厅部处院校所]长|主任|院士|委员|代表|负责人|医生|教师|专家)"
)


def _read_post(question: str) -> str:
    """Return the post that the person asked for holds, or an empty text."""
    posts = _POST.findall(question)
    return posts[-1] if posts else ""


_INTERROGATIVES = re.compile(
    r"请问|请告诉我|告诉我|我想知道|麻烦|记者提问[::]|请?给出|报告(?:中|里)?(?:提到|点名|提出)?的?|"
    rf"什么时候|什么样的?|为什么|怎么样|是什么|什么|是?多少(?:[十百千万亿]+(?:{ASKED})?|{LONG_UNITS}|元)?|"
    r"哪[一二三四五六七八九十几些个位里家支条处项]*|几(?=[个名户条])|"
    r"分别|各是|各有|如何|怎么|怎样|是否|有没有|吗|呢|啊|吧|的是|了|"
    r"\b(?:what|which|how|many|much|does|did|do|is|are|was|were|the|of|in|to|a|an|for|and|report|by)\b",
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"[^\w%.“”]+|_")


def strip_interrogatives(question: str) -> str:
    """Return the words of `question` that name its subject, in their order, parted by single spaces."""
    return " ".join(_PUNCTUATION.sub(" ", _INTERROGATIVES.sub(" ", question)).split())
