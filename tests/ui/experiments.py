"""Any valid experiment, as a hypothesis strategy read from the specs themselves."""

from hypothesis import strategies as st

from playground.experiment import parse
from playground.registry import families
from playground.ui import drafts, fields


def _value(field):
    match field.kind:
        case "name":
            return st.sampled_from(sorted(field.names))
        case "names":
            return st.lists(st.sampled_from(sorted(field.names)), min_size=field.least, unique=True).map(
                lambda chosen: [name for name in field.names if name in chosen]
            )
        case "switch":
            return st.booleans()
        case "rows":
            return st.lists(layers_of(field), max_size=field.most)
        case "union":
            return st.sampled_from(field.specs).flatmap(_spec)
    if field.number is int:
        return st.integers(int(field.low), int(field.high))
    return st.floats(max(field.low, 1e-9), field.high)


def _spec(spec):
    shown = {str(field.path[-1]): _value(field) for field in fields.fields(spec, ())}
    fixed = {name: st.just(info.default) for name, info in spec.model_fields.items() if name not in shown}
    return st.fixed_dictionaries(shown | fixed)


def layers_of(field):
    """Any row of a list of specs."""
    return st.one_of(*map(_spec, field.specs))


@st.composite
def experiments(draw, family="dense"):
    known = families()[family]
    draft = fields.preset(known, known.default).model_dump(mode="json")
    draft = drafts.choose_data(draft, draw(st.sampled_from(fields.datasets_for(known))))
    for group, shown in fields.groups(draft).items():
        for field in shown:
            if field.path[-1] != "loss" and (group != "data" or "fraction" not in str(field.path[-1])) and len(field.path) < 3:
                draft = drafts.put(draft, field.path, draw(_value(field)))
    train = draw(st.floats(0.1, 0.9))
    draft["data"] |= {"train_fraction": train, "validation_fraction": draw(st.floats(0, min(0.5, 0.94 - train)))}
    if not draft["data"]["validation_fraction"]:
        draft["training"]["early_stopping"] = 0
    draft["training"]["loss"] = draw(st.sampled_from(fields.losses_for(draft)))
    return parse(draft)
