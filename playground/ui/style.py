"""The little CSS that Streamlit's theme does not reach: paddings, rows of label and control, dataset tiles."""

from __future__ import annotations

from collections.abc import Sequence

from playground.experiment import Experiment
from playground.ui import thumbnails

# A tile's own label, drawn below it while the pointer is on it.
TIP = (
    "opacity:1;position:absolute;top:calc(100% + 3px);left:50%;translate:-50%;z-index:9;width:auto;padding:0 6px;border-radius:4px;"
    "white-space:nowrap;pointer-events:none;background:light-dark(#1d2430,#e8ebef);color:light-dark(#fff,#12161c)"
)

PAGE = """<style>
.stMainBlockContainer{padding:3.3rem 1.2rem .5rem}
[data-testid=stHeader]{height:3rem;min-height:3rem}
[data-testid=stSidebarHeader]{height:2.2rem;min-height:0;padding-top:.2rem;padding-bottom:0;margin-bottom:0}
[data-testid=stSidebarUserContent]{padding:0 0 1rem}
/* language: two quiet words beside the menu */
.st-key-language-switch{position:fixed;top:.65rem;right:3.4rem;z-index:999991;width:auto}
.st-key-language-switch button{min-height:1.7rem;padding:0 .5rem;border:0;background:none!important;opacity:.6}
.st-key-language-switch button[aria-checked=true],.st-key-language-switch button[data-selected=true]{opacity:1;font-weight:600}
/* groups: a small heading, hairlines between */
.st-key-form h6{font-size:12px;font-weight:600;letter-spacing:.06em;line-height:1.5;text-transform:uppercase;opacity:.65;padding:0}
.st-key-form [data-testid=stHeadingWithActionElements] a{display:none}
.st-key-form [data-testid=stCaptionContainer]{margin:0}
.st-key-form [data-testid=stCaptionContainer] p{font-size:12px;line-height:1.4;margin:0}
.st-key-form :is(.st-key-group-data,.st-key-group-network,.st-key-group-training){gap:.3rem;padding-top:.55rem;margin-top:.55rem;border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
.st-key-form [class*=st-key-group-]>:first-child{min-height:1.5rem}
.st-key-form .st-key-group-more{margin-top:.55rem}
.st-key-form .st-key-group-more [data-testid=stVerticalBlock]{gap:.3rem}
.st-key-form [data-testid=stExpanderDetails]{padding:.3rem .7rem .6rem}
/* one line for label and control */
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput):has(>label:not([style*=none])){min-height:2.1rem}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput){display:grid;grid-template-columns:7rem minmax(0,1fr);align-items:center}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput)>label{margin:0;min-height:0;grid-column:1;padding-right:.5rem}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput)>:not(label){grid-column:2;min-width:0}
.st-key-form [data-testid=stTooltipIcon]{opacity:.45}
.st-key-form [data-testid=stSliderTickBar]{display:none}
.st-key-form .stSlider{height:2.45rem;padding-top:.35rem}
/* a layer a line */
.st-key-form [class*=st-key-row-]{flex-wrap:nowrap;gap:.4rem}
.st-key-form [class*=st-key-row-] :is(.stSelectbox,.stNumberInput){display:block;min-height:0}
.st-key-form [class*=st-key-row-]>:has(.stNumberInput){flex:0 0 6.4rem;width:6.4rem;min-width:0}
.st-key-form [class*=st-key-row-]>:has(.stSelectbox){flex:1 1 0;width:auto;min-width:0}
.st-key-form [class*=st-key-row-]>:has(.stButton){flex:0 0 1.3rem;width:1.3rem;min-width:0;align-self:center;display:flex;align-items:center}
.st-key-form [class*=st-key-row-] .stButton [data-testid=stMarkdownContainer]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.st-key-form [class*=st-key-row-] .stButton button{opacity:.5;width:1.3rem;height:1.6rem;min-height:0;padding:0}
.st-key-form [class*=st-key-rows-] .stButton button{min-height:1.6rem;opacity:.7}
.st-key-form [class*=st-key-rows-] p{font-size:12px}
/* dataset tiles */
.st-key-datasets button{border-radius:8px;padding:.1rem .4rem;min-height:1.75rem;min-width:0;width:auto;max-width:none;grid-column:span 5;font-size:12px}
.st-key-datasets .stButtonGroup>div{display:grid;grid-template-columns:repeat(10,minmax(0,1fr));gap:.35rem}
.st-key-datasets :is(.stElementContainer,.stButtonGroup,.stButtonGroup>div){overflow:visible;width:100%!important}
/* home */
.st-key-home{max-width:76rem;margin:1rem auto 0}
.st-key-home .scene{position:relative;aspect-ratio:320/120;margin:.4rem 0}
.st-key-home .scene i{position:absolute;inset:0}
.st-key-home [class*=st-key-card-]{padding:1.1rem 1.3rem}
</style>"""


def tiles(names: Sequence[str]) -> str:
    """The dataset buttons as tiles: those that can be drawn show their points, each class a mask in its colour."""
    rules = []
    for number, name in enumerate(names, 1):
        if thumbnails.drawn(name):
            button = f".st-key-datasets button:nth-of-type({number})"
            masks = [thumbnails.mask(name, label) for label in range(len(thumbnails.points(name)))]
            rules.append(f"{button}{{grid-column:span 2;height:auto;aspect-ratio:1;padding:0;position:relative;overflow:visible}}{button}>*{{opacity:0}}")
            rules.append(f"{button}:is(:hover,:focus-visible)>*{{{TIP}}}")
            for place, (colour, image) in zip(("before", "after"), zip(thumbnails.CLASSES, masks, strict=False), strict=False):
                rules.append(f'{button}::{place}{{content:"";position:absolute;inset:2px;background:{colour};mask:{image} center/contain no-repeat}}')
    return f"<style>{''.join(rules)}</style>"


def scene(key: str, experiment: Experiment) -> str:
    """A picture of an experiment as HTML: sheets of colour behind masks."""
    sheets = thumbnails.scene(experiment)
    rules = "".join(
        f".scene-{key} i:nth-child({number}){{background:{colour};opacity:{opacity};mask:{mask} center/contain no-repeat}}"
        for number, (mask, colour, opacity) in enumerate(sheets, 1)
    )
    return f'<style>{rules}</style><div class="scene scene-{key}" aria-hidden="true">{"<i></i>" * len(sheets)}</div>'
