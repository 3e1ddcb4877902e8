"""The base of all specs: fields that carry their limits and how they are shown, and tables of names. No torch.

A *spec* is a frozen pydantic model; each field carries its limits (annotated-types) and a `Ui`: label, help and how
it is shown. Forms, validation, JSON Schema and documentation all read the same field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError


@dataclass(frozen=True)
class Ui:
    """How a field is shown.

    more: behind *More*, not on the first screen. live: a change applies at once to a running training; otherwise it starts a fresh run. off: the value
    that switches the thing off, which the form then says instead of the number. shown: False for what is changed on the pictures, not in the form.
    group: the group it stands in, where that is not the one of its spec ("training" for what trains a second network, say).
    step: from one value to the next; on a log scale the smallest value that is not off. part: the heading it stands under behind *More*, where that is not its group's.
    whose: of a list of layers, or of what has settings of its own, where an experiment has two of them: what they belong to, which the labels of its layers and settings then say too.
    """

    label: str
    help: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    step: float | None = None
    more: bool = False
    live: bool = False
    off: float | None = None
    shown: bool = True
    part: str = ""
    group: str = ""
    whose: str = ""


class Spec(BaseModel):
    """Part of an experiment: frozen, unknown keys refused, no NaN or infinity, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Choice:
    """One entry of a list of names: what it is called, its formula (LaTeX), and one sentence on what it does. short: its name where there is little room."""

    title: str
    formula: str
    help: str
    short: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Names:
    """Marks a field whose value is one of the names in `table`, or a spec told apart by such a name; the form shows the titles.

    likely: in a list of such specs, the name most likely wanted after those names.
    """

    table: Mapping[str, Choice]
    likely: Callable[[Sequence[str]], str] | None = None


def one_of(table: Mapping[str, Choice]) -> Any:
    """Annotation for a name out of `table`."""

    def check(name: str) -> str:
        if name not in table:
            raise PydanticCustomError("one_of", "one of {names}", {"names": ", ".join(table)})
        return name

    schema = WithJsonSchema({"type": "string", "enum": list(table)})
    return Annotated[str, AfterValidator(check), schema, Names(table)]
