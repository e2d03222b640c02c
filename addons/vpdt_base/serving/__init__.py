"""How requests get to the database: read first, bounded, never for ever (:mod:`.gate`; the rest is without Odoo)."""
