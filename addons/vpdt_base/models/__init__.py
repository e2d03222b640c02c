"""One room a subject; what of one stands on another is imported after it."""

from . import organization, calendar, people, file, signing, journal, conversation, doors, backup  # isort: skip
