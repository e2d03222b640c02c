"""Telling people outside the office that something waits: services that carry short messages. No Odoo, no database."""

from .chat import ChatError, ask

__all__ = ["ChatError", "ask"]
