"""Recognises what a report says of itself: title, place, year, speaker, meeting; never more than that.

A title block comes in many forms: the place in the title, in the name of the meeting or in the speaker's
office; the date before the meeting or in brackets; everything in one line, or a line broken in mid-word.
What none of them says stays None, and whoever adds the document is asked for it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise

from index.documents.recognition.condensed import Condensed
from index.language.lexicon import alternatives
from index.language.numerals import from_numeral
from index.structure import parse_document
from index.structure.lines import find_frame
from index.structure.starts import ends_sentence, is_address
from index.types import Document, DocumentMeta, Section, Span

__all__ = ["Recognised", "recognise"]

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(
    rf"(?P<year>\d{{4}}|[一二三四五六七八九〇○零O]{{4}})年(?:(?P<month>{_NUMBER})月(?P<day>{_NUMBER})日)?"
)
_MEETING = re.compile(
    rf"(?P<before>[\u4e00-\u9fff]{{0,24}}?)第?{_NUMBER}届(?P<nation>全国)?(?:人民代表大会|人大)"
    rf"(?:常务委员会|常委会)?(?:第?{_NUMBER}次(?:全体)?会议)?"
)
_TITLE = re.compile(r"工作报告|报告")
_OF_GOVERNMENT = re.compile(
    r"(?:\d{4}年)?(?P<place>[\u4e00-\u9fff]{2,20}?)(?:人民)?(?:政府)?(?:\d{4}年)?(?:人民)?《?(?:政府)?工作报告"
)
_TITLE_YEAR = re.compile(r"(?P<before>\d{4})年?[^\d]{0,20}报告|报告[（(](?P<after>\d{4})年?[）)]")
_NAME = (
    r"(?:[\u4e00-\u9fff]{1,8}(?:[·•・.][\u4e00-\u9fff]{1,8}){1,3}"
    r"|[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{5,6}(?=$))"
)
_OFFICE = rf"(?:[\u4e00-\u9fff]{{0,24}}?)(?:{alternatives('title_block', 'office')})"
_SPEAKER = re.compile(rf"^[—–―-]*(?P<office>{_OFFICE})[:：,，]?(?P<name>{_NAME})(?=$|[（(])")
_OFFICE_INSIDE = re.compile(
    rf"(?:会议(?:上|通过)?|日)(?P<office>{_OFFICE})[:：]?(?P<name>{_NAME})(?=$|[在作（(])"
)
_NAME_ALONE = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}(?:[·•・][\u4e00-\u9fff]{1,8}){1,3}")
_NAME_AFTER_DATE = re.compile(rf"日(?P<name>{_NAME})[）)]")
_SPOKEN = re.compile(r"代表(?P<place>[\u4e00-\u9fff]{1,20}?)(?:人民政府|政府)|代表(?P<nation>国务院)")

_PLACE_ENDS = frozenset("省市区县旗州盟镇乡")
_ANY_PLACE = frozenset(
    {"省", "市", "县", "区", "州", "盟", "旗", "镇", "乡", "地区", "新区", "开发区"}
    | {"自治区", "自治州", "自治县", "自治旗"}
)
"""How a report calls the place that it is about without naming it."""
_OURS = frozenset("我全本各这该")
_NATION = "全国"
_CUT = re.compile(r"——|--|[（(](?=\d{4}年\d)|\s[—–-]|(?<=报告)\d{4}年")
"""What follows the title in one line: the meeting, date and speaker."""
_TITLE_LONGEST = 60
_HEAD_LINES, _HEAD_LONGEST = 6, 60  # lines of a document without a salutation that may be its title block
_OPENING = 600  # characters in which the speaker says for whom he speaks
_EARLIEST, _LATEST = 1900, 2200
_PLANNED = re.compile(r"(?P<year>\d{4})年.{0,14}(?:安排|任务|重点|目标|打算|部署|建议)")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a document says of itself, None where it does not; `spans` tell where in its text, by field."""

    title: str | None = None
    place: str | None = None
    year: int | None = None
    date: dt.date | None = None
    speaker: str | None = None
    occasion: str | None = None
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that somebody has to be asked for: without them no question finds its report."""
        return tuple(name for name in ("place", "year") if getattr(self, name) is None)


def recognise(text: str) -> Recognised:
    """Return what `text` says of itself; where its title block names no year, its headings may."""
    return _Reading(text).result()


class _Reading:
    """One document while it is looked at."""

    def __init__(self, text: str) -> None:
        self._text = text
        frame = find_frame(text)
        self._lines = list(frame.title) or [
            line for line in frame.body[:_HEAD_LINES] if len(line) <= _HEAD_LONGEST
        ]
        self._opening = frame.body[:_HEAD_LINES]
        self._head = Condensed.of(text, self._lines)
        self._spans: dict[str, Span] = {}

    def result(self) -> Recognised:
        title = self._find_title()
        occasion, meeting_place = self._find_meeting()
        speaker, office_place = self._find_speaker()
        place = meeting_place or self._find_place_in_title() or office_place or self._find_place_spoken()
        date = self._find_date()
        return Recognised(title, place, self._find_year(date), date, speaker, occasion, self._spans)

    def _find_title(self) -> str | None:
        titles = [line for line in self._lines if len(line) <= 2 * _TITLE_LONGEST and not self._is_said(line)]
        named = [line for line in titles if _TITLE.search(Condensed.of(self._text, [line]).text)]
        # The fullest form names place or year; where two do, the first.
        best = max(named, key=lambda line: self._tells(line), default=titles[0] if titles else None)
        if best is None:
            return None
        cut = _CUT.search(self._text, best.start, best.end)
        span = Span(best.start, cut.start() if cut and cut.start() > best.start else best.end)
        found = Condensed.of(self._text, [span])
        if not found.text or len(found.text) > _TITLE_LONGEST:
            return None
        self._spans["title"] = found.span(0, len(found.text))
        return (
            " ".join(self._spans["title"].of(self._text).split()) if self._latin(found.text) else found.text
        )

    def _is_said(self, line: Span) -> bool:
        """Tell whether a line is speech: an address, or a sentence."""
        words = line.of(self._text)
        return is_address(words) or ends_sentence(words)

    def _latin(self, words: str) -> bool:
        return any(character.isascii() and character.isalpha() for character in words)

    def _tells(self, line: Span) -> int:
        words = Condensed.of(self._text, [line]).text
        named = _OF_GOVERNMENT.search(words)
        return 2 * bool(named and _is_place(named["place"])) + bool(_TITLE_YEAR.search(words))

    def _find_meeting(self) -> tuple[str | None, str | None]:
        for match in _MEETING.finditer(self._head.text):
            start = match.start("before") + _begin_of_place(match["before"])
            place = self._head.text[start : match.end("before")]
            end = match.end()
            self._spans["occasion"] = self._head.span(start, end)
            if match["nation"] or place.endswith(_NATION):
                return self._head.text[start:end], self._keep("place", _NATION, match.start("nation"))
            if _is_place(place):
                self._spans["place"] = self._head.span(start, match.end("before"))
                return self._head.text[start:end], place
            return self._head.text[start:end], None
        return None, None

    def _keep(self, name: str, value: str, start: int) -> str:
        if start >= 0:
            self._spans[name] = self._head.span(start, start + len(value))
        return value

    def _find_place_in_title(self) -> str | None:
        for line in self._lines:
            found = Condensed.of(self._text, [line])
            match = _OF_GOVERNMENT.search(found.text)
            if match and _is_place(match["place"]):
                self._spans["place"] = found.span_of(match, "place")
                return match["place"]
        return None

    def _find_speaker(self) -> tuple[str | None, str | None]:
        for line in reversed(self._lines):
            found = Condensed.of(self._text, [line])
            match = _SPEAKER.search(found.text) or _OFFICE_INSIDE.search(found.text)
            if match:
                self._spans["speaker"] = Span(
                    found.span_of(match, "office").start, found.span_of(match, "name").end
                )
                named = _place_of_office(match["office"])
                if match["office"].startswith("国务院"):
                    named = _NATION
                if named and "place" not in self._spans:
                    self._spans["place"] = found.span(
                        match.start("office"), match.start("office") + len(named)
                    )
                return f"{match['office']} {match['name']}", named
        if match := _NAME_AFTER_DATE.search(self._head.text):
            self._spans["speaker"] = self._head.span_of(match, "name")
            return match["name"], None
        last = Condensed.of(self._text, self._lines[-1:])
        if len(self._lines) > 1 and _NAME_ALONE.fullmatch(last.text) and not _is_place(last.text):
            self._spans["speaker"] = last.span(0, len(last.text))
            return last.text, None
        return None, None

    def _find_place_spoken(self) -> str | None:
        opening = Condensed.of(self._text, self._opening)
        for match in _SPOKEN.finditer(opening.text, 0, _OPENING):
            if match["nation"]:
                self._spans["place"] = opening.span_of(match, "nation")
                return _NATION
            if _is_place(match["place"]):
                self._spans["place"] = opening.span_of(match, "place")
                return match["place"]
        return None

    def _find_date(self) -> dt.date | None:
        for match in _DATE.finditer(self._head.text):
            if match["month"] is None:
                continue
            try:
                date = dt.date(
                    _read_year(match["year"]), from_numeral(match["month"]), from_numeral(match["day"])
                )
            except ValueError:  # 2月30日
                continue
            if _EARLIEST <= date.year <= _LATEST:
                self._spans["date"] = self._head.span_of(match)
                return date
        return None

    def _find_year(self, date: dt.date | None) -> int | None:
        for line in self._lines:
            found = Condensed.of(self._text, [line])
            if match := _TITLE_YEAR.search(found.text):
                group = "before" if match["before"] else "after"
                year = int(match[group])
                if date is not None and date.year - year in (1, -1):
                    break  # sites call it after the year that it reviews; it plans the year it was given in
                if date is not None and date.year != year:
                    return None  # one of the two is not the report's: somebody has to say
                if _EARLIEST <= year <= _LATEST:
                    self._spans["year"] = found.span_of(match, group)
                    return year
        if date is not None:
            self._spans["year"] = Span(self._spans["date"].start, self._spans["date"].start + 4)
            return date.year
        return self._find_planned_year()

    def _find_planned_year(self) -> int | None:
        """Return the year that the headings of a report plan for, where they agree."""
        found = [
            (int(match["year"]), section.start + match.start("year"))
            for section in _outline_of(self._text)
            if (match := _PLANNED.search(section.heading))
        ]
        if len({year for year, _ in found}) != 1:
            return None
        year, start = found[0]
        self._spans["year"] = Span(start, start + len(str(year)))
        return year


def _outline_of(text: str) -> list[Section]:
    """Return the parts of a text and their sections; a title block, and with it the year, is not needed."""
    meta = DocumentMeta("", "", _EARLIEST, dt.date(_EARLIEST, 1, 1), "", "", "", "")
    parts = parse_document(Document("", text, "", meta)).outline
    return [one for part in parts for one in (part, *part.children)]


def _is_place(words: str) -> bool:
    return len(words) > 1 and words[-1] in _PLACE_ENDS and words[0] not in _OURS and words not in _ANY_PLACE


def _place_of_office(office: str) -> str | None:
    """Return the place that an office names (云溪区 of 云溪区人民政府代区长 and of 云溪区区长)."""
    named, government, _ = office.partition("人民政府")
    if not government:
        ends = [
            i for i, (last, next_) in enumerate(pairwise(office)) if last in _PLACE_ENDS and next_ != "长"
        ]
        named = office[: ends[-1] + 1] if ends else ""
    return named if _is_place(named) else None


def _begin_of_place(before: str) -> int:
    """Return where the name of a place begins in what stands before a meeting: after 在 or 报告."""
    begins = [before.rfind(mark) + len(mark) for mark in ("报告", "在") if mark in before]
    return max(begins, default=int(before.startswith("日")))


def _read_year(year: str) -> int:
    return int(year) if year.isdecimal() else from_numeral(re.sub("[○O]", "〇", year))
