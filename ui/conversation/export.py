"""A conversation as a Markdown file: each statement with footnotes that say exactly where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from index.types import IndexedDocument
from rag.quotation import MARKER
from rag.types import SPEAKS_OF_IT, Answer, Citation, Mode, SentenceState, Status
from ui.conversation.gaps import Gap, read_gap
from ui.conversation.model import Conversation, Exchange
from ui.texts import Words
from ui.texts.labels import name_period, name_section

# What Markdown reads as markup anywhere, and at the beginning of a line.
_SYNTAX = re.compile(r"[\\`*_\[\]<>#|~&$^!]|^[-+=]|(?:(?<=^\d)|(?<=^\d\d))[.)](?=\s)")
_BLANK = re.compile(r"\s+")
# What follows a sentence of an answer that a model wrote; one that is left out has words in its place.
_MARKS = {SentenceState.VERIFIED: "✓", SentenceState.QUOTED: "“”"}


def write_markdown(
    conversation: Conversation, documents: Mapping[str, IndexedDocument], words: Words, site: str
) -> str:
    """Return the conversation; `site` is the page's address, for the links into the report."""
    return _Writer(documents, words, site.rstrip("/")).write(conversation.exchanges)


def write_exchange(
    exchange: Exchange, documents: Mapping[str, IndexedDocument], words: Words, site: str
) -> str:
    """Return one answer with its footnotes, to be put into another text."""
    return _Writer(documents, words, site.rstrip("/")).write_one(exchange)


class _Writer:
    def __init__(self, documents: Mapping[str, IndexedDocument], words: Words, site: str) -> None:
        self._documents = documents
        self._words = words
        self._site = site
        self._footnotes: list[Citation] = []

    def write(self, exchanges: Sequence[Exchange]) -> str:
        blocks = [f"# {self._words.page_title}"]
        for number, exchange in enumerate(exchanges, start=1):
            blocks += (f"## {number}. {_escape(exchange.asked)}", *self._write_reply(exchange))
        return self._close(blocks)

    def write_one(self, exchange: Exchange) -> str:
        return self._close(self._write_reply(exchange))

    def _close(self, blocks: list[str]) -> str:
        """Return the blocks as a text, with the footnotes that they call for."""
        cited = dict.fromkeys(citation.document for citation in self._footnotes)
        blocks += [f"## {self._words.sources}"] if cited else []
        blocks += [self._write_document(self._documents[name]) for name in cited]
        blocks += [self._write_footnote(n, one) for n, one in enumerate(self._footnotes, start=1)]
        return "\n\n".join(blocks) + "\n"

    def _write_reply(self, exchange: Exchange) -> list[str]:
        answer = exchange.answer
        if answer is None:
            return [f"*{_escape(exchange.problem or self._words.stopped)}*"]
        if answer.status is not Status.NOT_FOUND:
            told = [*self._tell_model(answer), *answer.notices]
            told += [self._words.stopped] if exchange.stopped else []
            return [self._write_answer(answer), *(f"*{_escape(sentence)}*" for sentence in told)]
        reason = answer.reason.text if answer.reason else answer.answer
        spoken_of = answer.reason is not None and answer.reason.code in SPEAKS_OF_IT
        verdict = "" if spoken_of else f"**{self._words.not_found}** "
        nearest = [f"- {_escape(one.quote)}{self._mark(one)}" for one in answer.closest]
        name = self._words.on_topic if spoken_of else self._words.closest
        heading = [f"{name}:", "\n".join(nearest)] if nearest else []
        return [f"{verdict}{_escape(reason)}", *heading]

    def _write_answer(self, answer: Answer) -> str:
        """Return the text of an answer, its markers as footnotes; others of their look stay text."""
        marks = {citation.n: self._mark(citation) for citation in answer.citations}
        text, done = "", 0
        for place, sentence in sorted(enumerate(answer.sentences), key=lambda one: one[1].span):
            gap = read_gap(answer, done, sentence.span.start, place)
            text += _escape(MARKER.sub("", gap.text)) + _write_block(gap, first=not text)
            text += _escape(sentence.span.of(answer.answer))
            text += self._write_state(sentence.state) if answer.mode is Mode.LLM else ""
            text += "".join(marks[number] for number in sentence.citations if number in marks)
            done = sentence.span.end
        rest = answer.answer[done:]
        return text + _escape(MARKER.sub("", rest) if answer.sentences else rest)

    def _tell_model(self, answer: Answer) -> list[str]:
        """Return who wrote an answer, and what the marks of its sentences mean."""
        if answer.mode is not Mode.LLM:
            return []
        states = {sentence.state for sentence in answer.sentences}
        meant = [f"{mark} {self._words.states[state]}" for state, mark in _MARKS.items() if state in states]
        return [" · ".join((self._words.written_by.format(model=answer.model), *meant))]

    def _write_state(self, state: SentenceState) -> str:
        return _MARKS.get(state) or _escape(self._words.left_out)

    def _mark(self, citation: Citation) -> str:
        self._footnotes.append(citation)
        return f"[^{len(self._footnotes)}]"

    def _write_document(self, indexed: IndexedDocument) -> str:
        document = indexed.document
        facts = (document.meta.place, document.meta.date_text, document.meta.source)
        known = " · ".join(_escape(fact) for fact in facts if fact)
        return f"- **{_escape(document.meta.title)}** · {known} · SHA-256 `{document.sha256}`"

    def _write_footnote(self, number: int, citation: Citation) -> str:
        start, end = citation.span.start, citation.span.end
        title = self._documents[citation.document].document.meta.title
        where = (
            title,
            name_section(citation.section),
            name_period(citation.period, self._words),
            self._words.offsets.format(start=start, end=end),
        )
        link = f"{self._site}/?{urlencode({'doc': citation.document, 'start': start, 'end': end})}"
        placed = " · ".join(_escape(one) for one in where if one)
        return f"[^{number}]: “{_escape(citation.quote)}” — {placed} · <{link}>"


def _write_block(gap: Gap, *, first: bool) -> str:
    """Return what puts the next sentence under its lead or behind its bullet."""
    break_before = "" if first else "\n\n" if gap.group is not None else "\n"
    if gap.group is not None:
        return f"{break_before}### {_escape(gap.lead)}\n\n{'- ' if gap.bullet else ''}"
    return f"{break_before}- " if gap.bullet else ""


def _escape(text: str) -> str:
    r"""Return `text` as one line of Markdown that shows these characters, white space run together."""
    return _SYNTAX.sub(lambda found: "\\" + found[0], _BLANK.sub(" ", text.strip()))
