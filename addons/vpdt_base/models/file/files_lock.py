"""The lock between a backup, which reads the stored files, and what deletes some of them."""

import fcntl
import os
import time
from contextlib import contextmanager

from odoo.tools import config


@contextmanager
def files_at_rest(patience=0):
    """Keep backups from beginning while files are deleted.

    :param patience: seconds to wait for a backup that reads them; the copy of minutes takes a few
    :return: True; False when a backup reads them at this moment, and nothing may be deleted
    """
    path = os.path.join(config["data_dir"], "backup", "files.lock")
    if not os.path.exists(path):  # no backup has ever been made here
        yield True
        return
    with open(path, "ab") as handle:
        yield _shared(handle, time.monotonic() + patience)


def _shared(handle, deadline):
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.2)
