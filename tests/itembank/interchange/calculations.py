"""Calculations of any kind, for files that are written and read again."""

from typing import Any

from hypothesis import strategies as st

PLACED = '<span data-type="inline-math" data-latex="I=\\frac{U}{R},\\ {R}\\,\\Omega"></span>'
FORMULAS = ("U / R", "-U**2 / (R + 1.50)", "sqrt(U) * pi + R", "(U - R) * 2", "3 + sqrt(4 * R)")
SHOWN = ("{U} V, {R} Ω?", "{U} V " + PLACED, "{R} Ω, {U} V, π = {pi}, {x}")


@st.composite
def calculation(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a calculation: values by steps or listed, with and without all that may be said."""
    stem = draw(st.sampled_from(SHOWN))
    content: dict[str, Any] = {"stem": f"<p>{stem}</p>", "unit": draw(st.sampled_from([None, "A"]))}
    if draw(st.booleans()):
        content["decimals"] = draw(st.integers(0, 4))
    if draw(st.booleans()):
        content["translations"] = {"en": {"stem": f"<p>in English: {stem}</p>"}}
    key: dict[str, Any] = {
        "parameters": {
            "U": {"from": "10", "to": draw(st.sampled_from(["12", "60"])), "step": "0.5"},
            "R": draw(st.sampled_from([["2", "4"], ["0.25", "5", "7.5"]])),
        },
        "formula": draw(st.sampled_from(FORMULAS)),
        "tolerance": draw(st.sampled_from(["0", "0.05"])),
        "tolerance_mode": draw(st.sampled_from(["absolute", "relative"])),
    }
    more: dict[str, Any] = {"conditions": ["1 < U / R < 100", "R != 5"], "pi": "3.1416"}
    key |= {name: more[name] for name in draw(st.sets(st.sampled_from(sorted(more))))}
    if content["unit"] and draw(st.booleans()):
        key["units"] = [{"unit": "mA", "factor": "0.001"}]
    return "calculation", content, key
