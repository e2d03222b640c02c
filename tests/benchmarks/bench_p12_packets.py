"""P12: issuing a document with a 20 MB annex to one and to twenty recipients, and delivering it to those here."""

import io
import os
import time
from pathlib import Path

from odoo import Command
from odoo.tests import new_test_user
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.signing import find_places, prepare
from odoo.addons.vpdt_documents.tests.signing_documents import LEADER, letter

NAME = "p12-packets"
GOAL = "20 recipients: ≤ 2 × the bytes, ≤ 3 × the time of one; ≤ 150 MB over idle"
MB = 1 << 20
ANNEX = 20 * MB
RECIPIENTS, SERVED = 20, 5


def run(env):
    """Issue to one recipient, then to twenty (fifteen without a channel), then deliver; what each step takes.

    :return: ``detail``: seconds, bytes of filestore and database, peak of memory over idle, for each step
    """
    office = _Office(env)
    one, many = office.signed(1), office.signed(RECIPIENTS)
    warm = office.signed(1, annex=MB)
    office.issue(warm)
    measured = {"issue to 1": _measured(env, lambda: office.issue(one))}
    measured[f"issue to {RECIPIENTS}"] = _measured(env, lambda: office.issue(many))
    messages = env["vpdt.exchange.message"].search([("outgoing_id", "=", many.id)])
    measured["deliver"] = _measured(env, lambda: office.deliver(messages))
    few, all_ = measured["issue to 1"], measured[f"issue to {RECIPIENTS}"]
    met = (
        all_["filestore MB"] <= 2 * max(few["filestore MB"], ANNEX / MB)
        and all_["seconds"] <= 3 * few["seconds"]
        and max(part["memory MB over idle"] for part in measured.values()) <= 150
    )
    return {"met": met, "detail": measured}


class _Office:
    """One agency that sends, five that receive, fifteen organizations without a channel."""

    def __init__(self, env):
        self.env = env
        self.company = self._agency("Sở đo", "H99.98")
        served = [self._agency(f"Nơi nhận {n}", f"H99.8{n}").organization_id.id for n in range(SERVED)]
        others = [{"name": f"Nơi không có kênh {n}", "identifier": f"H99.7{n:02d}"} for n in range(RECIPIENTS - SERVED)]
        self.recipients = served + env["vpdt.organization"].create(others).ids
        self.users = {
            role: new_test_user(
                env,
                f"bench_packets_{role}",
                groups=f"vpdt_base.group_{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for role in ("leader", "unit_head", "specialist", "clerk")
        }
        title = {"name": LEADER, "signing_title": "Giám đốc", "company_id": self.company.id}
        env["hr.employee"].create({**title, "user_id": self.users["leader"].id})
        plain = letter(("GIÁM ĐỐC", LEADER))
        self.pdf = prepare(plain, find_places(plain, position="GIÁM ĐỐC", name=LEADER))

    def _agency(self, name, identifier):
        organization = self.env["vpdt.organization"].create({"name": name, "identifier": identifier})
        return self.env["res.company"].create({"name": name, "organization_id": organization.id})

    def _as(self, role, record):
        return record.with_user(self.users[role]).with_company(self.company)

    def signed(self, recipients, annex=ANNEX):
        """A document that only wants to be issued, with an annex that does not compress."""
        Document = self._as("specialist", self.env["vpdt.outgoing"])
        rows = [Command.create({"organization_id": found}) for found in self.recipients[:recipients]]
        document = Document.create(
            {
                "type_id": self.env.ref("vpdt_documents.type_cong_van").id,
                "subject": "V/v đo gói tin",
                "notation": "SĐ-VP",
                "signer_id": self.users["leader"].id,
                "reviewer_id": self.users["unit_head"].id,
                "recipient_ids": rows,
            }
        )
        File = self.env["vpdt.file"]
        File._store(document.sudo(), "van-ban.pdf", self.pdf, "main")
        File._store(document.sudo(), "phu-luc.pdf", _noise(annex), "annex")
        number = {"number": str(document.id), "register_number": document.id, "date": "2026-01-05"}
        for state, role, values in (
            ("review", "specialist", {}),
            ("to_sign", "unit_head", {}),
            ("signed", "leader", {}),
            ("numbered", "clerk", number),
        ):
            self._as(role, document)._move_to(state, values)
        return document

    def issue(self, document):
        self._as("clerk", document)._move_to("issued", {})

    def deliver(self, messages):
        for message in messages:
            message._deliver()


def _noise(size):
    """A PDF of about ``size`` bytes that nothing makes smaller: one picture of noise."""
    side = int((size / 3) ** 0.5)
    picture = Image.frombytes("RGB", (side, side), os.urandom(3 * side * side))
    out = io.BytesIO()
    page = Canvas(out, pageCompression=1)
    page.drawImage(ImageReader(picture), 0, 0, 500, 500)
    page.save()
    return out.getvalue()


def _measured(env, work):
    """Seconds, MB that the filestore and the database grow by, and the peak of memory over what it was before."""
    env.flush_all()
    store, size = Path(env["ir.attachment"]._filestore()), _database_size(env)
    stored = _bytes_below(store)
    Path("/proc/self/clear_refs").write_text("5")
    idle = _memory("VmRSS")
    start = time.perf_counter()
    work()
    env.flush_all()
    seconds = time.perf_counter() - start
    return {
        "seconds": round(seconds, 2),
        "filestore MB": round((_bytes_below(store) - stored) / MB, 1),
        "database MB": round((_database_size(env) - size) / MB, 1),
        "memory MB over idle": round((_memory("VmHWM") - idle) / MB),
    }


def _database_size(env):
    env.cr.execute("SELECT pg_total_relation_size('ir_attachment') + pg_total_relation_size('vpdt_exchange_message')")
    return env.cr.fetchone()[0]


def _bytes_below(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    return 0
