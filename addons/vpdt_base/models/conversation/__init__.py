"""Notes, activities and letters: who is told what."""

from . import (  # isort: skip
    discuss_channel,
    mail_activity,
    mail_followers,
    mail_message,
    mail_outgoing,
    mail_push_device,
    mail_thread,
    vpdt_alert_choice,
    vpdt_chat_service,
)
