"""Every sentence said to readers, in Chinese and English: reasons, notices, leads, counts and pleasantries.

What is quoted stays in the language of the report; so do names put into a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral
from rag.errors import ModelFault
from rag.types import Language

_PLAN = re.compile(rf"“(?P<ordinal>{NUMERAL})五”时期")
_YEARS = re.compile(r"(?P<years>\d{4}(?:—\d{4})?)年")
_TEENS = frozenset({11, 12, 13})
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class Messages:
    """The sentences in one language; names in braces are filled in.

    `wanted` says by `Wanted` what a report does not give, `model_faults` by `ModelFault` what is wrong with a
    language model, `left_out_because` by `Fault` or `Left` why a sentence of it is not shown.
    """

    # Reasons why a question is not answered.
    other_place: str
    other_period: str
    other_subject: str
    not_mentioned: str
    not_given: str
    no_direct_answer: str
    judgement: str
    all_told: str
    only_told: str
    no_such_item: str
    place_without: str
    period_without: str
    opposite_without: str
    premise_unfinished: str
    only_planned: str
    only_said: str
    premise_denied: str
    withheld: str
    # Above the passages that a refusal shows.
    what_it_says: str
    closest_passages: str
    wanted: Mapping[str, str]
    # Beside an answer.
    part_open: str
    parts_left: str
    left_out: str
    added: str
    fell_back: str
    broke_off: str
    nothing_verified: str
    model_faults: Mapping[str, str]
    left_out_because: Mapping[str, str]
    separator: str
    # Frames of an answer: what stands in it beside quotes.
    lead: str
    planned_lead: str
    counted: str
    counted_one: str
    items_follow: str
    mentioned: str
    mentioned_once: str
    mentioned_besides: str
    closing: str
    # Small talk.
    about: str
    thanks: str
    farewell: str
    greeting: str
    acknowledgement: str

    def join(self, names: Iterable[str]) -> str:
        """Return each of `names` once, as one enumeration."""
        return self.separator.join(dict.fromkeys(names))

    def tell_left_out(self, reasons: Iterable[str]) -> str:
        """Say how many sentences of a language model were left out, and why: a `Fault` or `Left` for each."""
        counts = Counter(self.left_out_because[reason] for reason in reasons)
        return self.left_out.format(count=sum(counts.values()), why=self.separator.join(counts))

    def tell_fault(self, fault: ModelFault, *, midway: bool) -> str:
        """Say why the answer, or from `midway` on the rest of it, is an extract after all."""
        return (self.broke_off if midway else self.fell_back).format(why=self.model_faults[fault])


_CHINESE = Messages(
    other_place="报告是{place}的，未涉及{names}。",
    other_period="报告未涉及{names}。",
    other_subject="报告未提及{names}。",
    not_mentioned="报告未提及所问的内容。",
    not_given="报告未提及所问的{wanted}。",
    no_direct_answer="报告谈到{topic}，但没有直接说明所问的{wanted}。",
    all_told="报告里与此有关的内容，能找到的都已经说过了。",
    only_told="报告没有再说明这一点，前面已经引用了它所说的。",
    no_such_item="上一个回答列出了{count}项，没有第{place}项。",
    judgement="这需要评价或预测，报告没有说；报告里相关的内容如下。",
    place_without="报告没有给出{names}的这项内容。",
    period_without="报告没有给出{names}的这项内容。",
    opposite_without="报告没有给出“{word}”的这项内容。",
    premise_unfinished="报告没有说已经{stated}，{said}。",
    only_planned="只是计划“{words}”",
    only_said="只说到“{words}”",
    premise_denied="提问以“{stated}”为前提，而报告说的是“{denied}”。",
    withheld="没有找到能逐字核实的答案。",
    what_it_says="报告的有关内容：",
    closest_passages="报告中最接近的内容：",
    wanted={
        "amount": "数量",
        "share": "比例或增速",
        "date": "时间",
        "person": "人名",
        "cause": "原因",
        "named": "名称",
        "investor": "企业或单位",
        "agency": "部门或单位",
        "items": "各项内容",
        "anything": "内容",
    },
    part_open="关于“{part}”：{reason}",
    parts_left="一次最多回答{most}个问题，后面的{left}个没有回答，请另行提问。",
    left_out="模型写的 {count} 句未能核实，没有显示（{why}）。",
    added="模型没有写到或未能核实的部分，以原文摘录补充。",
    fell_back="{why}，答案为逐字摘录。",
    broke_off="{why}，其余为逐字摘录。",
    nothing_verified="模型写的内容没有一句能核实，答案为逐字摘录。",
    model_faults={
        "unreachable": "语言模型连接不上",
        "too_slow": "语言模型没有及时答完",
        "rate_limited": "语言模型暂时不接受更多请求",
        "refused": "语言模型不接受所设的密钥",
        "context_exceeded": "摘录超出语言模型的长度",
        "broken": "语言模型的回复有误或中断",
        "empty": "语言模型没有写出内容",
        "unavailable": "语言模型屡次出错，暂停使用",
    },
    left_out_because={
        "figure": "数字没有依据",
        "unit": "单位不符",
        "hedge": "限定词不符",
        "period": "时间不符",
        "name": "名称没有依据",
        "direction": "增减方向不符",
        "negation": "肯定与否定不符",
        "modality": "完成与计划不符",
        "subject": "数字所指不符",
        "emphasis": "程度或因果没有依据",
        "wording": "内容没有依据",
        "fragment": "不成句子",
        "markup": "含有代码或链接",
        "language": "语言不符",
        "repeated": "重复",
    },
    separator="、",
    lead="{label}:",
    planned_lead="{label}(计划):",
    counted="共 {count} 项",
    counted_one="共 1 项",
    items_follow="：",
    mentioned="报告提到“{word}” {count} 次",
    mentioned_once="报告提到“{word}” 1 次",
    mentioned_besides="，另有 {count} 次未列出",
    closing="。",
    about="我是政府工作报告问答助手。您可以问报告里的数字、目标、项目和名词，我给出原文并标明出处；报告没有写到的，我会直说。",
    thanks="不客气。还想了解报告的哪些内容，可以接着问。",
    farewell="好的，再见。",
    greeting="您好！请问您想了解这份报告的什么内容？",
    acknowledgement="好的。还想了解报告的哪些内容，可以接着问。",
)
_ENGLISH = Messages(
    other_place="The report is that of {place} and does not cover {names}.",
    other_period="The report does not cover {names}.",
    other_subject="The report does not mention {names}.",
    not_mentioned="The report does not mention what is asked for.",
    not_given="The report does not give {wanted}.",
    no_direct_answer="The report speaks of {topic} but does not directly give {wanted}.",
    all_told="All that was found on this in the report has been told.",
    only_told="The report says no more on this than what was quoted before.",
    no_such_item="The answer before has {count} items, and no item {place}.",
    judgement="This asks for an opinion or a forecast, which the report does not give; "
    "what it says on the matter follows.",
    place_without="The report does not give this for {names}.",
    period_without="The report does not give this for {names}.",
    opposite_without="The report does not give this for “{word}”, only for its opposite.",
    premise_unfinished="The report does not say that this has already happened (“{stated}”): {said}.",
    only_planned="it only plans “{words}”",
    only_said="it only says “{words}”",
    premise_denied="The question takes “{stated}” for granted, but the report says “{denied}”.",
    withheld="No answer was found that can be verified word for word.",
    what_it_says="What the report does say:",
    closest_passages="Closest passages of the report:",
    wanted={
        "amount": "the amount asked for",
        "share": "the share or rate asked for",
        "date": "the date asked for",
        "person": "the person asked for",
        "cause": "the cause asked for",
        "named": "the name asked for",
        "investor": "the company or body asked for",
        "agency": "the department or body asked for",
        "items": "the items asked for",
        "anything": "what is asked for",
    },
    part_open="On “{part}”: {reason}",
    parts_left="At most {most} questions are answered at a time: please ask the last {left} again.",
    left_out="{count} sentence(s) of the model could not be verified and are not shown ({why}).",
    added="What the model left open, or could not be verified, is added as an extract.",
    fell_back="{why}: the answer is quoted word for word.",
    broke_off="{why}: the rest is quoted word for word.",
    nothing_verified="Nothing the model wrote could be verified: the answer is quoted word for word.",
    model_faults={
        "unreachable": "The language model cannot be reached",
        "too_slow": "The language model did not answer in time",
        "rate_limited": "The language model takes no more requests for now",
        "refused": "The language model refuses the key",
        "context_exceeded": "The excerpts are too long for the language model",
        "broken": "The language model's reply is faulty or broke off",
        "empty": "The language model wrote nothing",
        "unavailable": "The language model failed repeatedly and is left alone for a while",
    },
    left_out_because={
        "figure": "a figure without source",
        "unit": "another unit",
        "hedge": "another hedge",
        "period": "another time",
        "name": "a name without source",
        "direction": "another direction",
        "negation": "a negation too many or too few",
        "modality": "a plan told as done, or the reverse",
        "subject": "a figure of something else",
        "emphasis": "an emphasis or cause without source",
        "wording": "words without source",
        "fragment": "no sentence",
        "markup": "code or links",
        "language": "another language",
        "repeated": "repetition",
    },
    separator=", ",
    lead="{label}:",
    planned_lead="{label} (planned):",
    counted="{count} items",
    counted_one="1 item",
    items_follow=": ",
    mentioned="The report mentions “{word}” {count} times",
    mentioned_once="The report mentions “{word}” once",
    mentioned_besides=", {count} of them not shown here",
    closing=".",
    about="I answer questions on government work reports. Ask for figures, targets, projects and terms: "
    "I quote the report and say where it stands; what the report does not say, I tell you.",
    thanks="You are welcome. Go on asking about the report whenever you like.",
    farewell="Good-bye.",
    greeting="Hello! What would you like to know about this report?",
    acknowledgement="All right. Go on asking about the report whenever you like.",
)
_TABLE = {Language.CHINESE: _CHINESE, Language.ENGLISH: _ENGLISH}


def messages_for(language: Language) -> Messages:
    """Return the sentences in `language`."""
    return _TABLE[language]


def write_lead(label: str, *, planned: bool, language: Language) -> str:
    """Return the line above sentences of one period (or heading): 2021年(计划): or 2021 (planned):."""
    messages = messages_for(language)
    template = messages.planned_lead if planned else messages.lead
    return template.format(label=name_label(label, language))


def name_label(label: str, language: Language) -> str:
    """Return what a label is called in `language`; what is no year and no plan stays as it is."""
    if language is Language.CHINESE:
        return label
    if years := _YEARS.fullmatch(label):
        return years["years"].replace("—", "–")
    if plan := _PLAN.fullmatch(label):
        number = from_numeral(plan["ordinal"])
        ending = "th" if number in _TEENS else _ORDINALS.get(number % 10, "th")
        return f"{number}{ending} Five-Year Plan period"
    return label


def tell_count(count: int, language: Language) -> str:
    """Say how many items there are, without a closing mark."""
    messages = messages_for(language)
    return messages.counted_one if count == 1 else messages.counted.format(count=count)


def tell_mentions(word: str, count: int, uncited: int, language: Language) -> str:
    """Say how often a report mentions `word`, and how many of these are not cited; without closing mark."""
    messages = messages_for(language)
    template = messages.mentioned_once if count == 1 else messages.mentioned
    return template.format(word=word, count=count) + (
        messages.mentioned_besides.format(count=uncited) if uncited else ""
    )
