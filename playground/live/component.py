"""The one component of a run's page: transport, numbers and pictures, drawn in the browser by the modules in `static/`.

The bootstrap below is all that Streamlit carries inline (it travels with every update). It gets the modules from our
own route, all at once; where a host does not pass that route on, it asks for them through Streamlit. Either way they are imported from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from playground.engine.protocol import pack
from playground.live import assets as files

# Data are an object, or in polling mode bytes (length, JSON header, arrays). A failed import asks once for the files.
BOOTSTRAP = """
const header = (data) => data instanceof Uint8Array
  ? JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + new DataView(data.buffer, data.byteOffset).getUint32(0, true)))) : data;
const inMemory = (files) => {
  const made = {};
  const url = (name) => made[name] ??= URL.createObjectURL(new Blob(
    [files[name].replace(/from "\\.\\/([\\w-]+\\.js)"/g, (_, other) => `from "${url(other)}"`), `\\n//# sourceURL=${location.origin}/live/${name}`], { type: "text/javascript" }));
  return import(url("main.js"));
};
const fetched = async (base) => {
  const answer = await fetch(`${location.origin}${base}/assets/FRONT`);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
};
const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 6000));
export default function (context) {
  const host = context.parentElement, data = header(context.data);
  if (!data) return;
  const boot = host.liveBoot ??= { base: data.base || "", files: null, polled: false };
  boot.context = context;
  const show = () => boot.modules?.then(({ mount }) => boot.gone || mount({ ...boot.context, base: boot.base, files: boot.files, polled: boot.polled }));
  if (data.assets && !boot.polled) {
    boot.polled = true;
    boot.modules = inMemory(boot.files = data.assets);
    boot.modules.then(() => boot.context.setStateValue("assets", false));
  }
  boot.modules ??= Promise.race([fetched(boot.base), late()]).then((files) => inMemory(boot.files = files)).catch(() => {
    boot.modules = new Promise(() => {});
    boot.context.setStateValue("assets", true);
    return boot.modules;
  });
  show();
  return () => { boot.gone = true; boot.modules.then(({ unmount }) => unmount(host)); delete host.liveBoot; };
}
""".replace("FRONT", files.FRONT)

_component = st.components.v2.component("live_view", js=BOOTSTRAP, isolate_styles=False)


def _nothing() -> None:
    """A state value needs a callback to be one; ours are read where the component is mounted."""


def live_view(
    data: Mapping[str, Any] | None,
    *,
    key: str = "live",
    on_run: Callable[[], None] = _nothing,
    on_transport: Callable[[], None] = _nothing,
    on_assets: Callable[[], None] = _nothing,
    on_outbox: Callable[[], None] = _nothing,
    on_go: Callable[[], None] = _nothing,
) -> Any:
    """Mount the component and give what it has set: `.run`, `.transport`, `.assets`, and once for each time `.outbox`, `.go` (None until set).

    `data` is the page's data (run, language, family, share, epochs, views, metrics, speeds, notice, base); in polling
    mode also `sequence` and `packets` (bytes, packets of engine/protocol.py one after another), and `assets` when asked.
    """
    return _component(
        key=key,
        data=_carried(data),
        on_run_change=on_run,
        on_transport_change=on_transport,
        on_assets_change=on_assets,
        on_outbox_change=on_outbox,
        on_go_change=on_go,
    )


def _carried(data: Mapping[str, Any] | None) -> bytes | dict[str, Any] | None:
    """Streamlit takes JSON or bytes, not bytes within JSON: with packets, all of it travels packed."""
    if data is None:
        return None
    if not data.get("packets"):
        return {**data, "packets": None}
    return pack({**data, "packets": np.frombuffer(data["packets"], np.uint8)})


def assets() -> dict[str, Path | bytes]:
    """Every file the browser may ask for, by name: what the route serves, and what `data["assets"]` holds as texts when asked."""
    return {name: asset.content for name, asset in files.assets().items()}
