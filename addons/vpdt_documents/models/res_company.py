from odoo import api, fields, models

from odoo.addons.vpdt_base.text import fold

from ..demo import living
from ..demo import registers as demo

# An outgoing document that carries no signature of the agency's leader yet.
_DRAFTS = ("draft", "review", "to_sign")
_UNREGISTERED = ("arrived",)
# An incoming document that is in the register and not finished.
_OPEN = ("registered", "submitted", "directed")


class ResCompany(models.Model):
    """Registers and documents of an agency: the registers that it keeps, and what becomes of documents when it ends.

    - What is in a register stays: agency, number and name are those of the day it was registered. The people who
      handle it go on (they keep access), the successor's clerks and leaders see it.
    - What has arrived and is not registered goes over: the successor enters it in its own register.
    - Drafts go over and begin anew, since heading, notation and signer become the successor's.
    - Signed documents that wait for their number hinder: nobody could number them for an agency that has ended.
    - The registers are closed.
    """

    _inherit = "res.company"

    asks_form_check = fields.Boolean(
        "The clerk initials the form before the signature", help="Nghị định 30/2020, khoản 2 Điều 12."
    )

    paper_type_ids = fields.Many2many(
        "vpdt.document.type",
        "res_company_paper_type_rel",
        string="Types that go out on paper too",
        help="The list of what is sent on paper besides the electronic document (Quyết định 28/2018/QĐ-TTg, khoản 2 "
        "Điều 7). A draft of such a type proposes paper; who signs decides.",
    )
    keeps_paper = fields.Boolean(
        "Keeps a paper original of each issued document",
        default=True,
        help="Nghị định 30/2020, điểm c khoản 2 Điều 19: as long as the system of the agency has not been found to "
        "meet Phụ lục VI. Take it away when it has.",
    )

    copy_signer_ids = fields.Many2many(
        "res.users",
        "res_company_copy_signer_rel",
        string="Who signs copies",
        help="Besides the head of the agency, as he has decided (Nghị định số 30/2020/NĐ-CP, khoản 1 Điều 27).",
    )
    copy_decision = fields.Char("Decision on signing copies", help="Number and notation, for example 12/QĐ-SNV.")
    copy_decided_on = fields.Date("Date of the decision")

    def _copy_signers(self):
        """Who has the authority to sign copies in this agency: its head, and whom his decision names.

        :return: res.users who may work here
        """
        self.ensure_one()
        leaders = self.env.ref("vpdt_base.group_leader").sudo().all_user_ids  # roles and offices of colleagues
        employees = (
            self.env["hr.employee"].sudo().search([("user_id", "in", leaders.ids), ("company_id", "=", self.id)])
        )
        deputies = employees.filtered(lambda one: one._signing_form_of_deputy()).user_id
        named = self.sudo().copy_signer_ids if self.copy_decision else leaders.browse()  # of the own agency
        signers = (leaders - deputies) | named
        return signers.filtered(lambda user: user.active and self in user.company_ids).with_env(self.env)

    def _register_of(self, direction, document_type=None):
        """The register that a document goes into: the one of its type, else the general one of the direction.

        :param direction: "incoming" or "outgoing"
        :return: vpdt.register, possibly empty
        """
        self.ensure_one()
        registers = self.env["vpdt.register"].search([("company_id", "=", self.id), ("direction", "=", direction)])
        special = registers.filtered(lambda r: document_type and document_type in r.type_ids)
        return (special or registers.filtered(lambda r: not r.type_ids))[:1]

    # An agency is opened ---------------------------------------------------------------------------------------------

    @api.model
    def _usual_registers(self):
        """(direction, name) of the two registers that every agency keeps."""
        incoming = self.env._("Register of incoming documents")
        outgoing = self.env._("Register of outgoing documents")
        return [("incoming", incoming), ("outgoing", outgoing)]

    def _open_parts(self, spec):
        return super()._open_parts(spec) + self._open_registers(spec.get("registers") or [])

    def _open_registers(self, rows):
        """Make the registers that are missing, each with the volume of this year.

        :param rows: list of (row, {"name", "direction"}); empty: the usual registers, where there are none
        :return: list of (part, row, result)
        """
        results = []
        registers = self.env["vpdt.register"].search([("company_id", "=", self.id)])
        if not rows and not registers:
            rows = [(0, {"name": name, "direction": direction}) for direction, name in self._usual_registers()]
        known = {(register.direction, fold(register.name)) for register in registers}
        missing = []
        for row, values in rows:
            is_known = (values["direction"], fold(values["name"])) in known
            results.append(("register", row, "unchanged" if is_known else "created"))
            if not is_known:
                missing.append({**values, "company_id": self.id})
        missing += self._prepare_copy_registers()
        made = self.env["vpdt.register"].create(missing)
        self.env["vpdt.register.volume"].create([{"register_id": register.id} for register in made])
        return results

    def _prepare_copy_registers(self):
        """Values of the one register of copies for those of these agencies that have none."""
        kept = self.env["vpdt.register"].with_context(active_test=False).search([("direction", "=", "copy")]).company_id
        name = self.env._("Register of copies")
        return [{"name": name, "direction": "copy", "company_id": agency.id} for agency in self - kept]

    @api.model
    def _open_copy_registers(self):
        """Give every agency at work its register of copies; for databases from before there were copies."""
        registers = self.env["vpdt.register"].search([("direction", "!=", "copy")])
        agencies = registers.company_id.with_context(lang="vi_VN")  # the name is kept as it is written now
        made = self.env["vpdt.register"].create(agencies._prepare_copy_registers())
        self.env["vpdt.register.volume"].create([{"register_id": register.id} for register in made])

    @api.model
    def _load_demo(self):
        result = super()._load_demo()
        demo.load(self.env)
        return result

    @api.model
    def _load_living_demo(self):
        result = super()._load_living_demo()
        living.load(self.env)
        return result

    # An agency ends --------------------------------------------------------------------------------------------------

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
