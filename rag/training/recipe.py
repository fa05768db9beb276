"""What the reader is trained on, in order: how much of every kind, of which reports, and nothing of a test.

general     CMRC 2018, DRCD: to read at all, mostly early
own         questions.jsonl over reports, written one by one, twice, the second time late
facts       figures of reports and their near misses (facts.py)
foreign     own questions put to reports that do not have their rarest words
topics      headings and everyday words, and whether something was done (topics.py)
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.types import IndexedDocument, Progress
from rag.indicators.extraction import find_indicators
from rag.training.corpus import HERE, TestGrams, load_report
from rag.training.examples import Group, ask_foreign, content_words, read_questions, read_squad
from rag.training.facts import LONGEST_NAME, Facts
from rag.training.topics import Topics

SEED = 0
FACTS_A_REPORT = 5
HEADINGS_A_REPORT, EVERYDAY_A_REPORT, WHETHER_A_REPORT = 1, 2, 1
FOREIGN_A_REPORT = 6
"""Own questions that are put to each report; most are dropped because the report has their words."""
GENERAL = 4_400
EARLY = 0.8
"""General questions come in the first so much of training."""
LATE = 0.5
"""The second time own questions come, it is in the last so much of training."""
OPEN_INTENTS = frozenset({"theme", "keyword", "situation", "audience"})


@dataclass(slots=True)
class Recipe:
    """Makes groups of the reports `names` in `folder`; `tests` are the questions never to be trained on.

    `asked` are further questions that people wrote, with their intent: they are put to reports that lack
    their words, and, where they are open, to those that have them.
    """

    folder: Path
    names: Sequence[str]
    tests: TestGrams
    asked: Sequence[Mapping[str, str]] = ()
    dropped: Counter[str] = field(default_factory=Counter)

    def gather(self, general: Sequence[Path], progress: Progress) -> list[Group]:
        """Return everything to train on, in order."""
        chooser = random.Random(SEED)
        reports = {name: load_report(self.folder, name) for name in self.names}
        general_groups = [group for path in general for group in read_squad(path, chooser)]
        chooser.shuffle(general_groups)
        own = list(self._read_own(reports))
        placed = [(chooser.uniform(0, EARLY), group) for group in general_groups[:GENERAL]]
        placed += [(chooser.uniform(0, LATE), group) for group in own]
        placed += [(chooser.uniform(LATE, 1), group) for group in own]
        for kind, groups in self.make(list(reports.values()), chooser, progress).items():
            kept = [group for group in groups if not self.tests.touches(group.question)]
            self.dropped[kind] += len(groups) - len(kept)
            placed += [(chooser.random(), group) for group in kept]
        return [group for _, group in sorted(placed, key=lambda one: one[0])]

    def make(
        self, reports: Sequence[IndexedDocument], chooser: random.Random, progress: Progress
    ) -> dict[str, list[Group]]:
        """Return the groups that are made by program, by kind."""
        found = {report.document.id: find_indicators(report) for report in reports}
        names = sorted(
            {one.name for several in found.values() for one in several if len(one.name) <= LONGEST_NAME}
        )
        texts = [report.document.text for report in reports]
        questions = [question for question in self._own_questions() if not self.tests.touches(question)]
        words = {word for question in questions for word in content_words(question)}
        frequency = {word: sum(word in text for text in texts) for word in sorted(words)}
        asked = [one["question"] for one in self.asked if one["intent"] in OPEN_INTENTS]
        made: dict[str, list[Group]] = {"facts": [], "topics": [], "foreign": []}
        for done, report in enumerate(reports):
            made["facts"] += Facts(report, names, chooser).ask(FACTS_A_REPORT)
            made["topics"] += Topics(report, asked, chooser).ask(
                HEADINGS_A_REPORT, EVERYDAY_A_REPORT, WHETHER_A_REPORT
            )
            foreign = chooser.sample(questions, min(FOREIGN_A_REPORT, len(questions)))
            made["foreign"] += ask_foreign(foreign, report, frequency)
            progress("making questions", done + 1, len(reports))
        return made

    def _own_questions(self) -> list[str]:
        own = [json.loads(line) for line in _questions_file().read_text("utf-8").splitlines()]
        known = [row["question"] for row in own if row["report"] in set(self.names)]
        return known + [one["question"] for one in self.asked if one["intent"] == "fact"]

    def _read_own(self, reports: Mapping[str, IndexedDocument]) -> Iterator[Group]:
        rows: dict[str, list[dict[str, object]]] = {}
        for line in _questions_file().read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["report"] not in reports:
                continue
            if self.tests.touches(row["question"]):
                self.dropped["own"] += 1
                continue
            text = reports[row["report"]].document.text
            row["evidence"] = [text[start:end] for start, end in row["evidence_spans"]]
            row["tempting"] = [text[start:end] for start, end in row.get("tempting_spans", ())]
            rows.setdefault(row["report"], []).append(row)
        for name, asked in rows.items():
            yield from read_questions(asked, reports[name])


def _questions_file() -> Path:
    return HERE / "questions.jsonl"
