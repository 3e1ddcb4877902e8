"""The experiment: everything that decides a training, and its link. Frozen, validated, the same everywhere."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args

import orjson
from annotated_types import Ge, Le
from pydantic import BaseModel, Discriminator, ValidationError, model_validator
from pydantic.fields import FieldInfo

from playground.choices import LOSSES, Names, Spec, Training, Ui
from playground.data.contract import Dataset, DataSpec, check_edits
from playground.families.contract import Family, ModelSpec
from playground.registry import dataset_specs, describe, families
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    AnyData = DataSpec
    AnyModel = ModelSpec
else:
    AnyData = Annotated[Union[dataset_specs()], Discriminator("name")]  # noqa: UP007
    models = tuple(family.model for family in families().values())
    AnyModel = Annotated[Union[models], Discriminator("family")] if len(models) > 1 else models[0]  # noqa: UP007

MAX_TOKEN = 8 * 1024  # characters of an encoded link
MAX_TEXT = 64 * 1024  # bytes of an experiment's JSON, also after inflating
MAX_DEPTH = 12


class Experiment(Spec):
    """Everything that decides a training: data, model, training, seed. Not the device, not the speed."""

    version: Annotated[int, Ge(1), Le(1)] = 1
    seed: Annotated[
        int,
        Ge(0),
        Le(2**31 - 1),
        Ui(N_("Seed"), N_("Where chance starts: the same seed gives the same data, the same first weights and the same curve."), more=True),
    ] = 0
    data: AnyData
    model: AnyModel
    training: Training = Training()

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        family, dataset = self.family, self.dataset
        if dataset.kind not in family.kinds or family.task(dataset) not in family.tasks:
            raise Refusal(Message(N_("Data: {data} is not for {family} networks. Choose other data."), {"data": dataset.title, "family": family.title}))
        if self.data.train_fraction + self.data.validation_fraction > 0.95 + 1e-9:  # 0.9 + 0.05 is a crumb more
            raise Refusal(
                Message(
                    N_("For learning and for validation together may take at most 95 % of the examples; they take {given} %. Lower one of them."),
                    {"given": round(100 * (self.data.train_fraction + self.data.validation_fraction))},
                )
            )
        check_edits(self.data, dataset)
        self._loss_fits(family, dataset)
        if self.training.early_stopping and not self.data.validation_fraction:
            raise Refusal(
                Message(N_("Early stopping looks at the validation loss, and there is no validation part. Give For validation a share, or switch it off."))
            )
        family.check(self)
        return self

    def _loss_fits(self, family: Family, dataset: Dataset) -> None:
        loss = self.training.loss
        fitting = [LOSSES[name].title for name in family.losses if family.task(dataset) in LOSSES[name].tasks]
        if LOSSES[loss].title not in fitting:
            raise Refusal(
                Message(
                    N_("Loss: {loss} does not fit the data {data}. Choose {fitting}."),
                    {"loss": LOSSES[loss].title, "data": dataset.title, "fitting": fitting[-1]},
                )
            )

    @property
    def dataset(self) -> Dataset:
        """What is known of its data before they are made."""
        return describe(self.data)

    @property
    def family(self) -> Family:
        return families()[self.model.family]

    def text(self) -> bytes:
        """Canonical JSON, every value in it."""
        return orjson.dumps(self.model_dump(mode="json"))

    def token(self) -> str:
        """The experiment as a link carries it: deflated JSON, base64url without padding."""
        return base64.urlsafe_b64encode(zlib.compress(self.text(), 9)).rstrip(b"=").decode()


def parse(source: bytes | str | Mapping[str, Any]) -> Experiment:
    """An experiment out of JSON or plain data; Refusal with sentences where it is not one."""
    if isinstance(source, Mapping):
        try:
            source = json.dumps(dict(source))  # not orjson: whole numbers of any size must reach the sentence about them
        except (TypeError, ValueError, RecursionError) as error:
            raise Refusal(Message(N_("This is not an experiment: it holds something that JSON cannot."))) from error
    raw = source.encode("utf-8", "replace") if isinstance(source, str) else source
    if len(raw) > MAX_TEXT:
        raise Refusal(
            Message(N_("An experiment may have at most {limit} bytes; this one has {given}. Is it the right file?"), {"limit": MAX_TEXT, "given": len(raw)})
        )
    if depth(raw) > MAX_DEPTH:
        raise Refusal(Message(N_("An experiment is at most {limit} levels deep; this one is deeper. Is it the right file?"), {"limit": MAX_DEPTH}))
    try:
        return Experiment.model_validate_json(raw)
    except ValidationError as error:
        raise Refusal(*sentences(error)) from None


def from_token(token: str) -> Experiment:
    """The experiment of a link; bounded before and while it is decoded."""
    if len(token) > MAX_TOKEN:
        raise Refusal(
            Message(
                N_("A link may have at most {limit} characters; this one has {given}. Ask for it to be shared again."),
                {"limit": MAX_TOKEN, "given": len(token)},
            )
        )
    broken = Refusal(Message(N_("This link is damaged: part of it is missing or changed. Ask for it to be shared again.")))
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        raw = inflate.decompress(packed, MAX_TEXT + 1)
    except (binascii.Error, zlib.error, ValueError, UnicodeError):
        raise broken from None
    if len(raw) > MAX_TEXT:
        raise Refusal(Message(N_("This link unpacks to more than {limit} bytes, which no experiment does. It was not opened."), {"limit": MAX_TEXT}))
    if not inflate.eof or inflate.unused_data:
        raise broken
    return parse(raw)


def depth(raw: bytes) -> int:
    """How deeply brackets nest outside strings; counted before parsing, so that no parser meets a tower of them."""
    level = deepest = 0
    inside = escaped = False
    for byte in raw:
        if inside:
            if escaped:
                escaped = False
            elif byte == 0x5C:  # backslash
                escaped = True
            elif byte == 0x22:  # quote
                inside = False
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def ui_of(info: FieldInfo) -> Ui | None:
    """The `Ui` of a field, if it is one that is shown."""
    return next((item for item in info.metadata if isinstance(item, Ui)), None)


def names_of(info: FieldInfo) -> Names | None:
    """The table a field's value is a name of, if it is such a field."""
    return next((item for item in info.metadata if isinstance(item, Names)), None)


def specs_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The spec classes inside an annotation, unions and tuples unpacked."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from specs_in(part)


@cache
def labels() -> Mapping[str, str]:
    """Key -> label of every field anywhere in an experiment."""
    found = {"data": N_("Data"), "model": N_("Network"), "training": N_("Training"), "name": N_("Name"), "version": N_("Version"), "family": N_("Family")}
    waiting: list[type[BaseModel]] = [Experiment]
    while waiting:
        for name, info in waiting.pop().model_fields.items():
            if ui := ui_of(info):
                found.setdefault(name, ui.label)
            waiting.extend(specs_in(info.annotation))
    return found


SENTENCES = {
    "greater_than": N_("{field} must be more than {limit}; {given} was given. Choose a larger value."),
    "greater_than_equal": N_("{field} must be at least {limit}; {given} was given. Choose a larger value."),
    "less_than": N_("{field} must be less than {limit}; {given} was given. Choose a smaller value."),
    "less_than_equal": N_("{field} must be at most {limit}; {given} was given. Choose a smaller value."),
    "too_long": N_("{field}: at most {limit} are possible; {given} were given. Take some away."),
    "missing": N_("{field} is missing. Add it."),
    "extra_forbidden": N_("There is no setting {field}. Take it out, or check how it is spelled."),
    "union_tag_invalid": N_("{field}: there is no {given}. Choose one of {limit}."),
    "union_tag_not_found": N_("{field}: its name is missing. Add it."),
    "one_of": N_("{field}: there is no {given}. Choose one of {limit}."),
    "literal_error": N_("{field} must be {limit}; {given} was given."),
    "int_type": N_("{field} must be a whole number; {given} was given."),
    "int_from_float": N_("{field} must be a whole number; {given} was given."),
    "int_parsing_size": N_("{field} must be a whole number of ordinary size; a huge one was given."),
    "float_type": N_("{field} must be a number; {given} was given."),
    "finite_number": N_("{field} must be an ordinary number, not infinite and not NaN; {given} was given."),
    "string_type": N_("{field} must be a name; {given} was given."),
    "json_invalid": N_("This is not JSON: {detail}."),
}
OTHERWISE = N_("{field} is not of the right form; {given} was given.")


def sentences(error: ValidationError, most: int = 5) -> tuple[Message, ...]:
    """What pydantic found, as sentences: the field, the limit, what was given, what to do. The first few."""
    found: list[Message] = []
    for one in error.errors(include_url=False)[:most]:
        context = one.get("ctx", {})
        if isinstance(inner := context.get("error"), Refusal):
            found.extend(inner.messages)
            continue
        limit = next((context[key] for key in ("gt", "ge", "lt", "le", "max_length", "expected_tags", "expected", "names") if key in context), "")
        given = context.get("tag", context.get("actual_length", shown(one["input"])))
        values = {"field": field_name(one["loc"]), "limit": limit, "given": given}
        if one["type"] == "extra_forbidden":  # by its place: its key may be a right one elsewhere
            values["field"] = ".".join(map(str, one["loc"]))[:80]
        if one["type"] == "json_invalid":
            values = {"detail": str(context.get("error", ""))[:80]}
        found.append(Message(SENTENCES.get(one["type"], OTHERWISE), values))
    return tuple(found)


def field_name(path: tuple[int | str, ...]) -> str:
    """The label of the field at the end of an error's path; its key where it has none."""
    names = [part for part in path if isinstance(part, str)]
    last = names[-1] if names else "experiment"
    return labels().get(last, last[:40])


def shown(value: object) -> str:
    """A given value, short enough for a sentence."""
    said = repr(value) if isinstance(value, (str, bytes, int, float, bool, type(None))) else type(value).__name__
    return said if len(said) <= 40 else said[:37] + "..."
