"""A small made-up report for tests of this floor: every kind of statement the genre has, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from index.structure import parse_document
from index.types import Document, DocumentMeta, IndexedDocument

if TYPE_CHECKING:
    from rag.evidence.reader import Reader
    from rag.service import ReportService

TEXT = """青山市云溪区2031年政府工作报告

2031年1月12日在青山市云溪区第三届人民代表大会第二次会议上

云溪区人民政府区长  王小明

各位代表:

现在,我代表区人民政府向大会报告工作,请予审议。

一、“十五五”期间经济社会发展和2030年工作回顾

(一)综合实力显著增强。“十五五”期间,地区生产总值年均增长5.2%,居民人均可支配收入由3.1万元增加到4.4万元。

(二)城乡面貌持续改善。新建和改造市政道路31条,综合改造老旧小区60个。

一年来,我们主要做了以下工作:

(一)产业发展提质增效。社会消费品零售总额实现88亿元,外贸进出口下降3.5%。引进科技人才近900人。

(二)民生福祉不断增进。改造老旧小区12个,卫生厕所普及率达到61.5%。交办信访案件120件,办结95件。

二、2031年重点工作

2031年主要预期目标是:地区生产总值增长6%左右,社会消费品零售总额增长7%左右。

今年要重点做好以下工作:

(一)着力建设现代产业体系

壮大主导产业。推进星河光伏二期、远山物流中心等项目建设。完成云溪科技上市。

培育新兴产业。力争新增高新技术企业8家以上,外贸进出口增长4%。

(二)着力增进民生福祉

办好教育。新增公办幼儿园学位不少于600个。改造老旧小区25个,卫生厕所普及率达到80%。

名词解释

1.三条底线:指生态底线、安全底线、民生底线。

2.能耗“双控”:指能耗总量和强度“双控”。
"""


def make_report(text: str = TEXT, name: str = "yunxi-2031") -> IndexedDocument:
    """Parse `text` as a report of the made-up district."""
    meta = DocumentMeta(
        title="青山市云溪区2031年政府工作报告",
        place="青山市云溪区",
        year=2031,
        date=dt.date(2031, 1, 12),
        speaker="云溪区人民政府区长 王小明",
        occasion="青山市云溪区第三届人民代表大会第二次会议",
        source="made up for tests",
        licence="none needed",
    )
    document = Document(name, text, hashlib.sha256(text.encode()).hexdigest(), meta)
    return IndexedDocument(document, parse_document(document))


def serve_report(report: IndexedDocument, real: ReportService, reader: Reader | None = None) -> ReportService:
    """Return a service that knows `report` alone, with the encoder of the `real` one, and its `reader`."""
    from index.retrieval.search import PassageIndex
    from index.storage.builder import build_index
    from rag.service import ReportService

    context = next(iter(real.contexts.values()))
    assert isinstance(context.index, PassageIndex)
    index = build_index([report], context.index.encoder)
    return ReportService.from_index(index, reader or context.reader, real.settings)
