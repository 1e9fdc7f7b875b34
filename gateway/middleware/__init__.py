"""Plain ASGI middleware, outermost first as gateway/app.py lists it."""
