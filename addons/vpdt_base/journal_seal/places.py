"""Where keys and anchors lie on the server, outside every database."""

import os
from pathlib import Path

from .anchors import Anchors

try:
    from ..keystore import master_key_path
except ImportError:  # as a top-level package, without Odoo
    from keystore import master_key_path


def keys_folder(data_dir):
    """``VPDT_JOURNAL_KEYS``, else a folder of Odoo's data folder."""
    return Path(os.environ.get("VPDT_JOURNAL_KEYS") or Path(data_dir) / "vpdt_journal_keys")


def master_key(data_dir):
    """The master key of the installation, which encrypts the keys of the journal too."""
    return master_key_path(data_dir)


def anchors_of(data_dir):
    """``VPDT_JOURNAL_ANCHORS`` (best on another disk or server), else a folder of Odoo's data folder."""
    return Anchors(os.environ.get("VPDT_JOURNAL_ANCHORS") or Path(data_dir) / "vpdt_journal_anchors")
