"""What of agents people see in the browser."""

from tests.wiki_app.git import git
from tests.wiki_app.otter.served import ServedWiki


def test_the_menu_leads_to_the_lines_for_this_very_server(served: ServedWiki) -> None:
    visitor = served.visitor("ada")
    assert 'id="connect-agent"' in visitor.get("/-/changelog")
    html = visitor.get("/-/connect")
    assert f"claude mcp add --transport http wiki {served.url}/mcp" in html
    assert all(name in html for name in ("ChatGPT", "Cursor", "VS Code", "Gemini CLI", "claude.ai"))
    assert "token" not in html.partition('id="connect-page"')[2].partition("</div>")[0]


def test_an_agents_change_has_its_name_in_history_and_changelog(served: ServedWiki) -> None:
    visitor = served.visitor("ada")
    visitor.save("Told", "# Told")
    message = "Say it better\n\nAgent: Helper\nClient: helper/1\nRequest-Id: 0123456789"
    (served.repository / "told.md").write_text("# Told better\n")
    git(served.repository, "commit", "-qam", message)
    for page in ("/Told/history", "/-/changelog"):
        html = visitor.get(page)
        assert "(Helper)" in html and "Say it better" in html
        assert "Request-Id" not in html
