"""Questions in the words people use: templates of wording.toml filled in, short forms, words left out."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.types import IndexedDocument, Period, PeriodKind
from rag.indicators.types import Indicator
from rag.indicators.vocabulary import VERBS

SHORTEN = 0.35
"""How often a name gives way to a short form of it."""
TIMELESS = 0.35
"""How often a question does not name its time."""
TERSE = 0.12
"""How often marks and particles are dropped and a letter goes missing."""
_PARTICLES = re.compile(r"[?？了的呢吗]")
_VERB = re.compile(VERBS)


@cache
def load_wording() -> dict[str, Any]:
    """Return wording.toml."""
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Wording:
    """Words questions about one report; `chooser` decides which words."""

    indexed: IndexedDocument
    chooser: random.Random

    def fill(self, template: str, name: str, time: str, unit: str = "") -> str:
        """Return a question by `template` for the thing `name`."""
        verb, thing = split_verb(name)
        filled = template.format(p=time, n=name, u=unit, v=verb, o=thing, t=name).strip()
        return self._roughen(filled)

    def time(self, period: Period) -> str:
        """Return a way to name `period`, or an empty text."""
        if not period.label or self.chooser.random() < TIMELESS:
            return ""
        return self.name_time(period)

    def name_time(self, period: Period) -> str:
        """Return a way to name `period`."""
        label, year = period.label, self.indexed.document.meta.year
        ways = [label, label]
        if label == f"{year - 1}年":
            ways += ["去年", "上一年", f"{year - 1}年全年", f"{(year - 1) % 100:02d}年"]
        elif label == f"{year}年":
            ways += ["今年", f"{year}年", f"{year % 100:02d}年", "新的一年"]
        elif label.endswith("时期"):
            plan = label.removesuffix("时期")
            ways += [f"{plan}期间", plan, plan.strip("“”"), f"{plan.strip('“”')}时期"]
            ways += ["过去五年", "五年来"] if period.kind is PeriodKind.DONE else ["今后五年", "未来五年"]
        return self.chooser.choice(ways)

    def shorten(self, name: str) -> str:
        """Return `name`, or a short form of it."""
        if self.chooser.random() < SHORTEN:
            for long, shorts in load_wording()["short"].items():
                if long in name:
                    return name.replace(long, self.chooser.choice(shorts))
        return name

    def ask(self, indicator: Indicator, time: str) -> str:
        """Return a question for the figure of `indicator` in the words `time`."""
        return self.fill(self._choose(indicator), self.shorten(indicator.name), time, indicator.unit)

    def _choose(self, indicator: Indicator) -> str:
        wording, planned = load_wording(), indicator.period.kind is PeriodKind.PLANNED
        if indicator.change:
            kind = "fall" if indicator.number < 0 else "plain"
            kind = "yearly" if "年均" in indicator.change else kind
            kind = "planned" if planned and self.chooser.random() < 1 / 2 else kind
            return str(self.chooser.choice(wording["rate"][kind]))
        if "%" in indicator.unit or "‰" in indicator.unit:
            return str(self.chooser.choice(wording["share"]["plain"]))
        verb, thing = split_verb(indicator.name)
        if verb and len(thing) > 1 and self.chooser.random() < 2 / 3:
            return str(self.chooser.choice(wording["amount"]["planned" if planned else "doing"]))
        return str(self.chooser.choice(wording["amount"]["plain"]))

    def _roughen(self, question: str) -> str:
        chooser = self.chooser
        if chooser.random() < TERSE:
            question = _PARTICLES.sub("", question)
        if chooser.random() < TERSE / 4 and len(question) > 8:
            at = chooser.randrange(len(question))
            question = question[:at] + question[at + 1 :]
        return question


def split_verb(name: str) -> tuple[str, str]:
    """Return the verb that `name` begins with and the rest; the verb is empty where it begins with none."""
    found = _VERB.match(name)
    return (found.group(), name[found.end() :]) if found else ("", name)
