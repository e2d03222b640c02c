"""Copies of the office, and what holds in a database that was restored from one."""

from . import vpdt_backup, vpdt_backup_page, held, restored, restored_report  # isort: skip
