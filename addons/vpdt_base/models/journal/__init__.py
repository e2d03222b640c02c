"""What happened: evidence, and how it is read."""

from . import (  # isort: skip
    vpdt_journal_entry,
    vpdt_journal_seal,
    vpdt_journal_reading,
    vpdt_journal_report,
    vpdt_journal_words,
)
