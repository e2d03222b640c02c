from odoo import models

# An outgoing document that carries no signature of the agency's leader yet.
_DRAFTS = ("draft", "review", "to_sign")
_UNREGISTERED = ("arrived",)
# An incoming document that is in the register and not finished.
_OPEN = ("registered", "submitted", "directed")


class ResCompany(models.Model):
    """Documents when an agency ends.

    - What is in a register stays: agency, number and name are those of the day it was registered. The people who
      handle it go on (they keep access), the successor's clerks and leaders see it.
    - What has arrived and is not registered goes over: the successor enters it in its own register.
    - Drafts go over and begin anew, since heading, notation and signer become the successor's.
    - Signed documents that wait for their number hinder: nobody could number them for an agency that has ended.
    - The registers are closed.
    """

    # split by concern
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _documents_of_agency(self, model, states):
        return self.env[model].search([("company_id", "=", self.id), ("state", "in", states)])

    def _reorganization_hindrances(self):
        hindrances = super()._reorganization_hindrances()
        waiting = len(self._documents_of_agency("vpdt.outgoing", ("signed", "numbered")))
        if waiting:
            hindrances.append(
                self.env._(
                    "%(agency)s has %(count)s signed documents that are not issued: issue them first.",
                    agency=self.name,
                    count=waiting,
                )
            )
        return hindrances

    def _reorganization_plan(self, successor, move_people):
        plan = super()._reorganization_plan(successor, move_people)
        if successor:
            plan += self._counts_of_plan()
        plan.append(self.env._("The registers of %s are closed.", self.name))
        return plan

    def _counts_of_plan(self):
        unregistered = len(self._documents_of_agency("vpdt.incoming", _UNREGISTERED))
        drafts = len(self._documents_of_agency("vpdt.outgoing", _DRAFTS))
        registered = len(self._documents_of_agency("vpdt.incoming", _OPEN))
        return [
            self.env._("%s incoming documents not yet registered go to the successor.", unregistered),
            self.env._("%s drafts go to the successor and are made anew under its name.", drafts),
            self.env._("%s registered documents stay in their register and are finished by their people.", registered),
        ]

    def _reorganize_to(self, successor, move_people=True):
        result = super()._reorganize_to(successor, move_people)
        if successor:
            self._documents_of_agency("vpdt.incoming", _UNREGISTERED)._hand_over_to(successor)
            self._documents_of_agency("vpdt.outgoing", _DRAFTS)._hand_over_to(successor)
        self.env["vpdt.register"].search([("company_id", "=", self.id)]).write({"active": False})
        return result
