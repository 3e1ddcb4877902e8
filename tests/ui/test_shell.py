"""Navigation, home and the rule that keeps torch out of the UI process."""

import subprocess
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

from playground.registry import families
from playground.ui import fields
from playground.ui.shell import family_pages

ROOT = Path(__file__).resolve().parents[2]


def test_every_family_found_has_a_page():
    assert list(family_pages(ROOT / "pages")) == list(families())


def test_home_has_a_card_for_each_family(engine):
    home = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30).run()
    assert not home.exception
    assert [family.title for family in families().values()] == [heading.value for heading in home.subheader]


def test_home_in_chinese(engine):
    home = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30)
    home.query_params["lang"] = "zh_Hans"
    assert home.run().title[0].value == "看神经网络如何学习"


def test_pages_import_neither_torch_nor_scikit_learn():
    code = "import sys, playground.ui.page, playground.ui.home, playground.ui.shell, playground.ui.style as s; from playground.registry import datasets; s.tiles([n for n in datasets() if s.thumbnails.drawn(n)]); print([m for m in ('torch', 'sklearn') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert said.stdout.strip() == "[]", said.stderr


def test_a_link_without_a_page_goes_on_to_its_familys_page(engine):
    experiment = fields.preset(families()["dense"], "xor")
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30)
    app.query_params["e"] = experiment.token()
    app.run()
    assert not app.exception and [run["experiment"] for run in engine.runs.values()] == [experiment.model_dump(mode="json")]


def test_a_bad_link_without_a_page_is_a_sentence_above_the_cards(engine):
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30)
    app.query_params["e"] = "broken"
    app.run()
    assert app.error[0].value.endswith(".") and app.subheader


def _seven():
    from dataclasses import replace
    from unittest import mock

    from playground.registry import families
    from playground.ui import home

    dense = families()["dense"]
    seven = {f"family{number}": replace(dense, name=f"family{number}", title=f"Family {number}") for number in range(7)}
    with mock.patch.object(home, "families", lambda: seven), mock.patch.object(home.st, "page_link"):
        home.home_page(dict.fromkeys(seven, "page.py"))


def test_home_holds_seven_families_as_well_as_one():
    home = AppTest.from_function(_seven, default_timeout=30).run()
    assert not home.exception
    assert sorted(heading.value for heading in home.subheader) == [f"Family {number}" for number in range(7)]
