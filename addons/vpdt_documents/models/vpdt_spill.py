import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf.heading import OfficialHeading, Signature
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import today, vietnam_time

LEADER = "vpdt_base.group_leader"
MODELS = ("vpdt.incoming", "vpdt.outgoing")


class VpdtSpill(models.Model):
    """A document that must not be here: a state secret was found in it (lộ, lọt bí mật nhà nước).

    Anybody who sees it reports it with one button, and from that moment nobody sees it. The head of the agency
    confirms, and the content is destroyed – files, previews, text; hash, number and trail stay – or says that it was
    an error, and the document is shown again. (Gia Lai 2026, khoản 5 Điều 12; Đồng Tháp, Quy chế kèm theo Quyết định số
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
        [("reported", "Reported, hidden"), ("destroyed", "Content destroyed"), ("released", "Shown again")]
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
        # Odoo lets who was notified of a message go on reading it, whatever it is about.
        told = self.env["mail.notification"].sudo()
        told.search([("mail_message_id", "in", document.sudo().message_ids.ids)]).unlink()
        document._by_system().sudo().spilled = True
        document.invalidate_recordset(["visible"])
        leaders = document.sudo()._users_of_role(LEADER)  # the document is hidden from all by now
        spill._ask(leaders, self.env._("A state secret was reported: decide"))
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
            document.invalidate_recordset(["visible"])
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

    def _official_pdf_spill(self, _data):
        """The report on what was found and done, to be signed and kept; it tells nothing of the content."""
        self.ensure_one()
        stream = io.BytesIO()
        OfficialReport(
            heading=OfficialHeading(
                agency=self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                place=self.company_id.place or "",
                date=today(),
                type_name="BÁO CÁO",
                subject="Về việc phát hiện, gỡ bỏ tài liệu có nội dung bí mật nhà nước trên hệ thống",
            ),
            paragraphs=self._report_lines(),
            signature=Signature(titles=("THỦ TRƯỞNG CƠ QUAN",)),
            recipients=("- Sở Khoa học và Công nghệ;", "- Cơ quan gửi văn bản;", "- Lưu: VT."),
        ).write_pdf(stream)
        return stream.getvalue()

    def _report_lines(self):
        lines = [
            f"Người phát hiện: {self.reported_by_id.name}; thời điểm: {vietnam_time(self.reported_at)}.",
            f"Cơ quan gửi: {self.sender or '…'}; số đến: {self.arrival_number or '…'}.",
            "Văn bản đã được ẩn với mọi người dùng ngay khi có báo cáo.",
        ]
        if self.state == "destroyed":
            lines.append(
                f"{self.confirmed_by_id.name} xác nhận lúc {vietnam_time(self.decided_at)}; nội dung (tệp, bản xem, "
                "văn bản trích xuất) đã được hủy trên hệ thống."
            )
        lines.append(f"Cơ quan, người đã được thông báo: {self.told or '…'}")
        lines.append("Giá trị băm SHA-256 của các tệp: " + "; ".join((self.hashes or "").split()))
        return lines
