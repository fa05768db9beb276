"""Words of rank, cause, extent, certainty and how far things have come, which no claim may add."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ALIKE = tuple(
    re.compile(rf"{chinese}|\b(?:{english})\b", re.IGNORECASE)
    for chinese, english in (
        (
            r"全部|所有|全体|一律|均(?![等衡值匀])|全面|全覆盖|都(?!市)|全(?=[域部员覆力区])|各",
            r"all|every|each|entire(?:ly)?|whole|fully?|completely",
        ),
        (
            r"第一|首位|之首|榜首|居首|最高|最多|最大|首[家个次]",
            r"first|highest|largest|biggest|most|top|best",
        ),
        (
            r"因为|由于|导致|得益于|归功于|受益于|原因|因此|所以|使得|造成|受.{0,40}(?:影响|冲击)",
            r"because|due to|thanks to|as a result|owing to|caused by|driven by",
        ),
        (r"全国|国家|中国|我国", r"national(?:ly)?|nationwide"),
        (r"全球|世界|国际", r"world(?:wide)?|global(?:ly)?|international(?:ly)?"),
        (r"唯一|仅|只(?=[有在是用])", r"only|sole"),
        (
            r"大幅|显著|明显|迅速|快速|彻底|完全|远超",
            r"significant(?:ly)?|sharp(?:ly)?|dramatic(?:ally)?|rapid(?:ly)?",
        ),
        (
            r"竣工|完工|建成|建好|投产|通车|投用|投入使用|启用|开通|交付|落成|开业|运营|运行",
            r"completed|finished|opened|in operation|into use|put into",
        ),
        (r"开工|动工|启动|奠基|开始|破土", r"started|began|begun|launched|broke ground"),
        (
            r"取消|停止|暂停|终止|放弃|撤销|关停|关闭|叫停",
            r"cancel\w*|stopped|halted|suspended|abandoned|closed|shut",
        ),
        (r"推迟|延期|延迟|搁置|延后", r"postponed|delayed|deferred"),
        (r"约|左右|大致", r"about|around|approximately"),
        (r"历史|史上|创新高|新高|世界纪录", r"record|historic"),
    )
)
"""What one of these words says, another says as well."""

_EMPHASIS = re.compile(
    r"首次|首个|首家|首位|第一|最[一-鿿]|率先|领先|前列|之首|之最|全国|全省|全市|全自治区|全球|世界|国际|"
    r"国家级|省级|自治区级|历史|史上|创新高|新高|翻[一两二三2345]?番|一半|半数|过半|\d倍|"
    r"因为|由于|导致|得益于|归功于|受益于|原因|因此|所以|使得|造成|"
    r"全部|所有|全体|一律|仅|只有|只(?=[有在是用])|唯一|每[个名户家条]|全面|远超|大幅|显著|明显|迅速|快速|彻底|完全|"
    r"竣工|完工|投产|通车|投用|投入使用|启用|开通|交付|落成|开业|开工|动工|奠基|破土|"
    r"取消|停止|暂停|终止|放弃|撤销|关停|关闭|叫停|推迟|延期|延迟|搁置|延后|失败|停工|停产|停滞|搁浅|拖延|解约|谢绝|搬迁|取缔|发放|转为|落选|申报|流失|低迷|获批|批准|(?<!以)上市|破产|"
    r"首要|核心|超额|提前|大约|可能|称号|表彰|"
    r"\b(?:all|every|entire|first|highest|largest|biggest|best|national(?:ly)?|nationwide|global(?:ly)?|"
    r"only|sole|because|due to|thanks to|owing to|significantly|sharply|dramatically|rapidly|historic|half|"
    r"double[ds]?|triple[ds]?|cancell?ed|halted|suspended|abandoned|postponed|delayed|deferred|"
    r"ahead of schedule|probably|may|might)\b",
    re.IGNORECASE,
)


def find_emphasis(claim: str, support: str) -> Iterator[str]:
    """Yield what `claim` stresses and `support`, all that its sources say, does not."""
    for match in _EMPHASIS.finditer(claim):
        words = match.group()
        alike = next((pattern for pattern in _ALIKE if pattern.search(words)), None)
        if words not in support and not (alike and alike.search(support)):
            yield words
