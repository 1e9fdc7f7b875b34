"""The page "Connect an agent" in the wiki's menu: the lines of wiki_app.clients for this very server."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, redirect, render_template, request
from otterwiki.auth import current_user, has_permission
from otterwiki.helper import url_for
from otterwiki.sidebar import SidebarMenu, SidebarPageIndex

from wiki_app.clients import CLIENTS

ENDPOINT = "connect_agent"


@dataclass(frozen=True)
class ConnectPage:
    """`public_url` None: the address is the one that was asked for. `keyed`: programs need a token."""

    public_url: str | None = None
    keyed: bool = False

    def install(self, app: Flask) -> None:
        """The route, and the entry that our wiki.html puts into the menu."""
        app.add_url_rule("/-/connect", ENDPOINT, self.show)
        app.jinja_env.globals["wikibot_menu"] = [(ENDPOINT, "fas fa-robot", "Connect an agent")]

    def show(self) -> Any:
        """For everybody who may read the wiki."""
        if not has_permission("READ"):
            if current_user.is_authenticated:
                abort(403)
            return redirect(url_for("login", next=request.full_path))
        url = self.public_url or request.host_url.rstrip("/")
        return render_template(
            "connect.html",
            title="Connect an agent",
            url=url,
            keyed=self.keyed,
            clients=[(client, client.lines_for(url, keyed=self.keyed)) for client in CLIENTS],
            menutree=SidebarPageIndex("/").query(),
            custom_menu=SidebarMenu().query(),
        )
