"""3PL items with a prior of their asymptotes, beside mirt."""

from collections.abc import Iterator

import numpy as np

from benchmarks.reference.frame import Case, Row, Sources, figures, largest
from benchmarks.reference.irt import EAP, LOG_LIKELIHOOD
from scoring.ability import estimate_abilities
from scoring.calibrate import calibrate
from scoring.irt.calibration import Calibration
from scoring.irt.functions import category_chances

NO_MAXIMUM = (
    "the other fit is no maximum of its stated aim: at ours the log likelihood with the log prior "
    "is higher by {:.1f}; its search (BFGS over all items at once) takes the prior's slope by c "
    "where it steps in the logit of c, so no step raises the aim and it stands still: from its "
    "figures such a search moves by less than 1e-6, with the right slope by 0.5 to 1.2"
)
FILES = (
    "irt3pl_prior_sat12_scored",
    "irt3pl_prior_kb36_formx",
    "irt3pl_prior_kb36_formy",
)


def prior_rows_of(file: str) -> Case:
    """Return what makes the rows of a file of 3PL fits with a prior."""

    def rows(sources: Sources) -> Iterator[Row]:
        own = sources.expected(file)
        names = [item["item"] for item in own["items"]]
        data = sources.responses(file.removeprefix("irt3pl_prior_"), names)
        found = calibrate(data, "3pl")
        chances = category_chances(found, own["theta"])[:, :, 1]
        theirs = np.array([[row[name] for name in names] for row in own["probabilities"]])
        reason = NO_MAXIMUM.format(_aim(found) - own["logLik"] - own["logPrior"])
        function = "calibrate(3pl)"
        yield Row(file, function, "chances", largest(chances, theirs), 0.01, reason)
        ours = estimate_abilities(found, data[:60]).values
        theirs = figures(own["EAP_first60"], "theta")
        yield Row(file, "estimate_abilities", "EAP", largest(ours, theirs), EAP, reason)
        aim = own["logLik"] + own["logPrior"] - _aim(found)
        yield Row(file, function, "log likelihood with log prior, at least", aim, LOG_LIKELIHOOD)

    return rows


def _aim(found: Calibration) -> float:
    """Return the log likelihood with the logarithm of the Beta(5, 17) density."""
    constant = 21 * 20 * 19 * 18 * 17 / 24  # 1 / B(5, 17)
    floors = found.guessings
    density = np.log(constant) + 4 * np.log(floors) + 16 * np.log1p(-floors)
    return found.log_likelihood + float(density.sum())


# Held to their figures in long runs only
LONG = FILES
CASES: dict[str, Case] = {file: prior_rows_of(file) for file in FILES}
