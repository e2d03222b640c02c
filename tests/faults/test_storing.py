"""What is being stored is never collected, whatever moment the collector comes at."""

# The collector comes when the bytes have just been put into the store. It must have done its work, or wait for us,
# before we go on.
STORE = """
import os, threading, time
from unittest.mock import patch

File = env["vpdt.file"]
collected = threading.Event()

def collect():
    with env.registry.cursor() as cr:
        env(cr=cr)["ir.attachment"]._gc_file_store()
    collected.set()

def waiting():
    with env.registry.cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'ir_attachment'::regclass AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cr.fetchone()[0]

collector = threading.Thread(target=collect)

def come():
    collector.start()
    while not collected.is_set() and not waiting():
        time.sleep(0.01)

link = type(File)._link_into_filestore

def linked(self, *arguments):
    fname = link(self, *arguments)
    come()
    return fname

env.cr.commit()
content = os.urandom(100)
with patch.object(type(File), "_link_into_filestore", linked):
    attachment = File._keep_bytes("thu.pdf", content)[0]
path = attachment._full_path(attachment.store_fname)
env.cr.commit()
collector.join()
result = os.path.exists(path) and open(path, "rb").read() == content
"""


def test_a_file_is_stored_beside_the_collector(server):
    assert server.env_call(STORE)


DESTROY = """
import os, threading, time
from unittest.mock import patch
from odoo.addons.vpdt_base.models.file import vpdt_file_store

content = os.urandom(100)
old = env["vpdt.file"]._keep_bytes("cu.pdf", content)[0]
path, name = old._full_path(old.store_fname), old.store_fname
env.flush_all()
env.cr.execute("UPDATE ir_attachment SET store_fname = NULL WHERE id = %s", [old.id])
env.cr.commit()
answers = []
new = env["vpdt.file"]._keep_bytes("moi.pdf", content)[0]  # the same bytes, not committed yet
remover = threading.Thread(target=lambda: answers.append(vpdt_file_store._unlink_unused(env.registry, {name: path})))
remover.start()
time.sleep(0.5)
env.cr.commit()
remover.join()
result = [answers, os.path.exists(path)]
"""


def test_what_is_destroyed_stays_where_somebody_stores_the_same_bytes(server):
    assert server.env_call(DESTROY) == [[True], True]
