"""Answer similarity beside aberrance, given its item and person parameters."""

import csv
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring.copying_indices import copying_indices
from scoring.similarity import copying, option_chances, similar_pairs

FILE = "collusion_psych101_injected"
CLOSE = 1e-6


def _collusion(sources: Sources) -> Iterator[Row]:
    wanted = sources.expected(FILE)
    with (sources.root / "data" / "psych101_injected.csv").open(encoding="utf-8") as file:
        answers = [[int(each) - 1 for each in row["responses"]] for row in csv.DictReader(file)]
    codes = np.array(answers)[:, np.array(wanted["items_used"]) - 1]
    slopes, intercepts = (
        np.column_stack([figures(wanted["psi"], f"{name}{option}") for option in range(1, 5)])
        for name in ("lambda", "zeta")
    )
    abilities = {int(row["row"]): float(row["eta"]) for row in wanted["xi"]}
    persons = sorted(abilities)
    places = {person: place for place, person in enumerate(persons)}
    given = codes[np.array(persons) - 1]
    chances = option_chances(slopes, intercepts, [abilities[person] for person in persons])
    found = similar_pairs(given, chances, screen=-np.inf)
    at = {pair: n for n, pair in enumerate(zip(found.first, found.second, strict=True))}
    theirs = wanted["pairs"]
    rows = [at[tuple(sorted((places[pair["i"]], places[pair["j"]])))] for pair in theirs]
    row = partial(Row, FILE, "similarity.similar_pairs")
    yield row("omega", largest(found.omegas[rows], figures(theirs, "OMG_R")), CLOSE)
    for ours, name in ((found.omega_p, "OMG_R_p"), (found.gbt_p, "GBT_R_p")):
        yield row(name, largest(ours[rows], figures(theirs, name), relative=True), CLOSE)
    theirs = wanted["copying_source_copier"]
    ours = []
    for pair in theirs:
        source, copier = (places[int(each)] for each in pair["name"].split("-"))
        ours.append(copying(given[copier], chances[copier], given[source]))
    row = partial(Row, FILE, "similarity.copying")
    omegas, omega_p, gbt_p = np.array(ours).T
    yield row("omega", largest(omegas, figures(theirs, "OMG_R")), CLOSE)
    for tails, name in ((omega_p, "OMG_R_p"), (gbt_p, "GBT_R")):
        yield row(name, largest(tails, figures(theirs, name), relative=True), CLOSE)
    yield from _wrong_answers(sources, np.array(answers))


def _wrong_answers(sources: Sources, codes: FloatArray) -> Iterator[Row]:
    key = sources.table("psych101_key", ["key"])[:, 0].astype(int) - 1
    row = partial(Row, FILE, "copying_indices.copying_indices")
    for pair in sources.expected(FILE)["CopyDetect"]:
        found = copying_indices(codes, key, pair["copier"] - 1, pair["source"] - 1)
        variants = pair["out"]["K.variants"]
        for ours, name, theirs in (
            (found.k, "K", pair["out"]["K.index"]["k.index"]),
            (found.k1, "K1", variants["K1.index"]),
            (found.k2, "K2", variants["K2.index"]),
            (found.s1, "S1", variants["S1.index"]),
            (found.s2, "S2", variants["S2.index"]),
        ):
            name_of_pair = f"{name}, {pair['source']}-{pair['copier']}"
            yield row(name_of_pair, largest(ours, theirs, relative=True), CLOSE)


CASES: dict[str, Case] = {FILE: _collusion}
