"""How a service refuses: four classes, a stable code, and where each problem is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was sent: where it is, its code, and facts for the sentence."""

    where: str
    code: str
    detail: dict[str, object] = field(default_factory=dict)


class RefusedError(Exception):
    """Something asked was not done; nothing was changed.

    ``code`` is stable; the sentence for people stands in the catalogues under it
    (context ``error``) and may name entries of ``detail`` as ``%(name)s``.
    """

    status = 400

    def __init__(self, code: str, problems: list[Problem] | None = None, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.problems = problems or []
        self.detail = detail


class InvalidInputError(RefusedError):
    """What was sent cannot be taken; ``problems`` says everything that is wrong and where."""

    status = 422


class NotAllowedError(RefusedError):
    """The person may not do this."""

    status = 403


class NotFoundError(RefusedError):
    """There is no such thing, or none this person may know of."""

    status = 404


class ConflictError(RefusedError):
    """The thing is in a state in which this cannot be done."""

    status = 409
