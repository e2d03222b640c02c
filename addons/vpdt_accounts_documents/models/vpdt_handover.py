from odoo import fields, models

from odoo.addons.vpdt_documents.models.vpdt_task import ENDED

DOCUMENT_PARTS = [
    ("assignment", "Part in an incoming document"),
    ("directing", "Incoming document waiting for his direction"),
    ("drafting", "Draft of an outgoing document"),
    ("initials", "Draft waiting for his initials"),
    ("signature", "Document waiting for his signature: goes back to its author"),
    ("giving", "Task that he has given: the result is accepted by who takes over"),
]


class VpdtHandover(models.Model):
    """Documents that wait for the person who leaves."""

    _inherit = "vpdt.handover"

    def _open_work(self):
        rows = super()._open_work()
        mine = [("company_id", "=", self.company_id.id)]
        Outgoing, user = self.env["vpdt.outgoing"], self.user_id.id
        assignments = self.env["vpdt.assignment"].search([*mine, ("user_id", "=", user), ("state", "=", "open")])
        open_states = ("directed", "submitted", "registered", "arrived", "given")
        rows += [
            self._row(assignment, "assignment", assignment._work().display_name)
            for assignment in assignments
            if assignment._work().state in open_states
        ]
        waiting = self.env["vpdt.incoming"].search([*mine, ("leader_id", "=", user), ("state", "=", "submitted")])
        rows += [self._row(document, "directing", document.display_name) for document in waiting]
        for part, name, state in (
            ("drafting", "drafter_id", "draft"),
            ("initials", "reviewer_id", "review"),
            ("signature", "signer_id", "to_sign"),
        ):
            found = Outgoing.search([*mine, (name, "=", user), ("state", "=", state), ("made_from", "=", False)])
            rows += [self._row(document, part, document.display_name) for document in found]
        given = self.env["vpdt.task"].search([*mine, ("giver_id", "=", user), ("state", "not in", ENDED)])
        rows += [self._row(task, "giving", task.display_name) for task in given]
        return rows


class VpdtHandoverLine(models.Model):
    _inherit = "vpdt.handover.line"

    part = fields.Selection(selection_add=DOCUMENT_PARTS, ondelete=dict.fromkeys(dict(DOCUMENT_PARTS), "cascade"))

    # superuser mode, as in vpdt_accounts

    def _give_assignment(self, receiver):
        """The part as it stands; who has one in the document already keeps the weightier: there is one a person."""
        assignment = self._record()
        document, former = assignment._work(), assignment.user_id
        known = document.assignment_ids.filtered(lambda each: each.user_id == receiver)
        detail = {"part": assignment.part, "from_person": former.login, "to_person": receiver.login}
        document._journal("move", detail)
        if known:
            below, kept = assignment.search([("parent_id", "=", assignment.id)]) - known, assignment.part
            below.parent_id = known
            above = assignment.parent_id - known
            assignment.unlink()
            if kept == "lead" or known.part == "information":
                known.write({"part": kept, "parent_id": above.id})
            assignment = known
        else:
            assignment.write({"user_id": receiver.id, "opened_at": False, "department_id": False})
        document._add_participants(receiver, "Handover")
        document._end_notices(former)
        assignment._tell_person()

    def _give_directing(self, receiver):
        document = self._record()
        document.leader_id = receiver
        document._add_participants(receiver, "Handover")
        document._done_activities()
        document._ask(receiver, self.env._("Direct this document"))

    def _give_drafting(self, receiver):
        document = self._record()
        document.drafter_id = receiver
        document._add_participants(receiver, "Handover")
        document._remind_people(receiver, self.env._("A draft was handed over to you"))

    def _give_initials(self, receiver):
        document = self._record()
        document.reviewer_id = receiver
        document._add_participants(receiver, "Handover")
        document._done_activities()
        document._ask(receiver, self.env._("Initial this draft"))

    def _give_signature(self, receiver):
        """The paper bears the name of who leaves: it is made anew for who signs now."""
        document = self._record()
        document.draft_opinion = self.env._(
            "%(former)s has handed over to %(now)s: make the draft anew for who signs now.",
            former=self.handover_id.user_id.name,
            now=receiver.name,
        )
        document._move_to("draft")
        document.signer_id = receiver

    def _give_giving(self, receiver):
        task = self._record()
        task.giver_id = receiver
        task._add_participants(receiver, "Handover")
        task._end_notices(self.handover_id.user_id)
        if task.state == "reported":
            words = self.env._("Result reported: accept it or send it back")
            task._ask(receiver, words, event="answered")
        else:
            task._remind_people(receiver, self.env._("This task is overseen by you from now on"))
