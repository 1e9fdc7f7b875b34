"""HTML that escapes: every value goes through `text`, every page through `document`."""

from collections.abc import Iterable, Mapping
from html import escape

from auth.parts import Look

STYLE = "/-/auth/style.css"
FONTS = "/static/css/roboto.css"
CUSTOM = "/static/custom/custom.css"

Attribute = str | int | bool | None


class Html(str):
    """Markup that is safe to put into a page."""

    __slots__ = ()


def text(value: object) -> Html:
    """Any value as text; Html stays as it is."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def element(tag: str, /, *children: object, **attributes: Attribute) -> Html:
    """`<tag …>children</tag>`. `class_` and `for_` lose their underscore; True is a bare attribute."""
    shown = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if tag in {"input", "img", "link", "meta"}:
        return Html(f"<{tag}{shown}>")
    return Html(f"<{tag}{shown}>{joined(children)}</{tag}>")


def joined(children: Iterable[object]) -> Html:
    """One after the other; None is nothing."""
    return Html("".join(text(child) for child in children if child is not None))


def field(
    label: str, name: str, *, kind: str = "text", hint: str | None = None, **attributes: Attribute
) -> Html:
    """A labelled input."""
    described = f"{name}-hint" if hint else None
    return joined(
        [
            element("label", label, for_=name),
            element(
                "input",
                id=name,
                name=name,
                type=kind,
                class_="form-control",
                aria_describedby=described,
                **attributes,
            ),
            element("div", hint, id=described, class_="muted") if hint else None,
        ]
    )


def button(
    label: str,
    *,
    primary: bool = False,
    danger: bool = False,
    small: bool = False,
    **attributes: Attribute,
) -> Html:
    """A button that sends its form."""
    looks = {"btn": True, "btn-primary": primary, "btn-danger": danger, "btn-small": small}
    look = " ".join(name for name, on in looks.items() if on)
    return element("button", label, type="submit", class_=look, **attributes)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Html:
    """A table that scrolls sideways where it must."""
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def alert(sentence: str, *, good: bool = False) -> Html:
    """A sentence that assistive software reads out at once."""
    kind = "alert-success" if good else "alert-danger"
    return element("div", sentence, class_=f"alert {kind}", role="status" if good else "alert")


def card(*children: object) -> Html:
    """A part of a page."""
    return element("div", *children, class_="card")


def document(title: str, body: object, look: Look, *, mode: str | None, links: Mapping[str, str]) -> str:
    """The whole page. `mode` is the wiki's own cookie for light and dark; `links` are path → label."""
    head = joined(
        [
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width"),
            element("meta", name="robots", content="noindex, nofollow"),
            element("title", f"{title} – {look.site_name}"),
            *(element("link", rel="stylesheet", href=path) for path in (FONTS, STYLE, CUSTOM)),
        ]
    )
    brand = element(
        "a",
        element("img", src=look.logo, alt=""),
        element("span", look.site_name),
        href="/",
        class_="navbar-brand",
    )
    nav = element("nav", *(element("a", label, href=path) for path, label in links.items()), aria_label="You")
    page = joined(
        [
            element("header", brand, nav, class_="navbar"),
            element("main", element("h1", title), body),
        ]
    )
    chosen = mode if mode in {"dark-mode", "light-mode"} else None
    whole = element("html", element("head", head), element("body", page), lang="en", class_=chosen)
    return f"<!DOCTYPE html>{whole}"


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
