"""The little CSS that Streamlit's theme does not reach: paddings, rows of label and control, dataset tiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground.experiment import Experiment
from playground.ui import thumbnails

# Before the label of a control whose change applies at once.
MARK = 'content:"";position:absolute;left:-10px;top:calc(50% - 2.5px);width:5px;height:5px;border-radius:3px;background:light-dark(#1d2430,#e8ebef)'

PAGE = """<style>
.stMainBlockContainer{padding:3rem 1.2rem .3rem}
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
.st-key-form :is(.st-key-group-data,.st-key-group-network,.st-key-group-training){gap:.3rem;padding-top:.5rem}
.st-key-form :is(.st-key-group-network,.st-key-group-training){margin-top:.5rem;border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
.st-key-form .st-key-data-heading{flex-wrap:nowrap}
.st-key-form .st-key-data-heading :is(.stElementContainer,.stMarkdown,.stButton,[data-testid=stMarkdownContainer]){display:flex;align-items:center}
.st-key-form .st-key-data-heading :is(p,h6){line-height:1.5rem;margin:0}
.st-key-form .st-key-data-heading [data-testid=stMarkdownContainer]{margin:0!important}
.st-key-form .st-key-data-heading button{min-height:1.5rem;padding:0;opacity:.7;white-space:nowrap}
.st-key-form .st-key-data-heading p{font-size:12px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.st-key-form .st-key-group-more h6{padding-top:.5rem}
.st-key-form .st-key-group-more [data-testid=stMarkdownContainer]:has(>h6){margin-bottom:0}
.st-key-form :is(.stSlider,.stSelectbox,.stNumberInput)>label p{line-height:1.2}
.st-key-form .st-key-group-more .stSlider{height:2.5rem}
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
.st-key-form .stSlider{height:2.2rem;padding-top:.35rem}
/* a layer a line */
.st-key-form [class*=st-key-row-]{flex-wrap:nowrap;gap:.4rem}
.st-key-form [class*=st-key-row-] :is(.stSelectbox,.stNumberInput){display:block;min-height:0}
.st-key-form [class*=st-key-row-]>:has(.stNumberInput){flex:0 0 6.4rem;width:6.4rem;min-width:0}
.st-key-form [class*=st-key-row-]>:has(.stSelectbox){flex:1 1 0;width:auto;min-width:0}
.st-key-form [class*=st-key-row-]>:has(:is(.stButton,.stPopover)){flex:0 0 1.3rem;width:1.3rem;min-width:0;align-self:center;display:flex;align-items:center}
.st-key-form [class*=st-key-row-] :is(.stButton,.stPopover) [data-testid=stMarkdownContainer]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.st-key-form [class*=st-key-row-] :is(.stButton,.stPopover) button{position:relative;opacity:.5;width:1.3rem;height:1.6rem;min-height:0;padding:0}
.st-key-form [class*=st-key-rows-] .stButton button{min-height:1.6rem;opacity:.7}
.st-key-form [class*=st-key-rows-] p{font-size:12px}
/* more of a layer: an icon, with a dot where something in it is not as usual */
.st-key-form [class*=st-key-row-] .stPopover button>div>[aria-hidden=true]{display:none}
.st-key-form [class*=-touched] .stPopover button{opacity:1}
.st-key-form [class*=-touched] .stPopover button::after{content:"";position:absolute;right:-1px;top:0;width:6px;height:6px;border-radius:3px;background:light-dark(#1d2430,#e8ebef)}
/* layers of several kinds: the kind, its numbers, and beneath them a quiet line on what it hands on */
.st-key-form [class*=st-key-row-][class*=-kinds]{gap:.3rem}
.st-key-form [class*=-kinds] :is(.stSelectbox [role=group],[data-testid=stNumberInputContainer]){height:2.05rem;min-height:0}
.st-key-form [class*=-kinds] :is(input,.beside){font-size:12px}
.st-key-form [class*=-kinds] input{padding:0 .45rem;text-overflow:ellipsis}
.st-key-form [class*=-kinds] .stSelectbox button{padding:0 .15rem 0 0}
.st-key-form [class*=-kinds] .stSelectbox svg{width:1rem;height:1rem;opacity:.6}
.st-key-form [class*=-kinds]>:has(.stSelectbox):first-child{flex:0 0 6.1rem}
.st-key-form [class*=-kinds]>:has(.stSelectbox):first-child:has(+:nth-last-child(2)){flex-basis:7.5rem}
.st-key-form [class*=-kinds]>:has(.stNumberInput){flex:0 0 2.75rem;width:2.75rem}
.st-key-form [class*=-kinds]:has(.beside)>:has(.stSelectbox):not(:first-child){flex:0 0 4.9rem}
.st-key-form [class*=-kinds]>:has(:is(.stButton,.stPopover)){flex-basis:1.15rem;width:1.15rem}
.st-key-form [class*=-kinds]>:nth-last-child(2){margin-left:auto}
.st-key-form .beside{opacity:.65}
.st-key-form :is(.size,.misfit){font-size:11px;line-height:1.3;margin:-.25rem 0 .1rem}
.st-key-form .size{opacity:.65;font-variant-numeric:tabular-nums}
.st-key-form .size b{font-weight:600;margin-right:.25rem}
.st-key-form .misfit{color:light-dark(#b3261e,#ff8a80);font-size:12px}
.st-key-form :has(+.stElementContainer .misfit) [class*=-kinds]>:first-child [role=group]{border-color:light-dark(#b3261e,#ff8a80)}
[data-testid=stSelectboxVirtualDropdown]{min-width:8rem}
/* more of a layer, opened */
[data-testid=stPopoverBody]:has([class*=st-key-places-]){width:21rem;min-width:0}
[data-testid=stPopoverBody]:has([class*=st-key-places-]) :is(.stSlider,.stSelectbox,.stNumberInput){display:grid;grid-template-columns:7rem minmax(0,1fr);column-gap:.6rem;align-items:center}
[data-testid=stPopoverBody]:has([class*=st-key-places-]) label{margin:0;min-height:0}
[data-testid=stPopoverBody]:has([class*=st-key-places-]) [data-testid=stVerticalBlock]{gap:.5rem}
[class*=st-key-places-]{border-top:1px solid color-mix(in srgb,currentColor 12%,transparent);padding-top:.4rem;display:grid!important;grid-template-columns:1fr 1fr;gap:0 .5rem!important}
[class*=st-key-places-] button{min-height:1.9rem;opacity:.8}
[class*=st-key-places-] p{font-size:12px}
/* dataset tiles: the title shows below while the pointer is on one */
.st-key-datasets .stButtonGroup>div{display:grid;grid-template-columns:repeat(7,minmax(0,1fr));gap:.25rem}
.st-key-datasets :is(.stElementContainer,.stButtonGroup,.stButtonGroup>div){overflow:visible;width:100%!important}
.st-key-datasets button{border-radius:8px;min-height:0;min-width:0;width:auto;max-width:none;height:auto;aspect-ratio:1;padding:0;position:relative;overflow:visible}
.st-key-datasets button::before{content:"";position:absolute;inset:1px;background:center/contain no-repeat}
.st-key-datasets button>*{opacity:0}
.st-key-datasets button:is(:hover,:focus-visible)>*{opacity:1;position:absolute;top:calc(100% + 3px);left:50%;translate:-50%;z-index:9;width:auto;padding:0 6px;border-radius:4px;white-space:nowrap;pointer-events:none;background:light-dark(#1d2430,#e8ebef);color:light-dark(#fff,#12161c)}
.st-key-datasets button:nth-of-type(7n+1):is(:hover,:focus-visible)>*{left:0;translate:0}
.st-key-datasets button:nth-of-type(7n):is(:hover,:focus-visible)>*{left:auto;right:0;translate:0}
/* names on and off */
.st-key-form [class*=st-key-pills-] .stButtonGroup>div{gap:.25rem}
.st-key-form [class*=st-key-pills-] button{min-height:1.45rem;height:1.45rem;padding:0 .45rem;font-size:12px;border-radius:6px;min-width:0}
/* cards: one row that scrolls sideways, the chosen one's sentence below */
.st-key-cards{margin-bottom:-.7rem}
.st-key-cards .stButtonGroup>div{flex-wrap:nowrap;overflow-x:auto;gap:.35rem;padding:3px;margin:-3px;scrollbar-width:thin}
.st-key-cards button{flex:0 0 auto;min-height:2rem;height:2rem;padding:0 .6rem;border-radius:8px;font-size:12px}
.st-key-cards button::before{width:20px;height:20px;margin-right:.35rem;background:center/contain no-repeat;flex:none}
.st-key-cards [data-testid=stCaptionContainer]{margin:0}
.st-key-cards [data-testid=stCaptionContainer] p{font-size:12.5px;line-height:1.4;margin:.25rem 0 0}
/* home */
.st-key-home{max-width:76rem;margin:1rem auto 0}
.st-key-home .scene{aspect-ratio:320/120;margin:.4rem 0}
.st-key-home [class*=st-key-card-]{padding:1.1rem 1.3rem}
</style>"""


def tiles(names: Sequence[str]) -> str:
    """The dataset buttons as tiles that show their points or pictures."""
    rules = []
    for number, name in enumerate(names, 1):
        button = f".st-key-datasets button:nth-of-type({number})"
        rules.append(f"{button}::before{{background-image:{thumbnails.tile(name)}{_pictured(name)}}}")
    return f"<style>{''.join(rules)}</style>"


def _pictured(name: str) -> str:
    """More CSS for a tile of pictures: its black ground as round as the tile, and few pixels stay squares."""
    return (";border-radius:6px" if thumbnails.pictured(name) else "") + (";image-rendering:pixelated" if thumbnails.coarse(name) else "")


def card_pictures(data: Sequence[str]) -> str:
    """Beside each card's title the points or pictures of its data, where they can be drawn. data: a dataset for each card, in order."""
    rules = []
    for number, name in enumerate(data, 1):
        if thumbnails.drawn(name):
            rules.append(f'.st-key-cards button:nth-of-type({number})::before{{content:"";background-image:{thumbnails.tile(name)}{_pictured(name)}}}')
    return f"<style>{''.join(rules)}</style>"


def live_marks(keys: Iterable[str]) -> str:
    """A small mark before the label of each of these widgets: a change of it applies at once. Its alternative text is what a screen reader says."""
    places = ",".join(f".st-key-{key.replace('.', '-')} label:first-of-type" for key in keys)
    labels = places.replace(",", "::before,") + "::before"
    return f"<style>{labels}{{{MARK}}}{places}{{position:relative}}</style>" if places else ""


def scene(key: str, experiment: Experiment) -> str:
    """A picture of an experiment as HTML."""
    return f'<style>.scene-{key}{{background:{thumbnails.scene(experiment)} center/contain no-repeat}}</style><div class="scene scene-{key}" aria-hidden="true"></div>'
