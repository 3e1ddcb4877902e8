"""The little CSS that Streamlit's theme does not reach: paddings, rows of label and control, dataset tiles."""

from __future__ import annotations

from collections.abc import Sequence

from playground.ui import thumbnails

PAGE = """<style>
.stMainBlockContainer{padding:3.4rem 1.2rem .5rem}
[data-testid=stHeader]{height:3rem;min-height:3rem}
[data-testid=stSidebarHeader]{height:2.4rem;min-height:0;padding-top:.2rem;padding-bottom:0;margin-bottom:0}
[data-testid=stSidebarUserContent]{padding:0 1rem 1rem}
.st-key-language-switch{position:fixed;top:.6rem;right:3.6rem;z-index:999991;width:auto}
.st-key-language-switch button{min-height:1.7rem;padding:0 .6rem}
.st-key-form [data-testid=stHeadingWithActionElements] a{display:none}
.st-key-form h6{font-size:12px;font-weight:600;letter-spacing:.06em;text-transform:uppercase;opacity:.65;padding:0}
.st-key-form [data-testid=stCaptionContainer] p{font-size:12px;margin:0}
.st-key-form [class*=st-key-group-]:not(:last-child){padding-bottom:.5rem;margin-bottom:.5rem;border-bottom:1px solid var(--st-border-color,rgba(128,128,128,.2))}
/* one row for label and control */
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput){display:grid;grid-template-columns:6.9rem minmax(0,1fr);align-items:center;min-height:2.1rem}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput)>label{margin:0;min-height:0;grid-column:1}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput)>:not(label){grid-column:2}
</style>"""


def tiles(names: Sequence[str]) -> str:
    """The dataset buttons as tiles: those that can be drawn show their points, each class a mask in its colour."""
    rules = []
    for number, name in enumerate(names, 1):
        if thumbnails.drawn(name):
            button = f".st-key-datasets button:nth-of-type({number})"
            masks = [thumbnails.mask(name, label) for label in range(len(thumbnails.points(name)))]
            rules.append(f"{button}{{width:2.75rem;height:2.75rem;padding:0;position:relative}}{button}>*{{opacity:0}}")
            for place, (colour, image) in zip(("before", "after"), zip(thumbnails.CLASSES, masks, strict=False), strict=False):
                rules.append(f'{button}::{place}{{content:"";position:absolute;inset:2px;background:{colour};mask:{image} center/contain no-repeat}}')
    return f"<style>{''.join(rules)}</style>"
