"""How much the checks of claims find, held above recorded floors."""

from pathlib import Path

import pytest

from tests.questions.check import materialise
from tests.rag.claims.pairs import WRITTEN, load_reports, make_mutations, measure, read_written, sample

# What each kind of mutation has to reach, and beside it what it does (docs/EVALUATION.md).
FLOORS = {
    "figure": 0.98,
    "unit": 0.98,
    "year": 0.98,
    "name": 0.98,
    "direction": 0.90,
    "negation": 0.90,
    "planned": 0.90,
    "cited sentence": 0.98,
}
LEAST_PAIRS = 500
FALSE_ALARMS = 0.045
"""Of faithful Chinese paraphrases; the aim is 0.03."""
FALSE_ALARMS_ENGLISH = 0.40
WRITTEN_LIES = {"lies": 0.98, "blind": 0.96, "fluent": 0.88, "red_team": 0.55}


OTHERS = Path(__file__).parents[4] / "shared" / "reports"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The bundled report, and the others where they are at hand."""
    if not OTHERS.is_dir():
        return load_reports(None)
    folder = tmp_path_factory.mktemp("reports")
    materialise(OTHERS, folder)
    return load_reports(folder / "corpus")


def test_mutated_claims_are_found(reports):
    pairs = sample(pair for report in reports.values() for pair in make_mutations(report))
    counts = measure(pairs)
    rates = {kind: refused / total for kind, (refused, total) in counts.items()}
    false_alarms = rates.pop("")
    if len(reports) > 1:
        assert sum(total for _, total in counts.values()) >= LEAST_PAIRS
    assert false_alarms <= 0.03
    assert {kind: rate for kind, rate in rates.items() if rate < FLOORS[kind]} == {}


@pytest.mark.parametrize(("language", "most"), [("zh", FALSE_ALARMS), ("en", FALSE_ALARMS_ENGLISH)])
def test_faithful_paraphrases_are_let_through(reports, language, most):
    pairs = [
        pair
        for name in WRITTEN
        for pair in read_written(name, reports)
        if pair.language == language and not pair.kind
    ]
    (refused, total) = measure(pairs)[""]
    assert refused / total <= most


@pytest.mark.parametrize(("name", "least"), WRITTEN_LIES.items())
def test_written_lies_are_found(reports, name, least):
    pairs = [pair for pair in read_written(name, reports) if pair.kind and pair.language == "zh"]
    assert sum(pair.is_refused for pair in pairs) >= least * len(pairs)


@pytest.mark.parametrize("name", WRITTEN)
def test_written_claims_rest_on_whole_sentences(reports, name):
    pairs = list(read_written(name, reports))
    assert len({pair.id for pair in pairs}) == len(pairs)
    assert all(pair.sources for pair in pairs)
