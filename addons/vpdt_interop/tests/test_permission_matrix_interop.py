"""Permission matrix of each model of vpdt_interop."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_documents.tests.matrix_common import DocumentsCase

from .test_exchange import DATA

TESTED = {
    "vpdt.exchange.channel",
    "vpdt.exchange.event",
    "vpdt.exchange.figure",
    "vpdt.exchange.request.dialog",
    "vpdt.exchange.request",
    "vpdt.exchange.message",
    "vpdt.exchange.status",
}


@tagged("post_install", "-at_install")
class TestPermissionMatrixInterop(DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outgoing = cls.make_outgoing("signed")
        Message = cls.env["vpdt.exchange.message"]
        kept = Message._keep_in_store(
            (DATA / "05_status_03_receiver_to_sender.edxml").read_bytes()
        )  # without files: nothing in it waits for a check
        values = {"company_id": cls.agency.id, "kind": "document", "packet_id": kept.id}
        cls.sent = Message.create({**values, "direction": "out", "outgoing_id": cls.outgoing.id})
        cls.received = Message.create(
            {**values, "direction": "in", "incoming_id": cls.make_incoming("directed").id, "sha256": "0" * 64}
        )
        unread = {**values, "packet_id": Message._keep_in_store(b"<edXML/>").id, "kind": "status"}
        cls.unmatched = Message.create({**unread, "direction": "in", "sha256": "1" * 64})
        for message in cls.sent | cls.received | cls.unmatched:
            message._move_to("failed")

    def test_every_model_has_a_matrix(self):
        self.assert_all_models_have_a_matrix("vpdt_interop", TESTED)

    def test_message(self):
        self.check_matrix(
            """
            state      role                                             read  write  create  unlink  retry  bytes
            *          unit_head specialist archivist auditor           no    no     no      no      no     no
            *          drafter reviewer lead                            no    no     no      no      no     no
            *          unit_admin system_admin                          no    no     no      no      no     no
            *          stranger strange_leader strange_admin            no    no     no      no      no     no
            *          clerk                                            yes   no     no      no      yes    yes
            *          leader                                           yes   no     no      no      no     yes
            sent       drafter reviewer                                 yes   no     no      no      no     yes
            received   lead                                             yes   no     no      no      no     yes
            unmatched  clerk                                            yes   no     no      no      yes    no
            unmatched  leader                                           yes   no     no      no      no     no
            """,
            {"sent": self.sent, "received": self.received, "unmatched": self.unmatched},
            {"state": "delivered"},
            lambda model, _role: model.create(
                {"company_id": self.agency.id, "direction": "in", "kind": "document", "sha256": "2" * 64}
            ),
            {"retry": lambda record, _role: record.action_retry(), "bytes": lambda record, _role: self._bytes(record)},
        )

    def _bytes(self, record):
        """The way to the bytes that there is; every other one is tried by everybody, and leads nowhere."""
        attachments = record.sudo().packed_id | record.sudo().packet_id
        for attachment in attachments.with_env(record.env):
            if attachment.search([("id", "=", attachment.id)]) or attachment.has_access("read"):
                raise AssertionError("the bytes of a packet lie open")
        record.action_download()

    def test_status(self):
        status = self.env["vpdt.exchange.status"].create(
            {"recipient_id": self.outgoing.recipient_ids.id, "code": "01", "at": "2026-01-01"}
        )
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor lead             no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk leader drafter reviewer                           yes   no     no      no
            """,
            {"any": status},
            {"description": "x"},
            lambda model, _role: model.create(
                {"recipient_id": self.outgoing.recipient_ids.id, "code": "03", "at": "2026-01-02"}
            ),
        )

    def test_channel(self):
        channel = self.env["vpdt.exchange.channel"].create({"name": "Trục thử", "kind": "vxp", "new_secret": "bí mật"})
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink  test  resume
            any    clerk leader unit_head specialist archivist auditor     -     no     no      no      no    no
            any    drafter reviewer lead unit_admin                        -     no     no      no      no    no
            any    stranger strange_leader strange_admin                   -     no     no      no      no    no
            any    system_admin                                            yes   yes    yes     no      yes   no
            """,
            {"any": channel},
            {"name": "x"},
            lambda model, _role: model.create({"name": "Trục thử hai", "kind": "vxp"}),
            {
                "test": lambda record, _role: record.action_test(),
                "resume": lambda record, _role: record.action_resume(),  # it has no address yet
            },
        )
        self.check_matrix(
            """
            state  role                                                    name  address  see_secret  write_secret
            any    clerk leader unit_head specialist archivist auditor     yes   no       no          no
            any    drafter reviewer lead unit_admin                        yes   no       no          no
            any    stranger strange_leader strange_admin                   yes   no       no          no
            any    system_admin                                            yes   yes      no          no
            """,
            {"any": channel},
            operations={
                "name": lambda record, _role: record.read(["name"]),
                "address": lambda record, _role: record.read(["url"]),
                "see_secret": lambda record, _role: record.read(["secret"]),
                "write_secret": lambda record, _role: record.write({"secret": base64.b64encode(b"x")}),
            },
        )

    def test_request(self):
        Request = self.env["vpdt.exchange.request"]
        values = {"company_id": self.agency.id, "kind": "recall", "reason": "x"}
        ours = Request.create({**values, "direction": "out", "outgoing_id": self.outgoing.id})
        theirs = Request.create({**values, "direction": "in", "incoming_id": self.received.incoming_id.id})
        self.check_matrix(
            """
            state   role                                             read  write  create  unlink  agree
            *       unit_head specialist archivist auditor           no    no     no      no      no
            *       drafter reviewer lead                            no    no     no      no      no
            *       unit_admin system_admin                          no    no     no      no      no
            *       stranger strange_leader strange_admin            no    no     no      no      no
            *       leader                                           yes   no     no      no      no
            ours    clerk                                            yes   no     no      no      no
            ours    drafter reviewer                                 yes   no     no      no      no
            theirs  clerk                                            yes   yes    no      no      yes
            theirs  lead                                             yes   no     no      no      no
            """,
            {"ours": ours, "theirs": theirs},
            {"draft_answer": "x"},
            lambda model, _role: model.create(values),
            {"agree": lambda record, _role: record.action_agree()},
        )

    def test_request_dialog(self):
        """The dialog belongs to whoever opens it; what it may do, the document checks."""
        for role, user in self.cast.items():
            document = self.outgoing.with_env(self.env(user=user))
            with self.subTest(role), self.assertRaises(UserError), self.env.cr.savepoint():
                document.action_ask_recipients()  # it has not been issued
            with self.subTest(role), self.assertRaises(UserError), self.env.cr.savepoint():
                document._ask_recipients(document.sudo().recipient_ids, "recall", "x")

    def test_event_and_figure(self):
        events = self.env["vpdt.exchange.event"].search([("outgoing_id", "=", self.outgoing.id)])
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor lead             no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk leader drafter reviewer                           yes   no     no      no
            """,
            {"any": events[:1]},
            {"words": "x"},
            lambda model, _role: model.create({"words": "x"}),
        )
        figure = self.env["vpdt.exchange.figure"].search([("company_id", "=", self.agency.id)], limit=1)
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor lead             no    no     no      no
            any    drafter reviewer                                        no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk leader unit_admin system_admin                    yes   no     no      no
            """,
            {"any": figure},
            {"documents": 7},
            lambda model, _role: model.create({"documents": 7}),
        )
