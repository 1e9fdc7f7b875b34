"""Settings: read once, typed, and wrong ones stop the start with a sentence that names the variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.otterwiki_names import OTTERWIKI_NAMES, REFUSED, REFUSED_PREFIXES
from gateway.settings import SECRETS, Settings, load_settings, unknown_variables, variable
from gateway.start import StartError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("WIKIBOT_", "OTTERWIKI_")) or name in OTTERWIKI_NAMES:
            monkeypatch.delenv(name)


def test_without_any_variable_the_wiki_serves_its_owner_alone() -> None:
    settings = load_settings()

    assert settings.single_user
    assert settings.gate().owner is not None
    assert settings.repository == Path("wikibot-data/repository")


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKIBOT_PORT", "9000")
    monkeypatch.setenv("WIKIBOT_HOST", "::1")

    settings = load_settings(port=9001, host=None)

    assert (settings.host, settings.port) == ("::1", 9001)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WIKIBOT_PORT", "http", "WIKIBOT_PORT=http: "),
        ("WIKIBOT_PORT", "70000", "WIKIBOT_PORT=70000: "),
        ("WIKIBOT_PUBLIC_URL", "wiki.example.org", "WIKIBOT_PUBLIC_URL=wiki.example.org: write it as https"),
        ("WIKIBOT_PUBLIC_URL", "https://example.org/wiki", "without a path"),
        ("WIKIBOT_PUBLIC_URL", "http://wiki.example.org", "it has to be https"),
        ("WIKIBOT_AUTHKIT_DOMAIN", "http://id.example.org", "WIKIBOT_AUTHKIT_DOMAIN=http://id.example.org: "),
        ("WIKIBOT_MCP_SCOPES", "wiki:admin", "WIKIBOT_MCP_SCOPES=wiki:admin: the scopes are"),
        (
            "WIKIBOT_BACKUP_BUCKET",
            "s3://backups",
            "WIKIBOT_BACKUP_BUCKET=s3://backups: write the bucket's name",
        ),
        ("WIKIBOT_BACKUP_PREFIX", "/wiki", "WIKIBOT_BACKUP_PREFIX=/wiki: write it as"),
        ("WIKIBOT_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "WIKIBOT_TRUSTED_PROXIES=proxy: "),
        ("WIKIBOT_COMPRESS", "often", "WIKIBOT_COMPRESS=often: "),
        ("WIKIBOT_ALLOW_ANONYMOUS_WRITE", "maybe", "WIKIBOT_ALLOW_ANONYMOUS_WRITE=maybe: "),
        ("WIKIBOT_OWNER_NAME", "Ann <ann>", "WIKIBOT_OWNER_"),
        ("OTTERWIKI_API_KEY", " ", "OTTERWIKI_API_KEY is empty"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("REPOSITORY", "/srv/wiki", "REPOSITORY is set: "),
        ("SQLALCHEMY_DATABASE_URI", "sqlite://", "SQLALCHEMY_DATABASE_URI is set: "),
        ("AUTH_METHOD", "SIMPLE", "AUTH_METHOD is set: "),
        ("AUTH_HEADERS_EMAIL", "x-email", "AUTH_HEADERS_EMAIL is set: "),
        ("AUTH_ROLES_ADMIN", "staff", "AUTH_ROLES_ADMIN is set: "),
        ("SECURITY_HEADERS", "False", "SECURITY_HEADERS is set: "),
        ("OTTERWIKI_SETTINGS", "/etc/otter.cfg", "OTTERWIKI_SETTINGS is set: "),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(StartError) as error:
        load_settings()

    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("variables", "local_only", "single_user"),
    [
        ({}, True, True),
        ({"WIKIBOT_HOST": "localhost"}, True, True),
        ({"WIKIBOT_PUBLIC_URL": "http://localhost:8080"}, True, True),
        ({"OTTERWIKI_API_KEY": "key"}, True, False),
        ({"WIKIBOT_HOST": "0.0.0.0"}, False, False),
        ({"WIKIBOT_HOST": "wiki.local"}, False, False),
        ({"WIKIBOT_PUBLIC_URL": "https://wiki.example.org"}, False, False),
        ({"WIKIBOT_TRUSTED_PROXIES": "127.0.0.1"}, False, False),
    ],
)
def test_only_a_wiki_that_nobody_else_can_reach_makes_everybody_its_owner(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], local_only: bool, single_user: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert (settings.local_only, settings.single_user) == (local_only, single_user)
    assert (settings.gate().owner is not None) == single_user


def test_the_api_key_is_a_principal_with_three_rights_and_shows_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTTERWIKI_API_KEY", "very-private")
    monkeypatch.setenv("OTTERWIKI_API_AUTHOR_NAME", "Robot")

    settings = load_settings()
    key = settings.gate().api_key

    assert key is not None
    assert (key.secret, key.principal.name) == ("very-private", "Robot")
    assert sorted(key.principal.rights) == ["READ", "UPLOAD", "WRITE"]
    assert "very-private" not in repr(settings)


def test_otter_wikis_own_names_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_NAME", "Notes")

    assert load_settings().otterwiki["SITE_NAME"] == "Notes"


def test_writing_needs_an_account_unless_it_is_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().otterwiki == {"WRITE_ACCESS": "APPROVED", "ATTACHMENT_ACCESS": "APPROVED"}
    monkeypatch.setenv("WRITE_ACCESS", "ANONYMOUS")
    assert load_settings().otterwiki["WRITE_ACCESS"] == "ANONYMOUS"
    monkeypatch.setenv("WIKIBOT_ALLOW_ANONYMOUS_WRITE", "true")
    assert load_settings().otterwiki == {"WRITE_ACCESS": "ANONYMOUS"}


def test_a_slip_of_the_pen_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKIBOT_DTA", "elsewhere")

    assert unknown_variables() == ["WIKIBOT_DTA is no setting; did you mean WIKIBOT_DATA?"]


def test_every_name_of_otter_wiki_passes_or_is_refused_on_purpose() -> None:
    """Compared with the defaults in the source of the installed Otter Wiki, without importing it."""
    find = "import importlib.util as u; print(u.find_spec('otterwiki').submodule_search_locations[0])"
    folder = subprocess.run([sys.executable, "-c", find], capture_output=True, text=True, check=True)
    source = (Path(folder.stdout.strip()) / "server.py").read_text()
    defaults = source[source.index("app.config.update(") : source.index("app.config.from_envvar")]
    names = set(re.findall(r"^    ([A-Z_]+)=", defaults, re.MULTILINE))

    refused = {name for name in names if name in REFUSED or name.startswith(tuple(REFUSED_PREFIXES))}

    assert names - refused - OTTERWIKI_NAMES == {"DEBUG", "TESTING", "SQLALCHEMY_TRACK_MODIFICATIONS"}
    assert names >= OTTERWIKI_NAMES


def test_every_setting_that_holds_a_secret_is_known_as_one() -> None:
    typed = {
        variable(name)
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    telling = {name for name in OTTERWIKI_NAMES if re.search(r"PASSWORD|SECRET|_KEY", name)}
    harmless = {
        "PASSWORD_MIN_LENGTH", "GIT_REMOTE_PULL_URL_SECURE",
        "GIT_REMOTE_PULL_PRIVATE_KEY_FILE", "GIT_REMOTE_PUSH_PRIVATE_KEY_FILE",
    }  # fmt: skip
    assert typed | (telling - harmless) == SECRETS


def test_the_backups_prefix_is_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKIBOT_BACKUP_BUCKET", "my-wiki-backups")
    monkeypatch.setenv("WIKIBOT_BACKUP_PREFIX", "team/wiki")

    settings = load_settings()

    assert (settings.backup_bucket, settings.backup_prefix) == ("my-wiki-backups", "team/wiki/")
