"""Every text has its translation, with the same places, and the catalogues hold nothing else."""

import pytest

from tests import texts

FOUND = texts.texts()


@pytest.mark.parametrize(("language", "path"), list(texts.catalogues()))
def test_each_text_is_translated(language, path):
    held = texts.read(language, path)
    assert [text for text in FOUND if not held.get(text)] == [], "run python -m tests.texts, and translate"


@pytest.mark.parametrize(("language", "path"), list(texts.catalogues()))
def test_nothing_in_the_catalogue_is_unused(language, path):
    assert [text for text in texts.read(language, path) if text not in FOUND] == [], "run python -m tests.texts"


@pytest.mark.parametrize(("language", "path"), list(texts.catalogues()))
def test_places_are_the_same(language, path):
    held = texts.read(language, path)
    assert [text for text in held if held[text] and texts.places(text) != texts.places(held[text])] == []


def test_texts_are_found_in_python_and_in_the_browsers_modules():
    files = set(FOUND.values())
    assert any(file.endswith(".py") for file in files) and any(file.endswith(".js") for file in files)


def test_texts_inside_others_are_found_in_a_module(tmp_path):
    module = tmp_path / "module.js"
    module.write_text(
        'this.#say(say("held at {x}", { x }));\nwrite(hint, `${fixed} ${say("Keys: \\"M\\".")}`);\nconst text = on ? say(\n  "on") : say("off");\n'
    )
    assert list(texts.in_module(module)) == ["held at {x}", 'Keys: "M".', "on", "off"]
