"""The lock between a backup, which reads the stored files, and what deletes some of them."""

import fcntl
import os
from contextlib import contextmanager

from odoo.tools import config


@contextmanager
def files_at_rest():
    """Keep backups from beginning while files are deleted.

    :return: True; False when a backup reads them at this moment, and nothing may be deleted
    """
    path = os.path.join(config["data_dir"], "backup", "files.lock")
    if not os.path.exists(path):  # no backup has ever been made here
        yield True
        return
    with open(path, "ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
