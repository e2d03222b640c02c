"""Two provinces, each a database with an Odoo server of its own, and what their clerks do there.

The second is a copy of the demo under other codes: H21.xx becomes H77.xx. What people do is run in a shell on the
database of their office, as the people; jobs are run by the servers.
"""

import os
import signal
import time
from contextlib import contextmanager

from vpdt_cli import databases, odoo, setup, system
from vpdt_cli.project import LOGS

PREFIX = "vpdt_pair_"
PATIENCE = 180
RESTS = ("", ".01", ".02", ".03", ".31", ".32")  # sub-codes of the demo's agencies

# What a shell needs to act as people of an agency. `issue` skips the drafting and the signatures, which other tests do:
# what is sent is what would be sent.
PEOPLE = """
import io
from odoo import Command, fields
from odoo.addons.vpdt_base.tests.builders import tiny_pdf

def of(login):
    user = env["res.users"].search([("login", "=", login)])
    return env(user=user, context={"allowed_company_ids": user.company_ids.ids, "lang": "vi_VN"})

def issue(agency, recipients, subject, annexes=0, replaces=(), number=None):
    organizations = env["vpdt.organization"].search([("identifier", "in", recipients)])
    assert len(organizations) == len(recipients), recipients
    clerk, drafter = of(f"vanthu.{agency}"), of(f"chuyenvien.{agency}")
    leader = env["res.users"].search([("login", "=", f"lanhdao.{agency}")])
    head = env["res.users"].search([("login", "=", f"truongphong.{agency}")])
    document = drafter["vpdt.outgoing"].create({
        "type_id": env.ref("vpdt_documents.type_cong_van").id, "subject": subject, "notation": "TN-VP",
        "signer_id": leader.id, "reviewer_id": head.id,
        "recipient_ids": [Command.create({"organization_id": found.id}) for found in organizations],
        "replaces_ids": [Command.set(list(replaces))],
    })
    File = env["vpdt.file"]
    File._store(document.sudo(), "van-ban.pdf", tiny_pdf(subject.encode("ascii", "replace").decode()), "main")
    for place in range(annexes):
        content = tiny_pdf(f"{place} {len(subject)} {document.id}")
        File._store(document.sudo(), f"phu-luc-{place + 1}.pdf", content, "annex")
    env.flush_all()
    env.cr.execute("UPDATE vpdt_outgoing SET state = 'signed' WHERE id = %s", [document.id])
    document.invalidate_recordset()
    today = fields.Date.context_today(clerk["vpdt.outgoing"])
    register = document.company_id._register_of("outgoing", document.type_id)
    taken = number or register._take_number(today.year)
    steps = (("numbered", {"number": str(taken), "register_number": taken, "register_id": register.id,
                           "register_year": today.year, "date": today}),
             ("issued", {}))
    for state, values in steps:
        document.sudo().with_env(clerk(user=clerk.user, su=True)).with_context(lang="vi_VN")._move_to(state, values)
    return document.with_env(clerk)
"""


class Office:
    """One province: a database, a server, a shell."""

    def __init__(self, found, name, rename="", database=None, port=None, hurry=True):
        """
        :param found: vpdt_cli's Databases
        :param name: short word for logs
        :param rename: code that takes the place of H21
        :param database: name of the database; by default one that goes with this process
        :param hurry: for tests: seconds between tries, and no clock
        """
        self.found, self.name = found, database or f"{PREFIX}{os.getpid()}_{name}"
        found.copy(databases.DEMO, self.name)
        self.server = odoo.Server(self.name, port or system.free_port(), log=LOGS / f"pair-{name}.log")
        self.shell = odoo.LastingShell(self.name, LOGS / f"pair-{name}-shell.log")
        if rename:
            self.run(
                f"""
organizations = env["vpdt.organization"].search([("identifier", "=like", "H21%")])
for organization in organizations:
    organization.identifier = organization.identifier.replace("H21", {rename!r})
"""
            )
        if hurry:
            self._hurry()

    def _hurry(self):
        """Tries follow each other in seconds."""
        self.run(
            """
models = ("vpdt.exchange.message", "vpdt.exchange.channel")
functions = env["queue.job.function"].search([("model_id.model", "in", models)])
for function in functions.filtered("retry_pattern"):
    function.retry_pattern = {1: 1, 5: 2, 10: 5}
env.ref("vpdt_interop.cron_watch").active = False  # the test says when a minute is over
"""
        )

    @property
    def url(self):
        return self.server.url

    def run(self, snippet):
        """Run Python with ``env``, :data:`PEOPLE` above it; commit; give back ``result``."""
        return self.shell.call(f"{PEOPLE if 'issue(' in snippet or 'of(' in snippet else ''}\n{snippet}")

    def allow(self, *urls):
        """Let this office call these addresses."""
        hosts = [url.removeprefix("http://") for url in urls]
        self.run(
            f"""
for host in {hosts!r}:
    if not env["vpdt.allowed.host"].search([("name", "=", host)]):
        env["vpdt.allowed.host"].create({{"name": host}})
"""
        )

    def open_channel(self, kind, url, system_code, secret, reaches):
        """Make a channel and put it to use. ``reaches``: (identifier, name) of organizations."""
        self.allow(url)
        return self.run(
            f"""
organizations = env["vpdt.organization"]
for identifier, name in {list(reaches)!r}:
    organizations |= organizations._find_by_identifier(identifier) or organizations.create(
        {{"identifier": identifier, "name": name}})
channel = env["vpdt.exchange.channel"].create({{
    "name": "Kênh {kind}", "kind": {kind!r}, "url": {url!r}, "system_code": {system_code!r}, "new_secret": {secret!r},
    "organization_ids": [(6, 0, organizations.ids)],
}})
channel.action_resume()
result = channel.id
"""
        )

    def minute(self):
        """What the clock does once a minute; what a channel was waiting for is over."""
        self.run(
            """
env["vpdt.exchange.channel"].search([("state", "=", "down")]).write({"probe_at": False})
env["vpdt.exchange.channel"]._cron_watch()
"""
        )

    def counts(self):
        """How many packets are in each state: {"out queued": 3, …}."""
        return self.run(
            """
rows = env["vpdt.exchange.message"]._read_group([], ["direction", "state"], ["__count"])
result = {f"{direction} {state}": count for direction, state, count in rows}
"""
        )

    def open_jobs(self):
        """Jobs of the exchange that are not over."""
        return self.run(
            """
result = env["queue.job"].search_count([
    ("state", "in", ("pending", "enqueued", "started")),
    ("model_name", "in", ("vpdt.exchange.message", "vpdt.exchange.channel")),
])
"""
        )

    def kill(self):
        """SIGKILL for the server and all that it started: nothing is put away."""
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        self.server.process = None

    def start(self):
        self.server.start()

    def stop(self):
        self.shell.stop()
        self.server.stop()
        self.found.drop(self.name)


def settle(*offices, patience=PATIENCE, quiet=("out queued", "out sent")):
    """Let the minutes pass until nothing waits anywhere.

    :param quiet: what must not be left
    """
    deadline = time.monotonic() + patience
    while True:
        for office in offices:
            office.minute()
        left = [(office.name, office.counts(), office.open_jobs()) for office in offices]
        if not any(jobs or any(counts.get(name) for name in quiet) for _name, counts, jobs in left):
            return
        assert time.monotonic() < deadline, left
        time.sleep(1)


@contextmanager
def two_provinces():
    """Two offices whose servers run."""
    house = setup.ensure()
    with house.databases() as found:
        found.drop_abandoned(PREFIX)
        offices = []
        try:
            offices = [Office(found, "a"), Office(found, "b", rename="H77")]
            for office in offices:
                office.start()
            yield offices
        finally:
            for office in offices:
                office.stop()


def joined_by_peers(one, two):
    """Each has a channel to the other."""
    secret = "một bí mật chung của hai tỉnh"
    one.open_channel("peer", two.url, "gia-lai-77", secret, agencies("H77"))
    two.open_channel("peer", one.url, "gia-lai-77", secret, agencies("H21"))


def joined_by_axis(one, two, axis):
    """Both are systems of one axis."""
    axis.control(
        systems={
            "tinh-21": {"secret": "một", "agencies": [f"H21{rest}" for rest in RESTS]},
            "tinh-77": {"secret": "hai", "agencies": [f"H77{rest}" for rest in RESTS]},
        }
    )
    one.open_channel("vxp", axis.url, "tinh-21", "một", agencies("H77"))
    two.open_channel("vxp", axis.url, "tinh-77", "hai", agencies("H21"))


def agencies(code):
    """(identifier, name) of the agencies of a province of the demo; the second one's are called after their code."""
    names = ("UBND tỉnh", "Văn phòng UBND tỉnh", "Sở Nội vụ", "Sở Khoa học và Công nghệ", "UBND xã Một", "UBND xã Hai")
    return [(f"{code}{rest}", f"{name} ({code})") for rest, name in zip(RESTS, names, strict=True)]
