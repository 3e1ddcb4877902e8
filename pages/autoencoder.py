"""Autoencoders."""

from playground.ui.page import family_page

family_page("autoencoder")
