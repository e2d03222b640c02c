import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.official_pdf import Column, TableReport, heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import today, vietnam_day

from ..models.vpdt_dossier import OWN
from ..models.vpdt_file_plan import ARCHIVIST


class VpdtHandingOver(models.TransientModel):
    """Who leaves, or changes his work, hands over all dossiers he keeps (Nghị định 30/2020, khoản 3 Điều 31): from one
    person to another, with minutes."""

    _name = "vpdt.handing.over"
    _description = "Hand over dossiers"
    _inherit = ["vpdt.text.mixin"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users", "From", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        context={"active_test": False}, default=lambda self: self.env.user,
    )  # fmt: skip
    receiver_id = fields.Many2one(
        "res.users", "To", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]"
    )
    reason = fields.Char(required=True, help="For example: retirement, transfer to another unit.")
    dossier_count = fields.Integer("Dossiers", compute="_compute_dossiers")
    dossiers = fields.Text("What is handed over", compute="_compute_dossiers")

    @api.depends("user_id")
    def _compute_dossiers(self):
        for handing in self:
            mine = handing._may_hand_over() and handing._kept()
            handing.dossier_count = len(mine or ())
            handing.dossiers = "\n".join(dossier.display_name for dossier in mine) if mine else False

    def _kept(self):
        """What the person keeps: vpdt.dossier in superuser mode; see `_may_hand_over`."""
        domain = [("holder_id", "=", self.user_id.id), ("state", "in", OWN), ("company_id", "=", self.company_id.id)]
        return self.env["vpdt.dossier"].sudo().search(domain, order="year, notation")  # asked about by who may

    def _may_hand_over(self):
        """Whether the current user may do it: the person himself, the head of his unit, the archivist."""
        if not self.user_id:
            return False
        unit = self.user_id.with_company(self.company_id)._vpdt_department()
        head = unit.sudo().manager_id.user_id  # who heads a unit of the own agency
        own_agency = self.company_id in self.env.companies
        return own_agency and (self.env.user in (self.user_id | head) or self.env.user.has_group(ARCHIVIST))

    def action_hand_over(self):
        """Hand over; the minutes are kept with each dossier's history and given to be printed.

        :return: a notice
        :raises AccessError: it is for the person, the head of his unit or the archivist to do, and nobody opens
            to himself what another one keeps
        """
        self.ensure_one()
        if not self._may_hand_over():
            raise AccessError(self.env._("The dossiers are handed over by who keeps them, his head, or the archivist."))
        receiver = self.receiver_id
        if receiver == self.env.user != self.user_id:
            raise AccessError(
                self.env._("What you take over yourself is handed over by who keeps it, or by another one who may.")
            )
        here = receiver._is_internal() and receiver.active and self.company_id in receiver.sudo().company_ids
        if receiver == self.user_id or not here:
            raise UserError(self.env._("Choose a colleague who takes the dossiers over."))
        dossiers = self._kept()
        if not dossiers:
            raise UserError(self.env._("%s keeps no dossiers.", self.user_id.name))
        dossiers._hand_over_to(receiver, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s dossiers are kept by %(receiver)s now.", count=len(dossiers), receiver=receiver.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_minutes(self):
        """Print the minutes."""
        self.ensure_one()
        return self.env.ref("vpdt_archive.report_handing_over").report_action(self)

    def _official_pdf_handing_over(self, _data):
        """The minutes, before it is done: what is handed over, from whom, to whom, as PDF (bytes)."""
        self.ensure_one()
        if not self._may_hand_over():
            raise AccessError(self.env._("The dossiers are handed over by who keeps them, his head, or the archivist."))
        columns = (
            Column("Số TT", 12, "centre"), Column("Số, ký hiệu hồ sơ", 34), Column("Tiêu đề hồ sơ", 80),
            Column("Số văn bản", 18, "centre"), Column("Tình trạng", 21, "centre"),
        )  # fmt: skip
        words = dict(self.env["vpdt.dossier"]._fields["state"]._description_selection(self.env))
        rows = [
            (number, dossier.notation, dossier.title, dossier.doc_total, words[dossier.state])
            for number, dossier in enumerate(self._kept(), 1)
        ]
        stream, company = io.BytesIO(), self.company_id
        OfficialReport(
            heading.OfficialHeading(
                agency=company.name, parent=company.parent_agency_name or "", place=company.place or "", date=today(),
                type_name="Biên bản", subject="Bàn giao hồ sơ, tài liệu", show_number=False,
            ),
            paragraphs=[
                f"Bên giao: {self.user_id.name}. Bên nhận: {self.receiver_id.name}.",
                f"Lý do bàn giao: {self.reason}.", f"Ngày bàn giao: {vietnam_day(today())}.",
            ],
            table=TableReport(title="", columns=columns, rows=rows),
            signature=heading.Signature(("BÊN NHẬN",), self.receiver_id.name, "(Ký, họ tên)"),
            left_signature=heading.Signature(("BÊN GIAO",), self.user_id.name, "(Ký, họ tên)"),
        ).write_pdf(stream)  # fmt: skip
        return stream.getvalue()
