"""Keep the province at work, as these sources make it, for `test_upgrade.py`.

To be run when a release is made, before its successor changes a model: `python3 tests/upgrade/keep_release.py`. The
file is named after the version of vpdt_base.
"""

import os
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from vpdt_cli import console, databases, odoo, processes, setup
from vpdt_cli.project import DATA

NAME = "vpdt_kept_release"

# What the demo leaves out: something under way in the other addons, too.
MORE = """
def as_user(login):
    user = env["res.users"].search([("login", "=", login)])
    return env(user=user, su=True, context={"allowed_company_ids": user.company_id.ids, "lang": "vi_VN"})
leader, clerk, writer = as_user("lanhdao.xa1"), as_user("vanthu.xa1"), as_user("chuyenvien.xa1")
admin = env(user=env.ref("base.user_admin"), su=True, context={"lang": "vi_VN"})
admin["vpdt.notice"].create({"name": "Bảo trì", "text": "Tối thứ bảy."})
writer["vpdt.incident"].create({"name": "Không mở được tệp"})
clerk["vpdt.handover"].create({"user_id": clerk.uid})
leader["vpdt.account.request"].create({})
admin["vpdt.disposal"].create({})
dossier = env["vpdt.dossier"].search([("state", "=", "open")], limit=1)
document = env["vpdt.outgoing"].search([("state", "=", "issued"), ("company_id", "=", dossier.company_id.id)], limit=1)
env["vpdt.dossier.item"].create({"dossier_id": dossier.id, "res_model": document._name, "res_id": document.id})
env["vpdt.backup"]._record("backup", "failed", words="Nơi sao lưu đã đầy.")
"""


def keep(folder):
    """Write `db.dump`, `filestore` and `vpdt_master.key` as one archive beside this file.

    :param folder: pathlib.Path for what is on its way
    """
    with setup.ensure().databases() as found:
        found.drop(NAME)
        found.copy(databases.LIVING, NAME)
        try:
            odoo.shell(NAME, MORE)
            words = [found.cluster.program("pg_dump"), "--format", "custom", "--compress", "0", "--no-owner"]
            environment = {**os.environ, **found.cluster.environment()}
            processes.run([*words, "--file", folder / "db.dump", NAME], env=environment, failure="pg_dump")
            target = Path(__file__).parent / f"release-{databases.manifests()['vpdt_base']['version']}.tar.xz"
            with tarfile.open(target, "w:xz", preset=9) as kept:
                kept.add(folder / "db.dump", "db.dump")
                kept.add(databases.filestore(NAME), "filestore")
                kept.add(DATA / "vpdt_master.key", "vpdt_master.key")
        finally:
            found.drop(NAME)
    return target


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        console.say(keep(Path(place)))
