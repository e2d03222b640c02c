"""Odoo as a program with a path of its own: with workers, it starts its process for websockets from that path."""

import sys
from pathlib import Path

# The folder of this file does not belong on the path of Odoo: its `odoo.py` would be taken for Odoo itself.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]

if __name__ == "__main__":
    from odoo.cli.command import main

    main()
