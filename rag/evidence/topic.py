"""What of a report is on a topic: every clause with a degree of being on it, and of being telling."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.language.figures import find_figures, is_unit
from index.types import Hit, IndexedDocument, Index, Passage, PeriodKind, Role, Span
from rag.evidence.reader import Pair, Reader, choose_window, describe_place
from rag.evidence.term_weights import TermWeights, WeightedTerms, split_terms
from rag.question.scope import Scope, matches_period
from rag.question.topic_words import Topic

Floats = npt.NDArray[np.float64]

READ = 16
DOUBTFUL, SURE = -6.0, 6.0

_NAMED = re.compile(r"[“《][^”》]{2,14}[”》]")
_SLOGAN = re.compile(
    r"^(?:坚持|全面|深入|着力|大力|积极|切实|始终|不断|持续|进一步|加快|努力|扎实|统筹|牢固|认真|更加|充分|让|以.{2,20}为)"
)
_RESULT = re.compile(r"完成|建成|新增|投入|开工|竣工|启用|投用|获|达到?|实现|增长|提高到|成立|启动|引进|签约|荣|突破|实施|新建|改造|发放|创建")
_HAZY = re.compile(r"显著|明显|稳步|有效|不断|持续|进一步|更加|大幅|取得.{0,4}(?:成效|进展|突破|成绩)|良好|新台阶|成效|全面|深入|扎实")


@dataclass(frozen=True, slots=True)
class Clause:
    passage: int
    span: Span


def measure(
    question: str,
    topic: Topic,
    scope: Scope,
    report: IndexedDocument,
    index: Index,
    weights: TermWeights,
    reader: Reader,
    read: int = READ,
) -> tuple[list[Passage], list[Clause], dict[str, Floats]]:
    text = report.document.text
    passages = report.structure.passages
    place = {p.span.start: n for n, p in enumerate(passages)}
    n = len(passages)

    def column(query: str):
        hits = index.search(query, [report.document.id], n)
        dense, lexical, score = np.full(n, np.nan), np.zeros(n), np.zeros(n)
        clauses: dict[int, list[float]] = {}
        for hit in hits:
            at = place[hit.passage.span.start]
            dense[at], lexical[at], score[at] = hit.dense, hit.lexical, hit.score
            clauses[at] = [c.dense for c in hit.clauses]
        return dense, lexical, score, clauses

    q1 = column(question)
    q2 = column(topic.query or question)
    P: dict[str, Floats] = {}

    def z(x):
        x = np.where(np.isnan(x), np.nanmin(x), x)
        return (x - x.mean()) / (x.std() or 1.0)

    for name, q in (("q", q1), ("t", q2)):
        P[name + "_dense"] = z(q[0])
        P[name + "_lex"] = z(np.log1p(q[1]))
        P[name + "_score"] = q[2]
        fused = P[name + "_dense"] + 0.7 * P[name + "_lex"]
        order = np.argsort(-fused)
        rank = np.empty(n)
        rank[order] = np.arange(n)
        P[name + "_rank"] = np.log1p(rank)
        P[name + "_fused"] = fused / 1.7
    # headings
    heading_at = {}
    for at, p in enumerate(passages):
        if p.role is Role.HEADING:
            heading_at[p.span.of(text).strip("。:： \n")] = at
    best = (P["t_fused"] + P["q_fused"]) / 2
    subject = WeightedTerms.from_subject(" ".join(topic.phrases), "", weights)
    meant = WeightedTerms.from_subject(" ".join(topic.means), "", weights)
    wordw = {w: weights_of(w, passages, text) for w in topic.words}
    meanw = {w: weights_of(w, passages, text) for w in topic.means}

    def mention(words: Mapping[str, float], s: str) -> float:
        total = sum(words.values())
        return sum(v for w, v in words.items() if w in s) / total if total else 0.0

    def any_(words, s):
        return float(any(w in s for w in words))

    cols: dict[str, list[float]] = {}

    def put(name, value):
        cols.setdefault(name, []).append(float(value))

    # passage level
    sections: dict[tuple[str, ...], list[int]] = {}
    for at, p in enumerate(passages):
        if p.role is Role.BODY:
            sections.setdefault(p.section, []).append(at)
    smooth = np.zeros(n)
    sect = np.zeros(n)
    sect_first = np.zeros(n)
    for members in sections.values():
        m = best[members]
        for i, at in enumerate(members):
            near = [m[j] for j in range(max(0, i - 2), min(len(m), i + 3)) if j != i]
            smooth[at] = np.mean(near) if near else m[i]
            sect[at] = np.mean(sorted(m)[-3:])
    hz, hcov, hment, h2cov, hmean = (np.zeros(n) for _ in range(5))
    for at, p in enumerate(passages):
        inner = p.section[-1] if p.section else ""
        hz[at] = max((best[heading_at[h]] for h in p.section[-2:] if h in heading_at), default=-1.0)
        hcov[at] = subject.covered_by(split_terms(inner))
        h2cov[at] = subject.covered_by(split_terms(" ".join(p.section)))
        hmean[at] = any_(topic.means, inner)
        hment[at] = any_(topic.words, inner)
    pre = best + 0.3 * smooth + 0.5 * hment + 0.3 * hmean
    fits = np.array([_fits(scope, p, text) for p in passages])
    eligible = np.array([p.role is Role.BODY for p in passages])
    order = [at for at in np.argsort(-(pre + 10 * eligible + 1.5 * fits)) if eligible[at]][:read]
    logits = np.full(n, DOUBTFUL)
    isread = np.zeros(n)
    windows = []
    for at in order:
        p = passages[at]
        cl = q2[3].get(at) or [0.0]
        core = (p.clauses or (p.span,))[int(np.argmax(cl))]
        windows.append(choose_window(p, report.document, core))
    judged = reader.judge(
        [Pair(question, describe_place(passages[at]), w.of(text)) for at, w in zip(order, windows, strict=True)]
    )
    for at, j in zip(order, judged, strict=True):
        logits[at] = min(max(j.logit, DOUBTFUL), SURE)
        isread[at] = 1.0
    clauses: list[Clause] = []
    allcl1 = np.array([c for at in range(n) for c in (q1[3].get(at) or [np.nan] * len(passages[at].clauses or (1,)))])
    allcl2 = np.array([c for at in range(n) for c in (q2[3].get(at) or [np.nan] * len(passages[at].clauses or (1,)))])
    cz1, cz2 = z(allcl1), z(allcl2)
    k = 0
    seen: set[str] = set()
    for at, p in enumerate(passages):
        cs = p.clauses or (p.span,)
        kk = slice(k, k + len(cs))
        body = p.span.of(text)
        pcov = subject.covered_by(split_terms(body))
        pment, pmean = mention(wordw, body), mention(meanw, body)
        pfig = any(is_unit(f.unit[-1:]) for f in find_figures(body))
        for i, c in enumerate(cs):
            words = c.of(text)
            clauses.append(Clause(at, c))
            for name in P:
                put(name, P[name][at])
            put("smooth", smooth[at]); put("sect", sect[at]); put("hz", hz[at]); put("hcov", hcov[at]); put("h2cov", h2cov[at])
            put("hmean", hmean[at]); put("hment", hment[at])
            put("logit", logits[at]); put("read", isread[at])
            put("cz1", cz1[k + i]); put("cz2", cz2[k + i]); put("pcz1", cz1[kk].max()); put("pcz2", cz2[kk].max())
            put("ccov", subject.covered_by(split_terms(words))); put("pcov", pcov)
            put("cment", mention(wordw, words)); put("pment", pment); put("cmean", mention(meanw, words)); put("pmean", pmean)
            put("cany", any_(topic.words, words)); put("pany", any_(topic.words, body)); put("cmany", any_(topic.means, words)); put("pmany", any_(topic.means, body))
            put("phrase", any_(topic.phrases, body)); put("cphrase", any_(topic.phrases, words))
            fig = [f for f in find_figures(words) if f.unit and is_unit(f.unit[-1:]) and f.unit != "年"]
            put("fig", bool(fig)); put("nfig", min(3, len(fig))); put("pfig", pfig)
            put("loglen", math.log(len(words))); put("ploglen", math.log(len(body)))
            put("named", bool(_NAMED.search(words))); put("slogan", bool(_SLOGAN.search(words))); put("result", bool(_RESULT.search(words))); put("hazy", bool(_HAZY.search(words)))
            put("done", p.period.kind is PeriodKind.DONE); put("planned", p.period.kind is PeriodKind.PLANNED); put("other", p.period.kind is PeriodKind.OTHER)
            put("fits", fits[at]); put("heading", p.role is Role.HEADING); put("glossary", p.role is Role.GLOSSARY); put("title", p.role is Role.TITLE)
            put("first", i == 0); put("last", i == len(cs) - 1); put("leadin", words.rstrip().endswith((":", "：")))
            put("dup", words in seen); put("short", len(words) < 7)
            seen.add(words)
        k += len(cs)
    return list(passages), clauses, {name: np.array(values) for name, values in cols.items()}


def weights_of(word: str, passages: Sequence[Passage], text: str) -> float:
    count = sum(word in p.span.of(text) for p in passages)
    return math.log(1 + len(passages) / (count or 1))


def _fits(scope: Scope, passage: Passage, text: str) -> float:
    if not scope.periods:
        return 1.0
    return float(any(matches_period(passage, text, mention) for mention in scope.periods))
