"""Permission matrix of each model of vpdt_documents, and the holes that a client could look for."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.builders import tiny_pdf

from .matrix_common import DocumentsCase

TESTED = {
    "vpdt.assignment",
    "vpdt.bulk.intake",
    "vpdt.bulk.intake.line",
    "vpdt.copy",
    "vpdt.document.type",
    "vpdt.draft.template",
    "vpdt.handling.note",
    "vpdt.handling.period",
    "vpdt.incoming",
    "vpdt.kept.copy.use",
    "vpdt.mark",
    "vpdt.opinion",
    "vpdt.outgoing",
    "vpdt.outgoing.recipient",
    "vpdt.outgoing.signer",
    "vpdt.outgoing.step",
    "vpdt.recipient.list",
    "vpdt.quick.text",
    "vpdt.register",
    "vpdt.register.counter",
    "vpdt.register.number",
    "vpdt.register.print",
    "vpdt.register.volume",
    "vpdt.review",
    "vpdt.route",
    "vpdt.route.line",
    "vpdt.spill",
    "vpdt.task",
}


@tagged("post_install", "-at_install")
class TestPermissionMatrixDocuments(DocumentsCase):
    def test_every_model_has_a_matrix(self):
        self.assert_all_models_have_a_matrix("vpdt_documents", TESTED)

    def test_incoming(self):
        states = ("arrived", "registered", "submitted", "directed", "finished")
        records = {state: self.make_incoming(state) for state in states}
        self.check_matrix(
            """
            state       role                                             read  write  create  unlink
            *           unit_head specialist archivist drafter reviewer  no    no     no      no
            *           unit_admin system_admin auditor                  no    no     no      no
            *           stranger strange_leader strange_admin            no    no     -       no
            *           leader                                           yes   no     no      no
            arrived     clerk                                            yes   yes    yes     no
            registered  clerk                                            yes   no     yes     no
            submitted   clerk                                            yes   no     yes     no
            directed    clerk                                            yes   no     yes     no
            finished    clerk                                            yes   no     yes     no
            arrived     lead                                             no    no     no      no
            registered  lead                                             no    no     no      no
            submitted   lead                                             no    no     no      no
            directed    lead                                             yes   no     no      no
            finished    lead                                             yes   no     no      no
            """,
            records,
            {"subject": "Về việc khác"},
            lambda model, _role: model.create({"author_name": "Bộ", "subject": "Thử", "company_id": self.agency.id}),
        )
        for state in ("arrived", "directed"):
            self.assert_stays_in_its_agency(records[state])

    def test_directing(self):
        self.check_matrix(
            """
            state      role                                             note  direct
            *          unit_head specialist archivist drafter reviewer  no    no
            *          unit_admin system_admin auditor lead             no    no
            *          stranger strange_leader strange_admin            no    no
            submitted  clerk                                            yes   no
            submitted  leader                                           yes   yes
            """,
            {"submitted": self.make_incoming("submitted", assignment_ids=[(0, 0, {"user_id": self.cast["lead"].id})])},
            operations={
                "note": lambda record, _role: record.write({"draft_direction": "Xử lý"}),
                "direct": lambda record, _role: record.action_direct(),
            },
        )

    def test_bulk_intake(self):
        intake = self.env_of("clerk")["vpdt.bulk.intake"].create({"name": "Sổ cũ"})
        line = self.env["vpdt.bulk.intake.line"].create({"intake_id": intake.id, "row": 2, "result": "ready"})
        closed = "unit_head specialist archivist drafter reviewer lead leader unit_admin system_admin auditor"
        self.check_matrix(
            f"""
            state  role                                              read  write  create  unlink
            *      {closed}                                          no    no     no      no
            *      strange_leader strange_admin                      no    no     no      no
            *      stranger                                          no    no     -       no
            draft  clerk                                             yes   yes    yes     no
            """,
            {"draft": intake},
            {"reason": "Sự cố"},
            lambda model, _role: model.create({"name": "Khác", "company_id": self.agency.id}),
        )
        self.check_matrix(
            f"""
            state  role                                              read  write  create  unlink
            *      {closed}                                          no    no     no      no
            *      stranger strange_leader strange_admin             no    no     no      no
            row    clerk                                             yes   no     no      no
            """,
            {"row": line},
            {"words": "x"},
            lambda model, _role: model.create({"intake_id": intake.id, "row": 3, "result": "ready"}),
        )

    def test_task(self):
        task = self.env_of("leader")["vpdt.task"].create({"subject": "Việc"})
        given = self.env_of("leader")["vpdt.task"].create({"subject": "Việc khác"})
        given.direct([{"kind": "user", "id": self.cast["lead"].id, "part": "lead", "deadline": ""}])
        self.check_matrix(
            """
            state   role                                             read  write  create  unlink
            *       specialist archivist drafter clerk               no    no     no      no
            *       unit_head reviewer                               no    no     yes     no
            *       unit_admin system_admin auditor                  no    no     no      no
            *       stranger strange_admin                           no    no     no      no
            *       strange_leader                                   no    no     -       no
            draft   leader                                           yes   yes    yes     no
            given   leader                                           yes   no     yes     no
            draft   lead                                             no    no     no      no
            given   lead                                             yes   no     no      no
            """,
            {"draft": task, "given": given},
            {"subject": "Việc đổi"},
            lambda model, _role: model.create({"subject": "Việc", "company_id": self.agency.id}),
        )
        self.assert_stays_in_its_agency(given)
        self.check_matrix(
            """
            state  role                                              report  accept  cancel
            *      unit_head specialist archivist drafter reviewer   no      no      no
            *      unit_admin system_admin auditor clerk             no      no      no
            *      stranger strange_leader strange_admin             no      no      no
            given  lead                                              yes     no      no
            given  leader                                            no      no      yes
            """,
            {"given": given},
            operations={
                "report": lambda record, _role: record._report("Xong"),
                "accept": lambda record, _role: record.action_accept(),
                "cancel": lambda record, _role: record._cancel("Thôi"),
            },
        )

    def test_outgoing(self):
        states = ("draft", "review", "to_sign", "signed", "numbered", "issued")
        records = {state: self.make_outgoing(state, subject=state) for state in states[:-2]}
        records["issued"] = self.make_outgoing("issued")
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        unit_head specialist                             no    no     yes     no
            *        lead                                             no    no     yes     no
            *        archivist unit_admin system_admin auditor        no    no     no      no
            *        stranger strange_leader strange_admin            no    no     -       no
            *        clerk                                            yes   no     yes     no
            *        leader                                           yes   no     no      no
            *        drafter reviewer                                 yes   no     yes     no
            draft    reviewer                                         no    no     yes     no
            draft    drafter clerk                                    yes   yes    yes     no
            draft    leader                                           yes   yes    no      no
            """,
            records,
            {"subject": "Về việc khác"},
            lambda model, _role: model.create(
                {"type_id": self.type.id, "subject": "Thử", "company_id": self.agency.id}
            ),
        )
        for state in ("draft", "to_sign"):
            self.assert_stays_in_its_agency(records[state], "company_id", "drafter_id")

    def test_the_steps_of_an_outgoing_document(self):
        self.check_matrix(
            """
            state    role                                                 submit  initial  return
            *        unit_head specialist archivist lead                  no      no       no
            *        unit_admin system_admin auditor clerk                no      no       no
            *        stranger strange_leader strange_admin                no      no       no
            draft    drafter                                              yes     no       no
            draft    reviewer leader                                      no      no       no
            review   drafter                                              no      no       no
            review   reviewer                                             no      yes      yes
            review   leader                                               no      no       yes
            to_sign  drafter                                              no      no       no
            to_sign  reviewer leader                                      no      no       yes
            """,
            {state: self.make_outgoing(state) for state in ("draft", "review", "to_sign")},
            operations={
                "submit": lambda record, _role: self._must_move(record._move_to, "review"),
                "initial": lambda record, _role: self._must_move(record.action_initial),
                "return": self._return_with_opinion,
            },
        )

    def _return_with_opinion(self, record, _role):
        record.draft_opinion = "Cần sửa"
        self._must_move(record.action_return)

    def _must_move(self, step, *args):
        if not step(*args):
            raise UserError(step.__name__)  # the second press of a button is no step

    def test_what_the_steps_write_is_not_written_by_a_client(self):
        outgoing, incoming = self.make_outgoing("draft"), self.make_incoming("arrived")
        for record, role, values in (
            (outgoing, "drafter", {"number": "99"}),
            (outgoing, "drafter", {"register_number": 99}),
            (outgoing, "drafter", {"signer_name": "Người khác"}),
            (outgoing, "clerk", {"issued_at": "2026-01-01"}),
            (incoming, "clerk", {"arrival_number": 99}),
            (incoming, "clerk", {"direction": "Xử lý"}),
            (incoming, "clerk", {"state": "finished"}),
        ):
            with self.subTest(values=values), self.assertRaises(UserError), self.env.cr.savepoint():
                self.as_role(record, role).write(values)
            with self.subTest(create=values), self.assertRaises(UserError), self.env.cr.savepoint():
                base = {"subject": "Thử", "type_id": self.type.id, "author_name": "Bộ"}
                base = {name: value for name, value in base.items() if name in record._fields}
                self.as_role(record.browse(), role).create({**base, **values})

    def test_a_copy_begins_anew(self):
        outgoing = self.as_role(self.make_outgoing("issued"), "reviewer")
        copy = outgoing.copy()
        self.assertEqual((copy.state, copy.number, copy.drafter_id), ("draft", False, self.cast["reviewer"]))
        self.assertEqual(copy.recipient_ids.organization_id, self.recipient)
        incoming = self.as_role(self.make_incoming("finished"), "clerk")
        self.assertEqual((incoming.copy().state, incoming.copy().answer), ("arrived", False))

    def test_nobody_drafts_in_anothers_name(self):
        with self.assertRaises(AccessError):
            self.make_outgoing("draft", drafter_id=self.leader.id)

    def test_recipient(self):
        records = {state: self.make_outgoing(state).recipient_ids for state in ("draft", "to_sign", "issued")}
        other = self.env["vpdt.organization"].create({"name": "Bộ Khác", "identifier": "G97"})
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        unit_head specialist archivist lead              no    no     no      no
            *        unit_admin system_admin auditor                  no    no     no      no
            *        stranger strange_leader strange_admin            no    no     no      no
            draft    clerk leader drafter                             yes   yes    yes     yes
            draft    reviewer                                         no    no     no      no
            to_sign  clerk                                            yes   yes    yes     yes
            to_sign  leader drafter reviewer                          yes   no     no      no
            issued   clerk leader drafter reviewer                    yes   no     no      no
            """,
            records,
            {"kind": "information"},
            operations={
                "create": lambda record, _role: record.create(
                    {"outgoing_id": record.outgoing_id.id, "organization_id": other.id}
                )
            },
        )
        with self.assertRaises(AccessError):
            self.as_role(records["draft"], "drafter").outgoing_id = records["to_sign"].outgoing_id

    def test_opinion(self):
        drafts = {state: self.make_outgoing(state) for state in ("draft", "to_sign")}
        records = {
            state: self.env["vpdt.opinion"]
            ._by_system()
            .create({"outgoing_id": draft.id, "user_id": self.cast["lead"].id})
            for state, draft in drafts.items()
            if state == "draft"
        }
        other = self.cast["archivist"]
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        unit_head specialist archivist                   no    no     no      no
            *        unit_admin system_admin auditor                  no    no     no      no
            *        stranger strange_leader strange_admin            no    no     no      no
            draft    lead                                             yes   yes    no      no
            draft    drafter                                          yes   no     yes     yes
            draft    clerk leader                                     yes   no     no      no
            draft    reviewer                                         no    no     no      no
            """,
            records,
            {"verdict": "agree"},
            operations={
                "create": lambda record, _role: record.create(
                    {"outgoing_id": record.outgoing_id.id, "user_id": other.id}
                )
            },
        )

    def test_recipient_list(self):
        Lists = self.env["vpdt.recipient.list"]
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        stranger strange_leader strange_admin            no    no     -       no
            *        unit_head specialist archivist lead              yes   no     no      no
            *        auditor                                          yes   no     no      no
            *        clerk unit_admin system_admin                    yes   yes    yes     no
            *        leader drafter reviewer                          yes   no     no      no
            """,
            {"list": Lists.create({"name": "Các sở, ban, ngành", "company_id": self.agency.id})},
            {"name": "Các sở"},
            operations={"create": lambda record, role: record.create({"name": f"Danh sách của {role}"})},
        )

    def test_review(self):
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        unit_head specialist archivist lead              no    no     no      no
            *        unit_admin system_admin auditor                  no    no     no      no
            *        stranger strange_leader strange_admin            no    no     no      no
            *        clerk leader drafter reviewer                    yes   no     no      no
            """,
            {"review": self.make_outgoing("review").review_ids},
            {"opinion": "x"},
            lambda model, _role: model.create({"kind": "initials", "user_id": self.leader.id}),
        )

    def test_assignment(self):
        waiting = self.make_incoming("submitted", assignment_ids=[(0, 0, {"user_id": self.cast["lead"].id})])
        records = {"waiting": waiting.assignment_ids, "directed": self.make_incoming("directed").assignment_ids}
        self.check_matrix(
            """
            state     role                                             read  write  answer  create  unlink
            *         unit_head specialist archivist drafter reviewer  no    no     no      no      no
            *         unit_admin system_admin auditor                  no    no     no      no      no
            *         stranger strange_leader strange_admin            no    no     no      no      no
            waiting   clerk leader                                     yes   yes    no      yes     yes
            waiting   lead                                             no    no     no      no      no
            directed  clerk leader                                     yes   no     no      no      no
            directed  lead                                             yes   no     yes     no      no
            """,
            records,
            {"deadline": "2031-01-01"},
            operations={
                "answer": lambda record, _role: record.write({"answer": "Đã xong"}),
                "create": lambda record, _role: record.create(
                    {"incoming_id": record.incoming_id.id, "user_id": self.cast["drafter"].id, "part": "information"}
                ),
            },
        )

    def test_mark(self):
        document = self.make_incoming("directed")
        self.as_role(document, "lead").set_private_note("Riêng")
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     no    no     no      no
            any    unit_admin system_admin drafter reviewer                no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    lead                                                    yes   no     no      no
            """,
            {"any": self.env["vpdt.mark"].search([("res_id", "=", document.id), ("note", "=", "Riêng")])},
            {"note": "x"},
            lambda model, _role: model.create(
                {"user_id": self.leader.id, "res_model": "vpdt.incoming", "res_id": document.id}
            ),
        )

    def test_handling_note(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor                  no    no     no      no
            any    unit_admin system_admin drafter reviewer                no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk leader lead                                       yes   no     no      no
            """,
            {"any": self.make_incoming("directed").note_ids[:1]},
            {"text": "x"},
            lambda model, _role: model.create({"kind": "progress", "user_id": self.leader.id}),
        )

    def test_quick_text(self):
        self.check_matrix(
            """
            state      role                                                read  write  create  unlink
            own        clerk unit_head specialist archivist auditor        no    no     yes     no
            own        unit_admin system_admin drafter reviewer lead       no    no     yes     no
            own        stranger strange_leader strange_admin               no    no     yes     no
            own        leader                                              yes   yes    yes     yes
            everybody  clerk unit_head specialist archivist auditor        yes   no     yes     no
            everybody  unit_admin system_admin drafter reviewer lead       yes   no     yes     no
            everybody  stranger strange_leader strange_admin leader        yes   no     yes     no
            """,
            {
                "own": self.env_of("leader")["vpdt.quick.text"].create({"text": "Riêng"}),
                "everybody": self.env.ref("vpdt_documents.quick_text_know"),
            },
            {"text": "x"},
            lambda model, _role: model.create({"text": "Mẫu"}),
        )

    def test_handling_period(self):
        Period = self.env["vpdt.handling.period"]
        self.check_matrix(
            """
            state      role                                                read  write  create  unlink
            own        clerk leader unit_head specialist archivist auditor yes   no     no      no
            own        drafter reviewer lead                               yes   no     no      no
            own        stranger strange_leader                             no    no     no      no
            own        strange_admin                                       no    no     no      no
            own        unit_admin system_admin                             yes   yes    yes     yes
            everybody  clerk leader unit_head specialist archivist auditor yes   no     no      no
            everybody  drafter reviewer lead stranger strange_leader       yes   no     no      no
            everybody  unit_admin system_admin                             yes   no     yes     no
            everybody  strange_admin                                       yes   no     no      no
            """,
            {
                "own": Period.create({"days": 5, "company_id": self.agency.id}),
                "everybody": self.env.ref("vpdt_documents.handling_period_urgent"),
            },
            {"days": 7},
            lambda model, _role: model.create({"days": 4, "company_id": self.agency.id}),
        )

    def test_spill(self):
        document = self.make_incoming("registered")
        self.as_role(document, "clerk").action_report_secret()
        self.check_matrix(
            """
            state  role                                                    read  write  destroy  create  unlink
            any    clerk unit_head specialist archivist auditor            no    no     no       no      no
            any    unit_admin system_admin drafter reviewer lead           no    no     no       no      no
            any    stranger strange_leader strange_admin                   no    no     no       no      no
            any    leader                                                  yes   yes    yes      no      no
            """,
            {"any": self.env["vpdt.spill"].search([("res_id", "=", document.id)])},
            {"told": "Đã báo"},
            lambda model, _role: model.create({"res_model": "vpdt.incoming", "res_id": document.id}),
            {"destroy": lambda record, _role: record.action_destroy()},
        )

    def test_document_type(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
            any    unit_admin drafter reviewer lead                        yes   no     no      no
            any    stranger strange_leader strange_admin                   yes   no     no      no
            any    system_admin                                            yes   yes    yes     no
            """,
            {"any": self.type},
            {"legal_basis": "x"},
            lambda model, _role: model.create({"name": "Loại thử"}),
        )

    def test_register(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    leader unit_head specialist archivist auditor           yes   no     no      no
            any    drafter reviewer lead                                   yes   no     no      no
            any    stranger strange_leader strange_admin                   no    no     -       no
            any    clerk                                                   yes   yes    no      no
            any    unit_admin system_admin                                 yes   yes    yes     no
            """,
            {"any": self.registers["incoming"]},
            {"name": "x"},
            # a second one of its direction
            lambda model, _role: model.create(
                {"name": "Sổ", "direction": "incoming", "company_id": self.agency.id, "decision": "1/QĐ-SNV"}
            ),
        )
        self.assert_stays_in_its_agency(self.registers["incoming"])

    def test_register_counter(self):
        counter = self.env["vpdt.register.counter"].create({"register_id": self.registers["incoming"].id, "year": 2020})
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    leader unit_head specialist archivist auditor           no    no     no      no
            any    drafter reviewer lead unit_admin system_admin           no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk                                                   yes   no     no      no
            """,
            {"any": counter},
            {"last_number": 5},
            lambda model, _role: model.create({"register_id": self.registers["incoming"].id, "year": 2021}),
        )

    def test_register_volume(self):
        volume = self.env["vpdt.register.volume"].create({"register_id": self.registers["incoming"].id, "year": 2020})
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist auditor drafter reviewer lead      no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    leader archivist                                        yes   no     no      no
            any    clerk                                                   yes   yes    yes     no
            """,
            {"any": volume},
            {"number": 2},
            lambda model, _role: model.create({"register_id": self.registers["incoming"].id, "year": 2021}),
        )
        foreign = self.env["vpdt.register"].create(
            {"name": "Sổ lạ", "direction": "incoming", "company_id": self.other_agency.id}
        )
        with self.assertRaises(AccessError):
            self.as_role(volume, "clerk").register_id = foreign

    def test_a_closed_volume(self):
        volume = self.env["vpdt.register.volume"].create({"register_id": self.registers["incoming"].id, "year": 2020})
        volume.action_close()
        self.check_matrix(
            """
            state   role                                                    read  write  unlink
            closed  unit_head specialist auditor drafter reviewer lead      no    no     no
            closed  unit_admin system_admin                                 no    no     no
            closed  stranger strange_leader strange_admin                   no    no     no
            closed  leader archivist clerk                                  yes   no     no
            """,
            {"closed": volume},
            {"number": 2},
        )

    def test_printing_of_a_volume(self):
        volume = self.env["vpdt.register.volume"].create({"register_id": self.registers["incoming"].id, "year": 2020})
        volume._journal_printed({"report": "register"})
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist auditor drafter reviewer lead      no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    leader archivist clerk                                  yes   no     no      no
            """,
            {"any": volume.print_ids},
            {"sha256": "x"},
            lambda model, role: model.create({"volume_id": volume.id, "user_id": self.cast[role].id, "format": "pdf"}),
        )

    def test_register_number(self):
        register = self.registers["outgoing"]
        kept = self.env_of("clerk")["vpdt.register.number"].create(
            {"register_id": register.id, "user_id": self.cast["drafter"].id}
        )
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor reviewer lead    no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    leader drafter                                          yes   no     no      no
            any    clerk                                                   yes   yes    yes     no
            """,
            {"any": kept},
            {"note": "khác"},
            lambda model, _role: model.create({"register_id": register.id, "user_id": self.cast["lead"].id}),
        )

    def test_use_of_a_kept_copy(self):
        document = self.make_outgoing("issued")
        values = {"outgoing_id": document.id, "person": "Người đọc", "permitted_by_id": self.leader.id}
        use = self.env["vpdt.kept.copy.use"].create(values)
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor lead             no    no     no      no
            any    drafter reviewer unit_admin system_admin                no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    leader                                                  yes   no     no      no
            any    clerk                                                   yes   yes    yes     no
            """,
            {"any": use},
            {"note": "khác"},
            lambda model, _role: model.create(values),
        )

    def test_route(self):
        values = {"name": "Luồng", "line_ids": [(0, 0, {"kind": "unit_head"})]}
        route = self.env["vpdt.route"].create({**values, "company_id": self.agency.id})
        everybody = """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
            any    drafter reviewer lead                                   yes   no     no      no
            any    stranger strange_leader strange_admin                   no    no     {other} no
            any    unit_admin system_admin                                 yes   yes    yes     {gone}
            """
        own = {**values, "company_id": self.agency.id}
        self.check_matrix(
            everybody.format(other="-", gone="no"), {"any": route}, {"sequence": 3},
            lambda model, _role: model.create(own),
        )  # fmt: skip
        self.check_matrix(
            everybody.format(other="no", gone="yes"), {"any": route.line_ids}, {"days": 3},
            lambda model, _role: model.create({"route_id": route.id, "kind": "form"}),
        )  # fmt: skip
        self.assert_stays_in_its_agency(route)

    def test_draft_template(self):
        with patch.object(type(self.env["vpdt.draft.template"]), "_look_at", lambda self: None):
            values = {"name": "Mẫu", "type_id": self.type.id, "content": "eA==", "company_id": self.agency.id}
            template = self.env["vpdt.draft.template"].create(values)
            self.check_matrix(
                """
                state  role                                                    read  write  create  unlink
                any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
                any    drafter reviewer lead                                   yes   no     no      no
                any    stranger strange_leader strange_admin                   no    no     -       no
                any    unit_admin system_admin                                 yes   yes    yes     no
                """,
                {"any": template},
                {"name": "Mẫu khác"},
                lambda model, _role: model.create({**values, "active": False}),
            )
            self.assert_stays_in_its_agency(template)

    def test_step_of_a_draft(self):
        documents = {state: self.make_outgoing(state) for state in ("draft", "review")}
        documents["draft"].action_lay_out_route()
        added = {"kind": "person", "user_id": self.cast["unit_head"].id}
        for document in documents.values():
            self.env["vpdt.outgoing.step"]._by_system().create({**added, "outgoing_id": document.id, "sequence": 9})
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink  done
            *        unit_head specialist archivist lead              no    no     no      no      no
            *        unit_admin system_admin auditor                  no    no     no      no      no
            *        stranger strange_leader strange_admin            no    no     no      no      no
            draft    reviewer                                         no    no     no      no      no
            review   reviewer                                         yes   no     no      no      no
            draft    clerk leader drafter                             yes   yes    yes     yes     no
            review   clerk leader drafter                             yes   no     no      no      no
            """,
            {state: document.step_ids.filtered(lambda s: not s.of_route) for state, document in documents.items()},
            {"days": 2},
            operations={
                "create": lambda record, _role: record.create({**added, "outgoing_id": record.outgoing_id.id}),
                "done": lambda record, _role: record.write({"done_at": "2026-01-05 00:00:00"}),
            },
        )

    def _make_co_signed(self, state):
        document = self.make_outgoing(signer_ids=[(0, 0, {"user_id": self.cast["unit_head"].id})])
        document._upload("du-thao.pdf", tiny_pdf())
        document.set_places(document.place_data()["spots"])
        for step, role in (("review", "drafter"), ("to_sign", "reviewer")):
            if document.state != state:
                self.as_role(document, role)._move_to(step)
        return document.signer_ids

    def test_co_signer(self):
        records = {state: self._make_co_signed(state) for state in ("draft", "review", "to_sign")}
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink  mark
            *        specialist archivist lead                        no    no     no      no      no
            *        unit_admin system_admin auditor                  no    no     no      no      no
            *        stranger strange_leader strange_admin            no    no     no      no      no
            *        clerk leader drafter reviewer                    yes   no     no      no      no
            *        unit_head                                        no    no     no      no      no
            to_sign  unit_head                                        yes   no     no      no      no
            draft    reviewer                                         no    no     no      no      no
            draft    clerk leader drafter                             yes   yes    yes     yes     no
            """,
            records,
            {"sequence": 20},
            operations={
                "create": lambda record, _role: record.create(
                    {"outgoing_id": record.outgoing_id.id, "user_id": self.cast["lead"].id}
                ),
                "mark": lambda record, _role: record.write({"signed_at": "2026-01-05 00:00:00"}),
            },
        )
        draft = self.make_outgoing("draft")
        for role in ("drafter", "clerk", "leader", "unit_head"):
            with self.subTest(role=role), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_role(records["to_sign"], role).outgoing_id = draft  # taken out of what is signed
