"""Weights are data: each table says where it comes from, and what fits one leaves the others alone."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rag.evidence.answerability import REGRESSION
from rag.evidence.candidates import RANKING, Ranking
from rag.evidence.salience import SALIENCE
from rag.evidence.selection import SELECTION
from rag.evidence.topic import load_regressions
from rag.evidence.weights import WEIGHTS_FILE
from rag.training.ranking import search
from rag.training.weights import write_tables

TEXT = WEIGHTS_FILE.read_text("utf-8")
TABLES = tomllib.loads(TEXT)


def test_every_table_stands_under_a_comment_that_says_how_it_came_to_be() -> None:
    blocks = re.split(r"\n\n(?=# )", TEXT)
    assert all(
        re.match(r"# (Written by `python -m rag\.training|Found by hand|Reasoned)", one) for one in blocks
    )


def test_every_table_is_what_the_code_computes_with() -> None:
    on_topic, telling = load_regressions()
    used = {
        "ranking": RANKING,
        "answerability": REGRESSION,
        "salience": SALIENCE,
        "selection": SELECTION,
        "on_topic": on_topic,
        "telling": telling,
    }
    assert {name: asdict(one) for name, one in used.items()} == {name: TABLES[name] for name in used}
    assert TABLES.keys() == used.keys() | {"terms", "promise"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(WEIGHTS_FILE, tmp_path))


@pytest.mark.parametrize("name", ["ranking", "answerability"])
def test_writing_a_table_again_changes_its_comment_alone(file: Path, name: str) -> None:
    write_tables(file, "Written by a test.", {name: TABLES[name]}, 4)
    assert tomllib.loads(file.read_text("utf-8")) == TABLES
    assert file.read_text("utf-8").count("# Written by a test.\n\n") == 1
    assert len(re.findall(r"\n\n# ", file.read_text("utf-8"))) == len(re.findall(r"\n\n# ", TEXT))


def test_products_of_columns_are_written_in_quotes_and_read_again(file: Path) -> None:
    names = ("on_topic", "telling")
    write_tables(file, "Written by a test.", {name: TABLES[name] for name in names}, 4)
    assert tomllib.loads(file.read_text("utf-8")) == TABLES


def test_a_new_table_comes_last(file: Path) -> None:
    write_tables(file, "Written by a test.", {"new": {"a": 1.0}}, 1)
    assert list(tomllib.loads(file.read_text("utf-8"))) == [*TABLES, "new"]


def test_a_table_that_shares_its_comment_is_not_torn_out(file: Path) -> None:
    with pytest.raises(ValueError, match=r"'telling'.*comment of their own"):
        write_tables(file, "Written by a test.", {"on_topic": TABLES["on_topic"]}, 4)
    assert file.read_text("utf-8") == TEXT


def test_the_search_takes_a_weight_that_does_clearly_better_and_no_other() -> None:
    def score(ranking: Ranking) -> float:
        return 0.5 + 0.1 * (ranking.clause < RANKING.clause) + 0.001 * (ranking.length > RANKING.length)

    found, lines = search(RANKING, score)
    assert found == replace(RANKING, clause=RANKING.clause / 2)
    assert len(lines) == 2 * len(asdict(RANKING))
