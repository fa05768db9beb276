"""An encoder without a model, and small reports, for the tests of the index."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from index.storage.corpus_index import build_generation, open_generation
from index.types import Document, DocumentMeta, Vectors

DIMENSION = 64

REPORT = """某县2021年政府工作报告

2021年1月20日在某县第三届人民代表大会第一次会议上

县长 某某

各位代表:
现在,我代表县人民政府,向大会报告工作,请予审议。
一、“十三五”工作回顾
(一)综合实力显著增强。经济在转型中稳步前行,地区生产总值年均增长4.3%。农村居民人均可支配收入由1.5万元增加到2.3万元。
(二)生态环境持续改善。完成造林1.5万亩,森林覆盖率达到21%。空气质量优良天数比例达到85%。
二、2021年重点工作
(一)大力发展现代农业。规划建设高标准农田1.1万亩,新建S29高速连接线12公里。
(二)切实保障和改善民生。新增居家养老服务中心15个以上,完成老旧小区改造82个。
"""

OTHER_REPORT = """某市2020年政府工作报告

2020年1月10日在某市第八届人民代表大会第五次会议上

市长 某某

各位代表:
一、2019年工作回顾
全市地区生产总值增长6.1%。新建高标准农田3万亩,改造老旧小区140个。
二、2020年工作安排
(一)推动绿色发展。森林覆盖率提高到35%,空气质量优良天数比例达到90%以上。
(二)加强和改进民生工作。新增公办幼儿园学位6000个,城镇登记失业率控制在4%以内。
"""


class HashingEncoder:
    """An encoder by the Protocol's word: a hashed bag of character bigrams, L2-normalised."""

    def __init__(self) -> None:
        self.calls = 0

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        return self.encode_document(inputs)

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        self.calls += 1
        rows = np.zeros((len(inputs), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, inputs, strict=True):
            for left, right in pairwise(f"^{text}$"):
                row[zlib.crc32((left + right).encode()) % DIMENSION] += 1
            row /= np.linalg.norm(row)
        return rows


def make_document(name: str, text: str, **meta: Any) -> Document:
    described = {
        "title": text.partition("\n")[0],
        "place": "某地",
        "year": 2021,
        "date": dt.date(2021, 1, 20),
        "speaker": "某某",
        "occasion": "人民代表大会",
        "source": "a test",
        "licence": "none",
    }
    return Document(name, text, hashlib.sha256(text.encode()).hexdigest(), DocumentMeta(**described | meta))


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="session")
def write_report() -> Callable[..., Document]:
    """Make a Document of an id and a text; further fields go into its metadata."""
    return make_document


@pytest.fixture(scope="session")
def reports() -> list[Document]:
    """Two short reports that speak of the same things with other figures."""
    return [make_document("county-2021", REPORT), make_document("city-2020", OTHER_REPORT)]


@pytest.fixture
def build(tmp_path, reports, encoder) -> Callable[..., int]:
    def build(documents: list[Document] = reports, fingerprint: str = "hashing") -> int:
        return build_generation(tmp_path, documents, encoder, fingerprint=fingerprint)

    return build


@pytest.fixture
def open_(tmp_path, encoder) -> Callable[..., object]:
    def open_(documents: list[Document] | None = None, fingerprint: str = "hashing"):
        return open_generation(tmp_path, encoder, fingerprint=fingerprint, documents=documents)

    return open_
