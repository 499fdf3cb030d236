"""What models say, in sentences; refusals say how many there are and how many it takes."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from exam_server.analysis.service import IN_DOUBT
from exam_server.analysis.wording import Told
from exam_server.wording import figure

Facts = Mapping[str, Any]
KEY_CHECK = (*IN_DOUBT, "draws_strong")


def model_told(deep: Facts) -> list[Told]:
    """Return what was calibrated, how well, and what stayed out."""
    model = deep["model"]
    if "refused" in model:
        return [Told("attention", _refused(model))]
    name = (
        gettext("each item with a slope of its own (2PL)")
        if model["model"] == "2pl"
        else gettext("one slope for all items (Rasch)")
    )
    told = [
        Told(
            "ok" if model["converged"] else "danger",
            gettext(
                "%(items)s items calibrated by %(n)s candidates, %(model)s; reliability of "
                "abilities %(reliability)s.",
                items=len(model["items"]),
                n=model["n"],
                model=name,
                reliability=figure(model["reliability"]),
            )
            if model["converged"]
            else gettext(
                "The calibration did not converge: what is drawn below is provisional, and nothing "
                "of it can be accepted."
            ),
        )
    ]
    misfits = [item["code"] for item in model["items"] if not item["fits"]]
    if misfits:
        told.append(
            Told(
                "attention",
                ngettext(
                    "%(num)s item does not follow the model (%(names)s): look at its curve.",
                    "%(num)s items do not follow the model (%(names)s): look at their curves.",
                    len(misfits),
                    names=_some(misfits),
                ),
            )
        )
    for why, words in left_out_words().items():
        codes = [each["code"] for each in model["left_out"] if each["why"] == why]
        if codes:
            told.append(Told("neutral", f"{words} {_some(codes)}"))
    return told


def left_out_words() -> dict[str, str]:
    """Return why items stay out of a calibration, by code."""
    return {
        "key_in_doubt": gettext("Left out, for the key is in doubt:"),
        "too_few_persons": gettext("Left out, fewer than 50 met it:"),
        "one_sided": gettext("Left out, nearly everybody earns or misses it:"),
    }


def _refused(model: Facts) -> str:
    words = {
        "too_few_persons": gettext(
            "%(n)s candidates are too few to calibrate items: that takes %(fewest)s at least. "
            "Curves and maps of fewer would move with the next candidate.",
            n=model["n"],
            fewest=model.get("fewest", ""),
        ),
        "too_few_items": gettext("Too few items can be calibrated."),
        "only_extreme_persons": gettext("Everybody earned all or nothing: there is no scale."),
        "perfect_separation": gettext(
            "Nobody missed an item easier than one earned: the data fit no curve."
        ),
    }
    other = gettext("The data cannot be calibrated (%(code)s).", code=", ".join(model["refused"]))
    return str(next((words[code] for code in model["refused"] if code in words), other))


def information_told(each: Facts) -> str:
    """Return what a form tells at the pass mark."""
    if each["cut"] is None or each["at_cut"] is None:
        return str(
            gettext(
                "Form %(form)s: the pass mark lies beyond every ability that is drawn.",
                form=each["form"],
            )
        )
    return str(
        gettext(
            "Form %(form)s: at the pass mark (ability %(cut)s) the information is %(information)s, "
            "an ability's standard error %(error)s; %(known)s of %(items)s items are in.",
            form=each["form"],
            cut=figure(each["cut"]),
            information=figure(each["at_cut"], 1),
            error=figure(each["error_at_cut"]),
            known=each["known"],
            items=each["items"],
        )
    )


def linking_told(linking: Facts) -> Told:
    """Return how the calibration lies to the bank's scale."""
    if linking["kind"] == "none":
        text = gettext(
            "The bank has no scale of ability yet. Accepted now, these candidates set it: their "
            "mean is 0, their standard deviation 1."
        )
        return Told("neutral", text)
    if linking["kind"] == "linked":
        text = gettext(
            "Brought onto the bank's scale (%(scale)s) by %(n)s items sat before: ability × "
            "%(slope)s + %(intercept)s.",
            scale=linking["scale_name"],
            n=linking["n_anchors"],
            slope=figure(linking["slope"]),
            intercept=figure(linking["intercept"]),
        )
        if linking["moved"]:
            codes = _some([each["code"] for each in linking["moved"]])
            text += " " + gettext("Left out, for they moved: %(codes)s.", codes=codes)
        return Told("ok", text)
    text = gettext(
        "The bank has a scale, and only %(n)s calibrated items of it stand in this paper unmoved: "
        "five are needed to find the way to it. The parameters cannot be accepted.",
        n=linking["n"],
    )
    return Told("attention", text)


def drift_told(drift: Facts) -> Told:
    """Return whether items moved since they were sat before."""
    if "refused" in drift:
        text = gettext(
            "%(n)s items have comparable earlier figures (30 candidates then and now): five are "
            "needed to tell items that moved from candidates who differ.",
            n=drift["n_common"],
        )
        return Told("neutral", text)
    moved = [item["code"] for item in drift["items"] if item["has_moved"]]
    if not moved:
        text = gettext(
            "None of %(n)s items sat before moved more than the others.", n=drift["n_common"]
        )
        return Told("ok", text)
    text = ngettext(
        "%(num)s of %(n)s items sat before moved: %(names)s. Much easier than before may mean that "
        "it has become known; harder, that something about it has changed.",
        "%(num)s of %(n)s items sat before moved: %(names)s. Much easier than before may mean that "
        "they have become known; harder, that something about them has changed.",
        len(moved),
        n=drift["n_common"],
        names=_some(moved),
    )
    return Told("attention", text)


def grouping_words(name: str) -> str:
    """Return what a grouping of the register is called."""
    words: dict[str, str] = {
        "sex": gettext("sex, by the resident's number"),
        "employer": gettext("employer"),
        "room": gettext("room"),
    }
    return words[name]


def group_words(grouping: str, name: str) -> str:
    """Return what a group is called."""
    if grouping != "sex":
        return name
    words: str = gettext("women") if name == "female" else gettext("men")
    return words


def fairness_told(each: Facts, name: str) -> Told:
    """Return what a group meets on a form."""
    facts = {"group": name, "n": each["n"], "others": each["others"], "form": each["form"]}
    if each.get("refused") == "too_few_persons":
        text = gettext(
            "Form %(form)s, %(group)s: %(n)s against %(others)s candidates. Fewer than 50 on a "
            "side say nothing about an item.",
            **facts,
        )
        return Told("neutral", text)
    if each.get("refused") == "own_forms":
        text = gettext(
            "%(group)s: candidates had forms of their own, so nobody can be matched by the same "
            "paper.",
            **facts,
        )
        return Told("neutral", text)
    if "refused" in each:
        text = gettext("Form %(form)s, %(group)s: cannot be told by these data.", **facts)
        return Told("neutral", text)
    large = sum(item["class"] == "C" for item in each["items"])
    if not each["items"]:
        text = gettext(
            "Form %(form)s, %(group)s (%(n)s against %(others)s): no item works against either.",
            **facts,
        )
        return Told("ok", text)
    text = gettext(
        "Form %(form)s, %(group)s (%(n)s against %(others)s): candidates of equal marks differ "
        "much on this many items: %(large)s; moderately on: %(moderate)s. Have an expert read "
        "them.",
        large=large,
        moderate=len(each["items"]) - large,
        **facts,
    )
    return Told("attention" if large else "neutral", text)


def groups_told(fairness: Facts) -> list[Told]:
    """Return what the groups of each grouping meet; those too small stand in one sentence."""
    named = [
        (one, group_words(by, one["group"])) for by, found in fairness.items() for one in found
    ]
    small = [pair for pair in named if pair[0].get("refused") == "too_few_persons"]
    told = [fairness_told(each, name) for each, name in named if (each, name) not in small]
    if len(small) < 2:  # noqa: PLR2004 - one has a sentence of its own
        return told + [fairness_told(each, name) for each, name in small]
    listed = gettext(", ").join(f"{each['form']} {name} ({each['n']})" for each, name in small)
    text = gettext(
        "Fewer than 50 candidates on a side say nothing about an item. Too few (form, group, "
        "candidates): %(list)s.",
        list=listed,
    )
    return [*told, Told("neutral", text)]


def alike_told(alike: Facts) -> Told:
    """Return whether pairs stand out: a fact that a person must look at, never a verdict."""
    if alike.get("refused") == "too_few_persons":
        text = gettext(
            "%(n)s candidates are too few to say how alike two who worked alone would be: that "
            "takes %(fewest)s.",
            **alike,
        )
        return Told("neutral", text)
    if alike.get("refused") == "too_few_items":
        text = gettext(
            "%(n)s items of one choice are too few to compare answers: that takes %(fewest)s.",
            **alike,
        )
        return Told("neutral", text)
    if "refused" in alike:
        return Told("neutral", gettext("Answers could not be compared pair by pair."))
    if not alike["n_found"]:
        text = gettext(
            "Of %(pairs)s pairs of candidates none agrees more than chance and ability explain.",
            pairs=alike["n_pairs"],
        )
        return Told("ok", text)
    text = ngettext(
        "Of %(pairs)s pairs of candidates %(num)s agrees more than chance and ability explain. "
        "That alone proves nothing: a person looks at seats, records and papers.",
        "Of %(pairs)s pairs of candidates %(num)s agree more than chance and ability explain. "
        "That alone proves nothing: a person looks at seats, records and papers.",
        alike["n_found"],
        pairs=alike["n_pairs"],
    )
    return Told("attention", text)


def decision_refused(form: Facts) -> str:
    """Return why nothing is told of decisions."""
    words = {
        "too_few_persons": gettext("too few candidates: %(n)s, from 30", n=form["n"]),
        "no_reliability": gettext("no reliability, so no figure"),
    }
    other: str = gettext("cannot be told by these marks")
    return str(words.get(form["decision"]["refused"], other))


def speed_words(speed: Facts) -> str:
    """Return whether time ran out."""
    if speed["is_speeded"]:
        words: str = gettext("time ran out for many: see whether the paper is too long")
        return words
    enough: str = gettext("time was enough")
    return enough


def _some(codes: list[str]) -> str:
    most = 8
    comma: str = gettext(", ")
    return comma.join([*codes[:most], *(["…"] if len(codes) > most else [])])
