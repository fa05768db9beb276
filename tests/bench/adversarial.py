"""Questions made to stall a server, asked of a real one: `python -m tests.bench.adversarial [COUNT]`.

Prints the worst and the 99th-percentile answer time, how long `/health/live` waited meanwhile, and the
processor time of the worst answer: on a machine that is busy otherwise it says more than the clock. The
questions are generated from a seed: words of the genre, of the grammar of questions and of nothing, repeated,
joined and mixed, up to the 2,000 characters of the contract.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator

import psutil

from tests.bench.server import build_index, start_server

COUNT = 2_000
LONGEST = 2_000
"""Characters of a question, as the contract has it."""
SEED = 9
PAUSE = 0.05
"""Seconds between two looks at /health/live."""
SLOW = 100.0
"""Milliseconds: half of what a check of whether the server lives may wait."""
SHOWN = 5

_WORDS = (
    "老旧小区", "断头路", "社会消费品零售总额", "2020年", "“十三五”", "城镇居民",
    "农村居民人均可支配收入", "新建小学", "绿化率", "GDP", "呼和浩特市", "赛罕区", "金桥开发区",
    "3条", "12.5%", "1,234", "亿元", "三个具体",
)  # fmt: skip
_JOINTS = (
    "和", "与", "跟", "同", "及", "比", "从", "到", "、", ",", "，", "；", ";", "?", "？", "。",
    " ", "\n", "的", "了", "在", "“", "”", "(", ")", "《", "以及", "并且", "等", "分别", "占",
    "受", "以", "再", "同比", "其中", "它",
)  # fmt: skip
_ASKS = (
    "多少", "几条", "哪个", "是什么", "什么意思", "相差多少", "高多少", "分别是多少", "哪些", "谁",
    "为什么", "何时", "吗", "有多少没有完成", "增加了多少", "哪两个", "几个", "呢",
)  # fmt: skip
_ENGLISH = (
    "what is ", "which ", "how many ", "the difference in ", "between ", "who ", "delivered ",
    "the report ", "mean ", "term ", "and ", "from ", "to ", "higher ", "district ", "urban ",
    "rural ", "in 2020 ", "Jinqiao ", "Xyzzy ", "of ", "50 million ", "five-year plan ",
)  # fmt: skip
_NOISE = (
    "a",
    "1",
    "1.",
    "1,111",
    "中",
    "一",
    "　",
    "\u200b",
    "é",
    "𠮷",
    "😀",
    "<!--",
    "[1]",
    "%",
    "－",
    "年",
)


def generate(count: int, seed: int = SEED) -> Iterator[str]:
    """Yield `count` questions, the same for a seed."""
    choose = random.Random(seed)
    kinds = (_repeat, _repeat_in_frame, _chain, _many, _english, _mix)
    for number in range(count):
        words = kinds[number % len(kinds)](choose)
        yield words[: choose.choice((LONGEST, LONGEST, LONGEST // 2, LONGEST // 4))].strip() or "？"


def _any(choose: random.Random) -> str:
    return choose.choice(choose.choice((_WORDS, _JOINTS, _ASKS, _ENGLISH, _NOISE)))


def _repeat(choose: random.Random) -> str:
    """One to three pieces over and over."""
    return "".join(_any(choose) for _ in range(choose.randint(1, 3))) * LONGEST


def _repeat_in_frame(choose: random.Random) -> str:
    """The same inside what looks like a question."""
    unit = choose.choice(_WORDS) + choose.choice(_JOINTS)
    return f"{choose.choice(_WORDS)}{unit * 400}"[: LONGEST - 20] + choose.choice(_ASKS) + "？"


def _chain(choose: random.Random) -> str:
    """Things one after another, each joined to the next."""
    return "".join(choose.choice(_WORDS) + choose.choice(_JOINTS) for _ in range(300))


def _many(choose: random.Random) -> str:
    """As many questions as fit."""
    end = choose.choice(("？", "?", "；", "\n", "，"))
    return "".join(choose.choice(_WORDS) + choose.choice(_ASKS) + end for _ in range(300))


def _english(choose: random.Random) -> str:
    """English words in any order."""
    return "".join(choose.choice(_ENGLISH) for _ in range(400))


def _mix(choose: random.Random) -> str:
    """Anything after anything."""
    return "".join(_any(choose) for _ in range(600))


def main(count: int) -> None:
    """Ask and print; milliseconds."""
    questions = list(generate(count))
    with build_index() as built, start_server(built.env) as (process, port, _):
        server = psutil.Process(process.pid)
        waits: list[float] = []
        done = threading.Event()
        watch = threading.Thread(target=_watch, args=(port, waits, done))
        watch.start()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        took: list[tuple[float, str]] = []
        work: list[float] = []
        for at, question in enumerate(questions):
            before, start = server.cpu_times(), time.perf_counter()
            connection.request(
                "POST", "/api/ask", json.dumps({"question": question}), {"content-type": "application/json"}
            )
            response = connection.getresponse()
            response.read()
            took.append(((time.perf_counter() - start) * 1e3, question))
            work.append((sum(server.cpu_times()[:2]) - sum(before[:2])) * 1e3)
            if response.status != http.HTTPStatus.OK:
                print(f"question {at} was answered with {response.status}: {question[:60]!r}")
        done.set()
        watch.join()
    times = sorted((milliseconds for milliseconds, _ in took), reverse=True)
    rows = [
        ("questions", f"{len(times)}"),
        ("answer, median", f"{statistics.median(times):.0f} ms"),
        ("answer, p99", f"{times[len(times) // 100]:.0f} ms"),
        ("answer, worst", f"{times[0]:.0f} ms"),
        ("server's work for an answer, worst", f"{max(work):.0f} ms"),
        ("/health/live meanwhile, p99", f"{sorted(waits)[-1 - len(waits) // 100]:.0f} ms"),
        ("/health/live meanwhile, worst", f"{max(waits):.0f} ms"),
        (
            f"/health/live meanwhile, over {SLOW:.0f} ms",
            f"{sum(wait > SLOW for wait in waits)} of {len(waits)}",
        ),
    ]
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:{width}}  {value:>10}" for name, value in rows))
    for milliseconds, question in sorted(took, reverse=True)[:SHOWN]:
        print(f"{milliseconds:8.0f} ms  {len(question):5} characters  {question[:60]!r}")


def _watch(port: int, waits: list[float], done: threading.Event) -> None:
    """Ask /health/live over and over, on a connection of its own, and note what each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while not done.wait(PAUSE):
        start = time.perf_counter()
        connection.request("GET", "/health/live")
        connection.getresponse().read()
        waits.append((time.perf_counter() - start) * 1e3)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
