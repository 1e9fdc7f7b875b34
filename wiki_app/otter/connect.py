"""The page "Connect an agent", in the wiki's own look: the lines for this very server."""

from flask import Flask, render_template, request

from wiki_app.connecting import TOKEN, clients

PATH = "/-/connect"


def add_connect_page(app: Flask, *, public_url: str | None, needs_token: bool) -> None:
    """`public_url` is the wiki's address without a slash; without it, the one that a request comes to."""

    def connect() -> str:
        address = f"{public_url or request.url_root.rstrip('/')}/mcp"
        html: str = render_template(
            "connect.html",
            title="Connect an agent",
            address=address,
            clients=clients(address, needs_token=needs_token),
            needs_token=needs_token,
            token=TOKEN,
            pagepath="",
            in_help=True,
        )
        return html

    app.add_url_rule(PATH, endpoint="connect", view_func=connect)
