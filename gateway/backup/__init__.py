"""Backups: one archive of everything that cannot be made again, written while the wiki serves.

layout.py says what is in it, writing.py makes it, reading.py checks it, restore.py puts it in place, and
bucket.py sends it away by the hour. docs/deploy.md is for the operator.
"""

from gateway.backup.bucket import backup, backup_to_bucket
from gateway.backup.restore import Restored, restore_backup
from gateway.backup.writing import BackupReport, create_backup

__all__ = ["BackupReport", "Restored", "backup", "backup_to_bucket", "create_backup", "restore_backup"]
