"""What the catalog knows of pages: which there are, their facts, links and headings."""

import pytest

from tests.wiki_app.catalog.conftest import GitRepository, Opened
from wiki_app.catalog import Catalog
from wiki_app.text import Heading

FRONTMATTER = "---\ntitle: A Title\ntags: [x, 2]\ncategory: c\n---\n# Heading\n\nthree words here\n"


def test_a_page_has_its_facts(repository: GitRepository, catalog: Catalog) -> None:
    first = repository.commit({"dir/page.md": FRONTMATTER})
    repository.commit({"other.md": "o\n"})
    with catalog.view() as view:
        page = view.page("dir/page")
    assert page is not None
    assert (page.key, page.path, page.title, page.titled) == ("dir/page", "dir/page.md", "A Title", True)
    assert (page.tags, page.category, page.heading) == (("x", "2"), "c", "Heading")
    assert (page.words, page.size, page.revision) == (5, len(FRONTMATTER), first)
    assert page.blob == repository.git("rev-parse", "HEAD:dir/page.md")
    assert (page.author.email, page.changed.isoformat()) == (
        "ada@example.org",
        repository.git("log", "-1", "--format=%aI", first),
    )


def test_without_a_title_a_page_is_called_by_its_last_segment(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"dir/page name.md": "text\n"})
    with catalog.view() as view:
        (page,) = view.pages()
    assert (page.title, page.titled, page.heading) == ("page name", False, None)


def test_pages_are_the_files_that_otter_wiki_lists(repository: GitRepository, catalog: Catalog) -> None:
    names = ["a.md", "B.md", ".github/x.md", ".hidden.md", "d/.md", "c.MD", "e.txt", "f.md.bak", "ü/ß.md"]
    repository.commit(dict.fromkeys(names, "text\n"))
    with catalog.view() as view:
        assert view.keys() == [".github/x", ".hidden", "B", "a", "ü/ß"]
        assert [page.key for page in view.pages()] == view.keys()


def test_a_prefix_is_a_plain_string(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit(dict.fromkeys(["a.md", "a/b.md", "a-b.md", "ab.md", "b.md"], "# h\n"))
    with catalog.view() as view:
        assert [page.key for page in view.pages("a")] == ["a", "a-b", "a/b", "ab"]
        assert [page.key for page in view.pages("a/")] == ["a/b"]
        assert list(view.outlines("a/")) == ["a/b"]
        assert view.pages("\udfff") == []


def test_names_that_are_no_utf8_are_pages_too(repository: GitRepository, catalog: Catalog) -> None:
    repository.write("a.md", "a\n")
    (repository.path / "caf\udce9.md").write_text("latin\n")
    made = repository.commit()
    with catalog.view() as view:
        assert view.keys() == ["a", "caf\udce9"]
        page = view.page("caf\udce9")
        assert page is not None and page.revision == made
        assert view.history("caf\udce9.md")[0].commit.revision == made
        assert view.page("caf\ud800") is None


def test_texts_that_are_no_utf8_do_no_harm(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": b"# caf\xe9 [[b]]\n", "b.md": bytes(range(256)), "c.md": b""})
    with catalog.view() as view:
        assert [(page.key, page.size, page.heading) for page in view.pages()] == [
            ("a", 13, None),
            ("b", 256, None),
            ("c", 0, None),
        ]
        assert view.links_from("a") == ["b"]


def test_a_symbolic_link_has_the_content_of_its_target(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"dir/real.md": "# Real\n", "sub/x.md": "x\n"})
    links = {
        "to-page.md": "dir/real.md",
        "to-folder.md": "sub",
        "outside.md": "../../etc/passwd",
        "gone.md": "no.md",
    }
    for name, target in {**links, "loop.md": "loop.md", "dir/up.md": "../to-page.md"}.items():
        (repository.path / name).symlink_to(target)
    repository.commit()
    with catalog.view() as view:
        headings = {page.key: page.heading for page in view.pages()}
    assert headings == {
        "dir/real": "Real",
        "to-page": "Real",
        "dir/up": "Real",
        "outside": None,
        "gone": None,
        "loop": None,
        "sub/x": None,
    }
    repository.commit({"dir/real.md": "# Changed\n"})
    with catalog.view() as view:
        page = view.page("dir/up")
        assert page is not None and page.heading == "Changed"


def test_links_lead_both_ways(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": "[[B]] [[Missing|x/Y#z]] [[a]] [[b]]\n", "b.md": "[[A]] `[[c]]`\n"})
    with catalog.view() as view:
        assert view.links_from("a") == ["a", "b", "x/y"]
        assert view.links_to("a") == ["a", "b"]
        assert view.links() == [("a", "a"), ("a", "b"), ("a", "x/y"), ("b", "a")]
        assert view.links_from("none") == view.links_to("none") == []
    repository.commit({"b.md": None})
    with catalog.view() as view:
        assert view.links_to("b") == ["a"]
        assert view.links_to("a") == ["a"]


def test_outlines_are_kept(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": "# One\ntext\n## Two\n"})
    with catalog.view() as view:
        assert view.outline("a") == [Heading(1, "One", 0, "one"), Heading(2, "Two", 2, "two")]
        assert view.outline("b") == []


@pytest.mark.parametrize(
    ("files", "changes"),
    [
        ({"dir/a.md": "# One\n\nother text\n"}, False),
        ({"dir/picture.png": "new"}, False),
        ({"elsewhere.md": "# New\n"}, False),
        ({"dir/a.md": "# Two\n"}, True),
        ({"dir/b.md": "# One\n"}, True),
        ({"dir/deep/er.md": "new"}, True),
        ({"dir/a.md": None}, True),
    ],
)
def test_the_signature_follows_pages_and_headings(
    opened: Opened, files: dict[str, str | bytes | None], *, changes: bool
) -> None:
    opened.repository.commit({"dir/a.md": "# One\n", "dir/c.md": "c\n", "elsewhere.md": "# E\n"})
    with opened.catalog.view() as view:
        before, root = view.headings_signature("dir"), view.headings_signature()
        assert view.headings_signature("dir/") == before
    opened.repository.commit(files)
    with opened.catalog.view() as view:
        assert (view.headings_signature("dir") != before) is changes
        assert (view.headings_signature() != root) is (changes or "elsewhere.md" in files)


def test_the_signature_comes_back_with_the_pages(opened: Opened) -> None:
    opened.repository.commit({"a.md": "# One\n"})
    with opened.catalog.view() as view:
        before = view.headings_signature()
    opened.repository.commit({"b.md": "b\n"})
    opened.keys()
    opened.repository.commit({"b.md": None})
    with opened.catalog.view() as view:
        assert view.headings_signature() == before
        assert view.headings_signature("nowhere") == ""


def test_listings_keep_up_with_few_and_many_changes(opened: Opened) -> None:
    opened.repository.commit({f"d/{number:03}.md": f"# {number}\n" for number in range(120)})
    for count in (0, 1, 60, 120):
        if count:
            opened.repository.commit({f"d/{number:03}.md": f"# new {count}\n" for number in range(count)})
        with opened.catalog.view() as view:
            listed, part = view.pages(), view.pages("d/0")
            assert listed == [view.page(page.key) for page in listed]
            assert part == listed[:100]
            assert sum(page.heading == f"new {count}" for page in listed) == count
