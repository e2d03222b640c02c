"""Permission matrix of copies: who sees the document sees its copies, the clerk makes them."""

from odoo.tests import tagged

from .matrix_common import DocumentsCase


@tagged("post_install", "-at_install")
class TestPermissionMatrixCopy(DocumentsCase):
    def test_copy_of_an_incoming_document(self):
        records = {state: self.make_copy(state) for state in ("draft", "issued")}
        self.check_matrix(
            """
            state     role                                             read  write  note  void  create  unlink
            *         unit_head specialist archivist drafter reviewer  no    no     no    no    no      no
            *         unit_admin system_admin auditor                  no    no     no    no    no      no
            *         stranger strange_leader strange_admin            no    no     no    no    no      no
            *         leader lead                                      yes   no     no    no    no      no
            draft     clerk                                            yes   yes    yes   yes   yes     no
            issued    clerk                                            yes   no     yes   yes   yes     no
            """,
            records,
            {"form": "recopy"},
            lambda model, _role: model.create({"incoming_id": records["draft"].incoming_id.id}),
            operations={
                "note": lambda record, _role: record.write({"note": "x"}),
                "void": lambda record, _role: record.action_void(),
            },
        )
        for state in ("draft", "issued"):
            self.assert_stays_in_its_agency(records[state])

    def test_copy_of_an_outgoing_document(self):
        self.check_matrix(
            """
            state  role                                               read  write  unlink
            draft  unit_head specialist archivist lead                no    no     no
            draft  unit_admin system_admin auditor                    no    no     no
            draft  stranger strange_leader strange_admin              no    no     no
            draft  leader drafter reviewer                            yes   no     no
            draft  clerk                                              yes   yes    no
            """,
            {"draft": self.make_copy(outgoing_id=self.make_outgoing("issued").id)},
            {"form": "recopy"},
        )
