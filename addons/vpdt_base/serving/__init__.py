"""How requests get to the database: read first, bounded, and never for ever. See :mod:`.gate`; without Odoo: the rest."""
