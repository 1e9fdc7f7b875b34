"""All pages of ours, in one table."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth.pages import account, accounts, agents, consent, first_run, reset, sign_in, tokens
from auth.pages.endpoint import page
from auth.pages.html import STYLE
from auth.parts import Parts

DAY = 86_400
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def common_routes(parts: Parts) -> list[Route]:
    """What every mode with accounts has: one's account, tokens, agents, and the administrator's pages."""
    return [
        Route(STYLE, _style),
        page(parts, "/-/logout", sign_in.show_sign_out, sign_in.sign_out),
        page(parts, "/-/auth/account", account.show_account, who="account"),
        page(parts, tokens.PATH, tokens.show_tokens, tokens.make_token, who="account"),
        page(parts, f"{tokens.PATH}/revoke", None, tokens.revoke_token, who="account"),
        page(parts, agents.PATH, agents.show_agents, who="account"),
        page(parts, f"{agents.PATH}/end", None, agents.end_agent, who="account"),
        page(parts, accounts.PATH, accounts.show_accounts, accounts.add_account, who="admin"),
        page(parts, f"{accounts.PATH}/change", None, accounts.change_account, who="admin"),
    ]


def local_routes(parts: Parts) -> list[Route]:
    """Sign-in with passwords, and what belongs to it."""
    return [
        page(parts, "/-/login", sign_in.show_sign_in, sign_in.sign_in),
        page(parts, "/-/auth/password", None, account.change_password, who="account"),
        page(parts, reset.PATH + "{secret}", reset.show_reset, reset.reset),
        page(parts, first_run.PATH, first_run.show_first_run, first_run.first_run),
        page(parts, consent.PATH, consent.show_consent, consent.consent, who="account"),
    ]


def closing_routes() -> list[Route]:
    """What is ours and has no page: it must not become a page of the wiki."""
    paths = (
        "/-/login",
        "/-/logout",
        "/-/auth/{rest:path}",
        "/-/oauth/{rest:path}",
        "/.well-known/{rest:path}",
    )
    return [Route(path, _nothing, methods=METHODS) for path in paths]


async def _nothing(request: Request) -> Response:  # noqa: ARG001 - an endpoint's signature
    sentence = {"error": "There is nothing here.", "code": "not_found"}
    return JSONResponse(sentence, 404, headers={"Cache-Control": "no-store"})


async def _style(request: Request) -> Response:  # noqa: ARG001 - an endpoint's signature
    text = files("auth.pages").joinpath("style.css").read_text(encoding="utf-8")
    headers = {"Cache-Control": f"public, max-age={DAY}", "X-Content-Type-Options": "nosniff"}
    return Response(text, media_type="text/css", headers=headers)
