"""Claims and the words they rest on: written ones, and true ones made false in one place by a program.

    python -m tests.rag.claims.pairs [REPORTS]

prints what the checks find of each kind. REPORTS is a corpus that holds the other reports, as
`python -m tests.questions.check` lays one out.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import rjieba

from index.documents.corpus import load_document
from index.language.figures import find_figures
from index.structure import parse_document
from index.types import Document, IndexedDocument, Passage, PeriodKind, Role, Span
from rag.verification.claims import Source, find_problems
from tests.questions.check import BUNDLED

HERE = Path(__file__).parent
WRITTEN = ("paraphrases", "lies", "blind", "fluent", "red_team")
"""The sets of claims that were written one by one, by the names of their files."""
SEED = 5
NAMES = ("青云镇", "长乐街", "宏远集团", "松江", "临水县", "白沙河", "龙门", "红旗渠", "东升科技", "韶山")
"""Names that stand in the place of others; no report has them."""
NAME_TAGS = {"ns", "nt", "nz", "nr"}
LONGEST = 120
PER_KIND = 150


@dataclass(frozen=True)
class Pair:
    """A claim and its sources; `kind` is what is wrong with it, or empty."""

    claim: str
    sources: tuple[Source, ...]
    kind: str = ""
    language: str = "zh"
    id: str = ""

    @property
    def is_refused(self) -> bool:
        return bool(find_problems(self.claim, self.sources))


def load_reports(others: Path | None) -> dict[str, IndexedDocument]:
    """Return the bundled report and those of the question sets, as far as they are there."""
    folders = [BUNDLED] if others is None else sorted(path for path in others.iterdir() if path.is_dir())
    documents = [load_document(folder) for folder in folders]
    return {document.id: IndexedDocument(document, parse_document(document)) for document in documents}


def read_written(name: str, reports: Mapping[str, IndexedDocument]) -> Iterator[Pair]:
    """Yield the written claims of the file `name` over the reports that are there."""
    for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        report = reports.get(row["document"])
        if report is None:
            continue
        spans = [Span(*span) for span in row["evidence"]]
        sources = tuple(
            Source(report.document, passage, passage.span)
            for passage in report.structure.passages
            if any(passage.span.overlaps(span) for span in spans)
        )
        faithful = row.get("faithful", name == "paraphrases")
        yield Pair(row["claim"], sources, "" if faithful else row["wrong"], row["language"], row["id"])


def make_mutations(report: IndexedDocument, seed: int = SEED) -> Iterator[Pair]:
    """Yield true claims over `report`, and the same with one thing changed."""
    chance = random.Random(seed)
    passages = [
        passage
        for passage in report.structure.passages
        if passage.role is Role.BODY and passage.period.kind in (PeriodKind.DONE, PeriodKind.PLANNED)
    ]
    for passage in passages:
        for claim in _state(passage, report.document):
            source = (Source(report.document, passage, passage.span),)
            yield Pair(claim, source, "")
            for kind, mutate in MUTATIONS.items():
                if changed := mutate(claim, passage, chance):
                    yield Pair(changed, source, kind)
            other = chance.choice(passages)
            if not _share_words(claim, other.span.of(report.document.text)):
                yield Pair(claim, (Source(report.document, other, other.span),), "cited sentence")


def _state(passage: Passage, document: Document) -> Iterator[str]:
    """Yield the clauses of a passage that state something, as sentences with their period."""
    text = document.text
    for clause in passage.clauses or (passage.span,):
        words = re.sub(r"\s+", "", clause.of(text)).strip("，,。；;、:：")
        if not 8 <= len(words) <= LONGEST or not any(find_figures(words)):
            continue
        period = passage.period.label
        lead = f"{period}，" if period and not re.search(r"年|十[一二三四]五", words) else ""
        plan = "计划" if passage.period.kind is PeriodKind.PLANNED else ""
        yield f"{lead}{plan}{words}。"


def _share_words(claim: str, words: str) -> bool:
    bigrams = {claim[at : at + 2] for at in range(len(claim) - 1)}
    return sum(pair in words for pair in bigrams) > 0.4 * len(bigrams)


def _change_figure(claim: str, _passage: Passage, chance: random.Random) -> str | None:
    numbers = list(re.finditer(r"(?<![\d.“])\d+(?:\.\d+)?(?!年|\d)", claim))
    if not numbers:
        return None
    match = chance.choice(numbers)
    digits = list(match.group())
    place = chance.choice([at for at, digit in enumerate(digits) if digit.isdigit()])
    digits[place] = str((int(digits[place]) + chance.randint(1, 8)) % 10)
    changed = "".join(digits)
    if changed.startswith("0") and not changed.startswith("0."):
        changed = "9" + changed[1:]
    return f"{claim[: match.start()]}{changed}{claim[match.end() :]}" if changed != match.group() else None


_UNITS = (
    ("亿元", "万元"),
    ("万元", "亿元"),
    ("%", "个百分点"),
    ("平方公里", "公顷"),
    ("公里", "米"),
    ("万亩", "亩"),
    ("户", "人"),
    ("人次", "户"),
    ("万人", "人"),
    ("人", "户"),
    ("万平方米", "平方公里"),
    ("亩", "公顷"),
    ("万吨", "吨"),
    ("个", "亿元"),
    ("家", "万人"),
    ("项", "%"),
    ("条", "公里"),
    ("处", "公顷"),
    ("所", "万元"),
)


def _change_unit(claim: str, _passage: Passage, chance: random.Random) -> str | None:
    found = [
        (match, other) for unit, other in _UNITS for match in re.finditer(rf"(?<=\d){re.escape(unit)}", claim)
    ]
    if not found:
        return None
    match, other = chance.choice(found)
    return claim[: match.start()] + other + claim[match.end() :]


def _change_year(claim: str, passage: Passage, chance: random.Random) -> str | None:
    label = passage.period.label
    if not label or not claim.startswith(label):
        return None
    if match := re.fullmatch(r"(20\d\d)年", label):
        other = f"{int(match[1]) + chance.choice((-2, -1, 1, 2))}年"
    else:
        order = ["十一五", "十二五", "十三五", "十四五", "十五五"]
        now = next((name for name in order if name in label), None)
        if now is None:
            return None
        other = label.replace(now, chance.choice([name for name in order if name != now]))
    return other + claim[len(label) :]


def _change_name(claim: str, _passage: Passage, chance: random.Random) -> str | None:
    at, found = 0, []
    for word, tag in rjieba.tag(claim, False):
        if (
            tag in NAME_TAGS
            and len(word) > 1
            and re.search(r"[镇村路河山湖街桥区县市旗湾园]$|公司$|集团$", word)
        ):
            found.append((at, word))
        at += len(word)
    if not found:
        return None
    start, word = chance.choice(found)
    return claim[:start] + chance.choice(NAMES) + claim[start + len(word) :]


_DIRECTIONS = (
    ("增长", "下降"),
    ("提高", "降低"),
    ("增加", "减少"),
    ("上升", "下降"),
    ("下降", "增长"),
    ("减少", "增加"),
    ("降低", "提高"),
    ("压缩", "延长"),
    ("新增", "减少"),
)


def _change_direction(claim: str, _passage: Passage, chance: random.Random) -> str | None:
    found = [(one, other) for one, other in _DIRECTIONS if one in claim]
    if not found:
        return None
    one, other = chance.choice(found)
    return claim.replace(one, other, 1)


_VERBS = re.compile(
    r"完成|实现|达到|新建|建成|改造|引进|培育|实施|新增|投入|开工|举办|治理|发放|解决|推进|打造|增长|下降"
)


def _change_negation(claim: str, _passage: Passage, chance: random.Random) -> str | None:
    if match := re.search(r"未(?=[发出])|没有|尚未", claim):
        return claim[: match.start()] + claim[match.end() :]
    verbs = list(_VERBS.finditer(claim))
    if not verbs:
        return None
    verb = chance.choice(verbs)
    return claim[: verb.start()] + chance.choice(("未", "没有", "未能")) + claim[verb.start() :]


def _change_time(claim: str, passage: Passage, chance: random.Random) -> str | None:
    if passage.period.kind is PeriodKind.PLANNED:
        verb = _VERBS.search(claim)
        if not verb or re.search(r"目标|力争|预期|确保|争取", claim):
            return None
        told = claim[: verb.start()] + "已" + verb.group() + "了" + claim[verb.end() :]
        return told.replace("计划", "", 1)
    verb = _VERBS.search(claim)
    if not verb or re.search(r"将|计划|目标|规划", claim):
        return None
    return claim[: verb.start()] + chance.choice(("将", "计划", "预计", "力争")) + claim[verb.start() :]


Mutate = Callable[[str, Passage, random.Random], str | None]
MUTATIONS: Mapping[str, Mutate] = {
    "figure": _change_figure,
    "unit": _change_unit,
    "year": _change_year,
    "name": _change_name,
    "direction": _change_direction,
    "negation": _change_negation,
    "planned": _change_time,
}


def measure(pairs: Iterable[Pair]) -> dict[str, tuple[int, int]]:
    """Return by kind how many claims were refused, and how many there are."""
    counts: dict[str, tuple[int, int]] = {}
    for pair in pairs:
        refused, total = counts.get(pair.kind, (0, 0))
        counts[pair.kind] = refused + pair.is_refused, total + 1
    return counts


def sample(pairs: Iterable[Pair], seed: int = SEED) -> list[Pair]:
    """Return at most PER_KIND pairs of each kind, drawn by `seed`."""
    by_kind: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_kind.setdefault(pair.kind, []).append(pair)
    chance = random.Random(seed)
    return [
        pair
        for kind in sorted(by_kind)
        for pair in chance.sample(by_kind[kind], min(PER_KIND, len(by_kind[kind])))
    ]


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    reports = load_reports(corpus)
    made = sample(pair for report in reports.values() for pair in make_mutations(report))
    _print("mutations", measure(made))
    for name in WRITTEN:
        for language in ("zh", "en"):
            pairs = [pair for pair in read_written(name, reports) if pair.language == language]
            if pairs:
                _print(f"{name} ({language})", measure(pairs))


def _print(title: str, counts: Mapping[str, tuple[int, int]]) -> None:
    print(title)
    for kind, (refused, total) in sorted(counts.items()):
        print(f"  {kind or 'faithful':15} {refused:4} of {total:4} refused  {refused / total:.3f}")


if __name__ == "__main__":
    main()
