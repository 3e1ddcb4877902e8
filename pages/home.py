"""Home: a card for each family."""

from pathlib import Path

from playground.ui.home import home_page
from playground.ui.shell import family_pages

home_page(family_pages(Path(__file__).resolve().parent))
