"""What happened: evidence, and how it is read."""

from . import (  # isort: skip
    vpdt_journal_entry,
    vpdt_journal_seal,
    vpdt_journal_entry_files,
    vpdt_journal_permissions,
    vpdt_journal_reading,
    vpdt_journal_report,
    vpdt_journal_words,
    vpdt_journal_words_organizations,
)
