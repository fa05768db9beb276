"""What a reader is told of a language model's part in an answer, in Chinese or English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import ModelFault
from rag.verification.claims import Fault


class Left(StrEnum):
    """Why a sentence of a model is left out, beside the faults of a claim."""

    FRAGMENT = "fragment"
    MARKUP = "markup"
    LANGUAGE = "language"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Wording:
    """The notices in one language.

    `left_out` takes a count and the reasons, `fell_back` and `broke_off` a reason.
    """

    left_out: str
    added: str
    fell_back: str
    broke_off: str
    nothing_verified: str
    faults: dict[ModelFault, str]
    reasons: dict[Fault | Left, str]
    separator: str

    def tell_left_out(self, reasons: Iterable[Fault | Left]) -> str:
        """Say how many sentences were left out, and why."""
        counts = Counter(self.reasons[reason] for reason in reasons)
        return self.left_out.format(count=sum(counts.values()), why=self.separator.join(counts))

    def tell_fault(self, fault: ModelFault, *, midway: bool) -> str:
        """Say why the answer, or from `midway` on the rest of it, is an extract after all."""
        return (self.broke_off if midway else self.fell_back).format(why=self.faults[fault])


_CHINESE = Wording(
    left_out="模型写的 {count} 句未能核实，没有显示（{why}）。",
    added="模型没有写到或未能核实的部分，以原文摘录补充。",
    fell_back="{why}，答案为逐字摘录。",
    broke_off="{why}，其余为逐字摘录。",
    nothing_verified="模型写的内容没有一句能核实，答案为逐字摘录。",
    faults={
        ModelFault.UNREACHABLE: "语言模型连接不上",
        ModelFault.TOO_SLOW: "语言模型没有及时答完",
        ModelFault.RATE_LIMITED: "语言模型暂时不接受更多请求",
        ModelFault.REFUSED: "语言模型不接受所设的密钥",
        ModelFault.CONTEXT_EXCEEDED: "摘录超出语言模型的长度",
        ModelFault.BROKEN: "语言模型的回复有误或中断",
        ModelFault.EMPTY: "语言模型没有写出内容",
        ModelFault.UNAVAILABLE: "语言模型屡次出错，暂停使用",
    },
    reasons={
        Fault.FIGURE: "数字没有依据",
        Fault.UNIT: "单位不符",
        Fault.HEDGE: "限定词不符",
        Fault.PERIOD: "时间不符",
        Fault.NAME: "名称没有依据",
        Fault.DIRECTION: "增减方向不符",
        Fault.NEGATION: "肯定与否定不符",
        Fault.MODALITY: "完成与计划不符",
        Fault.SUBJECT: "数字所指不符",
        Fault.EMPHASIS: "程度或因果没有依据",
        Fault.WORDING: "内容没有依据",
        Left.FRAGMENT: "不成句子",
        Left.MARKUP: "含有代码或链接",
        Left.LANGUAGE: "语言不符",
        Left.REPEATED: "重复",
    },
    separator="、",
)
_ENGLISH = Wording(
    left_out="{count} sentence(s) of the model could not be verified and are not shown ({why}).",
    added="What the model left open, or could not be verified, is added as an extract.",
    fell_back="{why}: the answer is quoted word for word.",
    broke_off="{why}: the rest is quoted word for word.",
    nothing_verified="Nothing the model wrote could be verified: the answer is quoted word for word.",
    faults={
        ModelFault.UNREACHABLE: "The language model cannot be reached",
        ModelFault.TOO_SLOW: "The language model did not answer in time",
        ModelFault.RATE_LIMITED: "The language model takes no more requests for now",
        ModelFault.REFUSED: "The language model refuses the key",
        ModelFault.CONTEXT_EXCEEDED: "The excerpts are too long for the language model",
        ModelFault.BROKEN: "The language model's reply is faulty or broke off",
        ModelFault.EMPTY: "The language model wrote nothing",
        ModelFault.UNAVAILABLE: "The language model failed repeatedly and is left alone for a while",
    },
    reasons={
        Fault.FIGURE: "a figure without source",
        Fault.UNIT: "another unit",
        Fault.HEDGE: "another hedge",
        Fault.PERIOD: "another time",
        Fault.NAME: "a name without source",
        Fault.DIRECTION: "another direction",
        Fault.NEGATION: "a negation too many or too few",
        Fault.MODALITY: "a plan told as done, or the reverse",
        Fault.SUBJECT: "a figure of something else",
        Fault.EMPHASIS: "an emphasis or cause without source",
        Fault.WORDING: "words without source",
        Left.FRAGMENT: "no sentence",
        Left.MARKUP: "code or links",
        Left.LANGUAGE: "another language",
        Left.REPEATED: "repetition",
    },
    separator=", ",
)


def wording_for(*, chinese: bool) -> Wording:
    """Return the notices for a question asked in Chinese or not."""
    return _CHINESE if chinese else _ENGLISH
