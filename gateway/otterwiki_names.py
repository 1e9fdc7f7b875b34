"""Otter Wiki 2.26.1's own settings: which names pass through, and which ones stop the start.

The list is that of `otterwiki.server` (`app.config.update` at its head); a test compares the two.
"""

from collections.abc import Mapping
from types import MappingProxyType

_MOVES_THE_STORE = "wikibot keeps everything in its data folder; remove the variable and use WIKIBOT_DATA"
_OPENS_THE_DOOR = "wikibot alone tells Otter Wiki who is calling; remove the variable"

# DECISIONS 1: a changed header name, say, would let a client name itself.
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "REPOSITORY": _MOVES_THE_STORE,
        "SQLALCHEMY_DATABASE_URI": _MOVES_THE_STORE,
        "OTTERWIKI_SETTINGS": "a settings file could change any of this unseen; use environment variables",
        "AUTH_METHOD": _OPENS_THE_DOOR,
        "SECURITY_HEADERS": "the security headers stay on; remove the variable",
    }
)
REFUSED_PREFIXES: Mapping[str, str] = MappingProxyType(
    {"AUTH_HEADERS_": _OPENS_THE_DOOR, "AUTH_ROLES_": _OPENS_THE_DOOR}
)

OTTERWIKI_NAMES = frozenset(
    [
        "ADMIN_USER_EMAIL",
        "ATTACHMENT_ACCESS",
        "AUTO_APPROVAL",
        "COMMIT_MESSAGE",
        "DEFAULT_COMMIT_MESSAGE",
        "DISABLE_REGISTRATION",
        "EMAIL_NEEDS_CONFIRMATION",
        "GIT_ALLOW_EXTERNAL_SYMLINKS",
        "GIT_REMOTE_PULL_ENABLED",
        "GIT_REMOTE_PULL_PRIVATE_KEY",
        "GIT_REMOTE_PULL_PRIVATE_KEY_FILE",
        "GIT_REMOTE_PULL_URL",
        "GIT_REMOTE_PULL_URL_SECURE",
        "GIT_REMOTE_PUSH_ENABLED",
        "GIT_REMOTE_PUSH_PRIVATE_KEY",
        "GIT_REMOTE_PUSH_PRIVATE_KEY_FILE",
        "GIT_REMOTE_PUSH_URL",
        "GIT_WEB_SERVER",
        "HIDE_LOGO",
        "HOME_PAGE",
        "HTML_EXTRA_BODY",
        "HTML_EXTRA_HEAD",
        "LOG_LEVEL",
        "LOG_LEVEL_WERKZEUG",
        "MAIL_DEFAULT_SENDER",
        "MAIL_PASSWORD",
        "MAIL_PORT",
        "MAIL_SERVER",
        "MAIL_USERNAME",
        "MAIL_USE_SSL",
        "MAIL_USE_TLS",
        "MAX_FORM_MEMORY_SIZE",
        "MINIFY_HTML",
        "NOTIFY_ADMINS_ON_REGISTER",
        "NOTIFY_USER_ON_APPROVAL",
        "NOT_FOUND_PAGE",
        "OPEN_LINKS_IN_NEW_TAB",
        "PASSWORD_MIN_LENGTH",
        "READ_ACCESS",
        "RENDERER_HTML_ALLOWLIST",
        "RETAIN_PAGE_NAME_CASE",
        "ROBOTS_TXT",
        "SECRET_KEY",
        "SERVER_NAME",
        "SESSION_COOKIE_SAMESITE",
        "SIDEBAR_CUSTOM_MENU",
        "SIDEBAR_MENUTREE_FOCUS",
        "SIDEBAR_MENUTREE_IGNORE_CASE",
        "SIDEBAR_MENUTREE_MAXDEPTH",
        "SIDEBAR_MENUTREE_MODE",
        "SIDEBAR_SHORTCUTS",
        "SITE_DESCRIPTION",
        "SITE_ICON",
        "SITE_LANG",
        "SITE_LOGO",
        "SITE_NAME",
        "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES",
        "WIKILINK_STYLE",
        "WRITE_ACCESS",
        "WTF_CSRF_ENABLED",
        "WTF_CSRF_TIME_LIMIT",
    ]
)
# Those of them that let somebody in somewhere. A private key's file is only named.
OTTERWIKI_SECRETS = frozenset(
    {"GIT_REMOTE_PULL_PRIVATE_KEY", "GIT_REMOTE_PUSH_PRIVATE_KEY", "MAIL_PASSWORD", "SECRET_KEY"}
)
# Also in that list, and left out on purpose: DEBUG and TESTING are everybody's names and turn off
# protections, SQLALCHEMY_TRACK_MODIFICATIONS is no setting for a user.
