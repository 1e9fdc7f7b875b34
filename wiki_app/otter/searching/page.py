"""The page at `/-/search`, in the place of Otter Wiki's."""

from typing import Any

from flask import Flask, abort, make_response, redirect, render_template, request
from otterwiki.auth import current_user, has_permission
from otterwiki.helper import url_for

from wiki_app.errors import InvalidInput, Unavailable
from wiki_app.finding import Finder
from wiki_app.otter.searching.asked import PER_PAGE, Asked
from wiki_app.otter.searching.results import Results, Searches
from wiki_app.otter.storage import WikiStorage

ENDPOINT = "search"
TITLE = 100
"""Characters of a query in the page's title."""


class SearchPage:
    """A form, and what was found. Works with GET and POST, and without scripts."""

    def __init__(self, storage: WikiStorage, finder: Finder | None) -> None:
        self._searches = Searches(storage, finder)
        self._by_meaning = finder is not None
        self._related_at = finder.related_at if finder else ""

    def install(self, app: Flask) -> None:
        """Answers Otter Wiki's endpoint, and tells the template of pages where the related ones are."""
        app.view_functions[ENDPOINT] = self.show
        app.jinja_env.globals["wikibot_related_at"] = self._related_at

    def show(self, query: str | None = None) -> Any:
        """For everybody who may read the wiki. Bad input is answered on the page, with its status."""
        if not has_permission("READ"):
            if not current_user.is_authenticated:
                return redirect(url_for("login", next=request.full_path))
            abort(403)
        asked = Asked.of(request.values, query, meaning=self._by_meaning)
        results, problem, status = Results(), "", 200
        try:
            results = self._searches.results(asked, _caller())
        except InvalidInput as error:
            problem, status = error.message, 422
        except Unavailable as error:
            problem, status = error.message, 503
        answer = make_response(self._rendered(asked, results, problem), status)
        if status == 503:
            answer.headers["Retry-After"] = "2"
        return answer

    def _rendered(self, asked: Asked, results: Results, problem: str) -> str:
        last = -(-results.most // PER_PAGE)
        turns = {"Previous": min(asked.page - 1, last), "Next": asked.page + 1}
        return render_template(
            "search.html",
            title=f"Search '{asked.query[:TITLE]}'" if not asked.is_empty else "Search",
            asked=asked,
            by_meaning=self._by_meaning,
            results=results,
            problem=problem,
            turns=[
                (name, url_for(ENDPOINT, **asked.turned(page).parameters))
                for name, page in turns.items()
                if 1 <= page <= last
            ],
        )


def _caller() -> object:
    return request.environ.get("asgi.scope", {}).get("principal")
