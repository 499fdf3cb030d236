"""What a browser or a seat sends: read into frozen models, every problem with its place."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from exam_server.errors import InvalidInputError, Problem

M = TypeVar("M", bound=BaseModel)


class In(BaseModel):
    """Base of what is sent: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def parse(model: type[M], data: Mapping[str, Any]) -> M:
    """Read what was sent; raises InvalidInputError with every problem and its field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidInputError("invalid_input", validation_problems(error)) from None


def validation_problems(error: ValidationError) -> list[Problem]:
    """Turn pydantic's findings into problems: code ``field_<type>``, the field as the place."""
    return [
        Problem(
            ".".join(str(part) for part in found["loc"]),
            f"field_{found['type']}",
            {key: str(value) for key, value in found.get("ctx", {}).items()},
        )
        for found in error.errors()
    ]
