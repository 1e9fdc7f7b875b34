"""The function's environment: the wiki's settings, by the names of docs/settings.md."""

from collections.abc import Mapping

import pulumi

from infra.configuration import Configuration

HANDLER = "gateway.aws_lambda.handler"
MOUNT = "/mnt/wiki"
CACHE = "/tmp/wikibot-cache"  # noqa: S108 — the one folder of a Lambda that can be written, and nobody else's
BACKUP_PREFIX = "wikibot/"


def environment(
    configuration: Configuration, region: pulumi.Output[str], backup_bucket: pulumi.Output[str]
) -> Mapping[str, str | pulumi.Output[str]]:
    """Every variable; the three secrets stay secrets in Pulumi's state, and KMS encrypts the whole."""
    wiki = configuration.wiki
    return {
        "WIKIBOT_DATA": MOUNT,
        "WIKIBOT_CACHE": CACHE,
        "WIKIBOT_PUBLIC_URL": wiki.url,
        "WIKIBOT_LOAD": "first-use",
        "WIKIBOT_EMBEDDINGS": configuration.embeddings,
        "WIKIBOT_BEDROCK_REGION": region,
        "WIKIBOT_AUTHKIT_DOMAIN": wiki.authkit_domain,
        "WIKIBOT_AUTHKIT_CLIENT_ID": wiki.secrets.authkit_client_id,
        "WIKIBOT_AUTHKIT_CLIENT_SECRET": wiki.secrets.authkit_client_secret,
        "WIKIBOT_ADMIN_EMAIL": wiki.admin_email,
        "WIKIBOT_BACKUP_BUCKET": backup_bucket,
        "WIKIBOT_BACKUP_PREFIX": BACKUP_PREFIX,
        "SECRET_KEY": wiki.secrets.secret_key,
        "SITE_NAME": wiki.site_name,
        "READ_ACCESS": wiki.read_access,
        "AUTO_APPROVAL": str(wiki.auto_approval),
    }
