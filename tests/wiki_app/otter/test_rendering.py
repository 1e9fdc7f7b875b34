"""The renderer holds one page at a time, whatever the threads want."""

import threading
import time

from wiki_app.otter.replaced.rendering import one_at_a_time


class Renderer:
    """Keeps the page that it renders in itself, as Otter Wiki's does."""

    def __init__(self) -> None:
        self.page = ""
        self.mixed_up: list[str] = []

    def markdown(self, page: str, include: str = "") -> str:
        self.page = page
        if include:
            one_at_a_time(self.markdown)(include)
            self.page = page
        time.sleep(0.002)
        if self.page != page:
            self.mixed_up.append(page)
        return page


def test_threads_wait_for_each_other_and_an_included_page_does_not_wait_for_itself() -> None:
    renderer = Renderer()
    render = one_at_a_time(renderer.markdown)
    threads = [
        threading.Thread(target=render, args=(f"page {number}", f"part {number}")) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert renderer.mixed_up == []
