"""How long a restore takes, from the copies to a verified database: what a disaster costs a province (RTO)."""

import os
import sys
import time
from pathlib import Path

NAME = "restore"
GOAL = "a figure, no goal: seconds a GB, of which a fifth is in the database"
APART = True
#: GB of files; `VPDT_BENCH_GB` says another size.
SIZE = float(os.environ.get("VPDT_BENCH_GB") or 0.5)
FILE = 200_000  # bytes of each, as of a scanned letter
TEXT = 2_500  # words that were recognised in each, with their index: what makes the database large

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

# Files of documents with rows, hashes and recognised text, as many as are wanted.
FILL = """
import hashlib, os, random
model = env["vpdt.file"].search([("destroyed_at", "=", False)], limit=1)
columns = {}
for table in ("ir_attachment", "vpdt_file"):
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns[table] = [name for (name,) in env.cr.fetchall()]
def clone(table, row, **changed):
    others = [name for name in columns[table] if name not in changed]
    names = ", ".join(['"%s"' % name for name in (*changed, *others)])
    old = "".join(', t."%s"' % name for name in others)
    marks = ", ".join(["%s"] * len(changed))
    insert = f"INSERT INTO {table} ({names}) SELECT {marks} {old} FROM {table} t WHERE t.id = %s"
    env.cr.execute(insert, [*changed.values(), row])
def next_id(table):
    env.cr.execute("SELECT nextval(%s)", [f"{table}_id_seq"])
    return env.cr.fetchone()[0]
chance = random.Random(7)
syllables = ["".join(chance.choices("abcdeghiklmnopqrstuvxyâêôơưđ", k=chance.randint(2, 5))) for _n in range(7000)]
env.cr.execute("CREATE TEMPORARY TABLE texts (number integer PRIMARY KEY, content text, words tsvector)")
for number in range(200):
    text = " ".join(chance.choices(syllables, k=WORDS))
    env.cr.execute("INSERT INTO texts VALUES (%s, %s, to_tsvector('simple', %s))", [number, text, text])
for number in range(COUNT):
    data = os.urandom(SIZE)
    sha1, sha256 = hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest()
    name = f"{sha1[:2]}/{sha1}"
    path = env["ir.attachment"]._full_path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    attachment, row = next_id("ir_attachment"), next_id("vpdt_file")
    kept = {"id": attachment, "res_id": row, "store_fname": name, "checksum": sha1, "file_size": SIZE}
    clone("ir_attachment", model.attachment_id.id, **kept)
    clone("vpdt_file", model.id, id=row, attachment_id=attachment, sha256=sha256, size=SIZE)
    env.cr.execute("INSERT INTO vpdt_file_text (file_id, content, words) SELECT %s, content, words FROM texts"
                   " WHERE number = %s", [row, number % 200])
    if number % 1000 == 0:
        env.cr.commit()
env.cr.commit()
print("ANSWER" + str(COUNT))
"""


def run(_env):
    """One office of that size: the first backup, one more, the copy of minutes, and the restore under another name.

    :return: ``detail``: seconds of each, sizes, and seconds a GB
    """
    from house import House, shell

    house, seconds = House(), {}

    def timed(name, *words):
        start = time.monotonic()
        house.call(*words, timeout=7200)
        seconds[name] = round(time.monotonic() - start, 1)

    try:
        house.fill_with_demo()
        count = int(SIZE * 1e9 / FILE)
        shell(house, f"COUNT, SIZE, WORDS = {count}, {FILE}, {TEXT}\n{FILL}", timeout=7200)
        place = house.folder / "copies"
        timed("first backup", "backup", "--to", place)
        timed("copy of minutes", "backup", "point")
        timed("whole backup again", "backup", "--full")
        timed("restore", "restore", "--db", "vpdt_back", "--from", place)
        with house.cluster.serving():
            database = int(house.sql("SELECT pg_database_size('vpdt_back')")[0][0])
        files = sum(path.stat().st_size for path in (house.data / "filestore" / "vpdt").rglob("*") if path.is_file())
        stored = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    finally:
        house.leave()
    size = (database + files) / 1e9
    detail = {
        **seconds,
        "files_gb": round(files / 1e9, 2),
        "database_gb": round(database / 1e9, 2),
        "copies_gb": round(stored / 1e9, 2),
        "restore_seconds_per_gb": round(seconds["restore"] / size, 1),
    }
    detail["note"] = ", ".join(f"{name} {value}" for name, value in detail.items())
    return {"detail": detail}
