"""The server: Streamlit, our routes and the engine's life. `streamlit run app.py` finds it by itself."""

import streamlit as st
from streamlit import config

from playground.live.routes import engine_lifespan, routes

base = str(config.get_option("server.baseUrlPath")).strip("/")
app = st.App("pages/shell.py", lifespan=engine_lifespan, routes=routes(f"/{base}" if base else ""))
