from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

LEADER = "vpdt_base.group_leader"
MODELS = ("vpdt.incoming", "vpdt.outgoing")


class VpdtSpill(models.Model):
    """A document that must not be here: a state secret was found in it (lộ, lọt bí mật nhà nước).

    Anybody who sees it reports it with one button, and from that moment nobody sees it. The head of the agency confirms,
    and the content is destroyed – files, previews, text, packets; hash, number and trail stay – or says that it was an
    error, and the document is shown again. (Gia Lai 2026, khoản 5 Điều 12; Đồng Tháp, Quy chế kèm theo Quyết định số
    04/2026/QĐ-UBND, khoản 5 Điều 18.)
    """

    _name = "vpdt.spill"
    _description = "State secret found"
    _inherit = ["vpdt.move.mixin", "vpdt.text.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    code = fields.Char("Number of the report", compute="_compute_code", store=True)
    arrival_number = fields.Integer(readonly=True)
    sender = fields.Char(readonly=True)
    reported_by_id = fields.Many2one("res.users", "Reported by", required=True, readonly=True)
    reported_at = fields.Datetime("Reported on", default=fields.Datetime.now, readonly=True)
    confirmed_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    hashes = fields.Text("SHA-256 of the files", readonly=True)
    told = fields.Text("Who was told", help="The sender, the authority in charge, the Department: when and how.")
    state = fields.Selection(
        [("reported", "Reported, hidden"), ("destroyed", "Content destroyed"), ("released", "Shown again")],
        default=lambda self: "reported",
        required=True,
        readonly=True,
        index=True,
    )

    _one_open = models.UniqueIndex("(res_model, res_id) WHERE state <> 'released'", "It was reported already.")

    @api.depends("reported_at")
    def _compute_code(self):
        for spill in self:
            spill.code = f"{spill.reported_at:%Y%m%d}-{spill.id}" if spill.id and spill.reported_at else ""

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("reported",), "destroyed", self.env._("Confirm: destroy the content"), "action_destroy", (LEADER,),
                 "", "_effect_destroyed", danger=True,
                 confirmation=self.env._("Files, previews and text are destroyed for good. Hash and trail stay.")),
            Move(("reported",), "released", self.env._("It was an error: show it again"), "action_release", (LEADER,)),
        )  # fmt: skip

    def _editable_fields(self):
        return super()._editable_fields() | ({"told"} if self.env.user.has_group(LEADER) else set())

    @api.model
    def _report(self, document):
        """Report a document; from now on it is hidden from all.

        :param document: record of MODELS that the current user may read
        :return: vpdt.spill
        """
        files = self.env["vpdt.file"].sudo().search(  # of all versions
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )  # fmt: skip
        sender = document.author_name if "author_name" in document._fields else document.company_id.name
        spill = self.sudo().create(  # reported by the button only
            {
                "company_id": document.company_id.id,
                "res_model": document._name,
                "res_id": document.id,
                "arrival_number": document.arrival_number if "arrival_number" in document._fields else 0,
                "sender": sender,
                "reported_by_id": self.env.uid,
                "hashes": "\n".join(file.sha256 for file in files),
            }
        )
        document._journal("permission", {"spill": spill.id, "hidden": True})
        document.sudo().activity_ids.unlink()  # their summaries may tell of it
        document._by_system().sudo().spilled = True
        spill._ask(document._users_of_role(LEADER), self.env._("A state secret was reported: decide"))
        return spill

    def action_destroy(self):
        """The head of the agency confirms: the content is destroyed, the trail stays."""
        self.ensure_one()
        return self._move_to("destroyed", {"confirmed_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def action_release(self):
        """It was an error: the document is shown again to whom it was open before."""
        self.ensure_one()
        moved = self._move_to("released", {"confirmed_by_id": self.env.uid, "decided_at": fields.Datetime.now()})
        if moved:
            self.activity_ids.sudo().unlink()  # the question is settled
            document = self._document()
            document.spilled = False
            document._journal("permission", {"spill": self.id, "hidden": False})
        return moved

    def _document(self):
        """The document, past the rule that hides it."""
        if self.res_model not in MODELS:
            raise UserError(self.env._("No such document."))
        return self.env[self.res_model].sudo().browse(self.res_id)

    def _effect_destroyed(self):
        self.activity_ids.sudo().unlink()  # the question is settled
        self._document()._destroy_content()

    def _check_may_print(self):
        if not self.env.user.has_group(LEADER):
            raise AccessError(self.env._("The report is printed by the head of the agency."))
