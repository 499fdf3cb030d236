"""Data that cannot be analysed, and why."""


class UnfitDataError(ValueError):
    """Data from which the figure asked for does not follow; ``code`` says why.

    Examples
    --------
    >>> UnfitDataError("one_group_empty").code
    'one_group_empty'
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
