"""Names that a question uses and a report does not."""

import pytest

from rag.question.names import find_unnamed

TEXT = "推进万达影城、远山物流中心等项目建设,第三产业增长5%,开工建设人民医院,加强机场服务。"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("华为投资了多少亿元?", ("华为",)),
        ("万达广场什么时候开业?", ("万达广场",)),
        ("第三中学有多少学生?", ("第三中学",)),
        ("机场快线什么时候通车?", ()),
        ("有几家三甲医院?", ("三甲医院",)),
        ("有几所大学?", ()),
        ("人民医院开工了吗?", ()),
        ("远山物流中心占地多少亩?", ()),
    ],
)
def test_a_name_that_the_report_never_uses_is_found(question, names):
    assert find_unnamed(question, TEXT) == names
