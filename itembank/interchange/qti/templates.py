"""The standard templates of response processing, as rules."""

from typing import Final

from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.qti.values import UnscorableError

MATCH_CORRECT: Final = b"""<responseProcessing><responseCondition>
<responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
</responseIf><responseElse><setOutcomeValue identifier="SCORE">
<baseValue baseType="float">0</baseValue></setOutcomeValue></responseElse>
</responseCondition></responseProcessing>"""
MAPPED: Final = """<responseProcessing><responseCondition>
<responseIf><isNull><variable identifier="RESPONSE"/></isNull>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>
</responseIf><responseElse><setOutcomeValue identifier="SCORE">
<{0} identifier="RESPONSE"/></setOutcomeValue></responseElse>
</responseCondition></responseProcessing>"""
BY_NAME: Final = {
    "match_correct": MATCH_CORRECT,
    "map_response": MAPPED.format("mapResponse").encode(),
    "map_response_point": MAPPED.format("mapResponsePoint").encode(),
}


def template_name(said: str) -> str:
    """Return the name of a template from its address.

    Examples
    --------
    >>> template_name("http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct.xml")
    'match_correct'
    """
    name = said.rstrip("/").rpartition("/")[2].removesuffix(".xml").lower().replace("-", "_")
    return {"cc2_match_basic": "match_correct", "cc2_map_response": "map_response"}.get(name, name)


def template_rules(said: str) -> list[Element]:
    """Return the rules of a standard template; raises UnscorableError: ``qti_unknown_template``."""
    name = template_name(said)
    if name not in BY_NAME:
        raise UnscorableError("qti_unknown_template", template=said[-80:])
    return parse_xml(BY_NAME[name]).elements()
