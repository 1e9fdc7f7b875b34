"""Every commit as a line of the audit log: who, through what, which pages, which revision."""

from collections.abc import Callable

from auth.acting import Acting, acting
from auth.audit import AuditLog
from wiki_app.repository import Committed, Repository
from wiki_app.trailers import attribute

MOST_PAGES = 50
"""Named in one line; a push may bring thousands."""


def writes_to(log: AuditLog, repository: Repository) -> Callable[[Committed], None]:
    """A listener of the store."""

    def note(committed: Committed) -> None:
        info = repository.info(committed.revision)
        told, now = attribute(info.message), acting.get()
        if now is not None and now.door != "git" and now.principal.email != info.author.email:
            now = None  # a commit of the owner's own that this request only noticed
        paths = sorted({change.path for change in committed.changes})
        log.note(
            "write",
            who=now.principal.subject if now else info.author.email,
            door=now.door if now else "outside",
            operation=_operation(now),
            pages=paths[:MOST_PAGES],
            more_pages=len(paths) - MOST_PAGES if len(paths) > MOST_PAGES else None,
            revision=committed.revision,
            agent=told.agent,
            client=told.client,
            request_id=told.request_id or (now.request_id if now else None),
        )

    return note


def _operation(now: Acting | None) -> str | None:
    """Otter Wiki has no names for what its forms do."""
    if now is None:
        return None
    return now.operation or ("save" if now.door == "browser" else None)
