"""Debian's chromium, driven by playwright, as a person in front of the wiki."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Response, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Watched:
    """A browser page that remembers script errors and answers of 500 and above."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Pages may show pictures from elsewhere, which a machine without network does not get.
        if message.type == "error" and message.location["url"].startswith(self.url):
            self.complaints.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str) -> int:
        """Goes to a path of the wiki; the answer's status."""
        response = self.page.goto(self.url + path)
        assert response is not None
        return response.status

    def text(self) -> str:
        """What a person reads on the page."""
        return self.page.inner_text("body")

    def picture(self, folder: Path | None, name: str) -> None:
        """A screenshot, when a folder for them was given."""
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(folder / f"{name}.png"))

    def wait_for_focus(self, selector: str) -> None:
        """Until the element has the keyboard: chromium gives an autofocus only after the load event."""
        self.page.wait_for_selector(f"{selector}:focus")

    # What a person does in the editor

    def type_text(self, text: str) -> None:
        """Replaces the editor's text, by keyboard."""
        self.page.click(".cm-content")
        self.wait_for_focus(".cm-content")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def save(self, message: str) -> None:
        """The save button, the commit message, and the page that comes then."""
        self.page.click("#save-page-btn")
        self.page.fill("#commit-message", message)
        with self.page.expect_navigation():
            self.page.press("#commit-message", "Enter")


@contextmanager
def browsing(
    url: str, *, dark: bool = False, width: int = 1280, height: int = 800, scripts: bool = True
) -> Iterator[Watched]:
    """A fresh browser on the wiki at `url`, with scripts or without.

    Fails at the end when scripts or the server complained.
    """
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: `make chromium` brings it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        watched = Watched(context.new_page(), url)
        try:
            yield watched
        finally:
            browser.close()
    assert watched.complaints == [], watched.complaints
