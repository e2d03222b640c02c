import io
from collections import Counter

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.official_pdf import forms, heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.text import fold
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

from .freeze import FROZEN, FROZEN_DOSSIER, LIVE_DOSSIER, STATE_MOVES, archiving, freeze_rows


class VpdtDossier(models.Model):
    """Closing a dossier: reviewed, counted, its retention fixed anew, its list of documents made (khoản 4 Điều 29); and
    what becomes of it and its documents in the archive."""

    _inherit = "vpdt.dossier"

    closing_notes = fields.Text("To look at before closing", compute="_compute_closing_notes")

    use_count = fields.Integer("Times used", compute="_compute_use_count", groups="vpdt_base.group_archivist")
    lent_to = fields.Char("Lent to", compute="_compute_lent_to", groups="vpdt_base.group_archivist")

    def _compute_closing_notes(self):
        for dossier in self:
            dossier.closing_notes = "\n".join(f"• {note}" for note in dossier._review()) or False

    def _review(self):
        """What a person should look at before the dossier is closed (list of translated sentences)."""
        self.ensure_one()
        if self.state != "open":
            return []
        items, notes = self.sudo().item_ids, []  # of one's own dossier: how many of each kind
        if not items and not self.sudo().file_ids:
            notes.append(self.env._("There are no documents in it."))
        documents = [item._owner().sudo() for item in items]
        for words, doubtful in self._doubts_about(documents):
            if doubtful:
                notes.append(words % self._named_to_reader(doubtful))
        seen = items.sudo(False)._filtered_access("read")
        counted = Counter((fold(item.code or ""), fold(item.author or "")) for item in seen if item.code)
        double = [code for (code, _author), number in counted.items() if number > 1]
        if double:
            notes.append(self.env._("More than once, by number and author: %s.", ", ".join(double[:5])))
        return notes

    def _doubts_about(self, documents):
        """``[(translated words with a place for names, documents that they are about)]``"""
        unsigned = (False, "not_signed", "not_checked")
        return [
            (self.env._("Drafts and unfinished documents: %s."), [d for d in documents if d._is_draft_in_dossier()]),
            (
                self.env._("Without a checked digital signature: %s."),
                [d for d in documents if d.main_verdict in unsigned],
            ),
            (self.env._("Without a file: %s."), [d for d in documents if not d.file_ids]),
            (
                self.env._("Asked for an answer, and none is here: %s."),
                [d for d in documents if d._lacks_answer_in_dossier()],
            ),
        ]

    def _named_to_reader(self, documents, most=5):
        """The names of those documents that the current user may read, and how many more there are (str).

        A dossier is seen by more people than each document in it.

        :param documents: list of records, in superuser mode
        """
        shown = [document for document in documents if document.sudo(False).has_access("read")][:most]
        names = [document.display_name for document in shown]
        if left := len(documents) - len(shown):
            names.append(self.env._("%s more", left))
        return ", ".join(names)

    def action_close(self):
        """Close the dossier: the work has ended."""
        self.ensure_one()
        return self._move_to("closed", {"closed_at": fields.Datetime.now(), "date_end": self.date_end or today()})

    def action_reopen(self):
        """Open it again, with a reason."""
        self.ensure_one()
        return self._move_to("open", {"closed_at": False})

    def _check_closing(self):
        self._check_mine()
        items = self.sudo().item_ids  # of one's own dossier
        if not items and not self.sudo().file_ids:
            raise UserError(self.env._("There are no documents in “%s”: an empty dossier is not closed.", self.title))
        documents = [item._owner().sudo() for item in items]
        drafts = [document for document in documents if document._is_draft_in_dossier()]
        if drafts:
            raise UserError(
                self.env._(
                    "Finish these, or take them out of the dossier, before it is closed: %s",
                    self._named_to_reader(drafts, 10),
                )
            )

    def _check_mine(self):
        if not self.env.su and not self._is_mine():
            raise AccessError(self.env._("“%(dossier)s” is kept by %(holder)s.", dossier=self.title,
                                         holder=self.holder_id.name))  # fmt: skip

    def _step_hindrance(self, move):
        if move.action in ("action_close", "action_reopen") and not self._is_mine():
            return self.env._("“%(dossier)s” is kept by %(holder)s.", dossier=self.title, holder=self.holder_id.name)
        return super()._step_hindrance(move)

    def _steps_of_user(self):
        steps = [step for step in super()._steps_of_user() if self._is_mine() or step["enabled"]]
        if self.retention_term == "permanent":
            return steps
        return [step for step in steps if step["action"] != "action_send_to_historical"]

    def _effect_closed(self):
        for item in self.sudo().item_ids:  # written by closing only
            item.kept_data = item._data_now()
        self._fix_retention()
        self._count_documents()

    def _check_reopening(self):
        self._check_mine()
        if not (self.reopen_reason or "").strip():
            raise UserError(self.env._("Write under “Reason to reopen it” why the dossier is opened again."))

    def _move_detail(self, move):
        detail = super()._move_detail(move)
        if move.target == "sent":
            return {**detail, "minutes": self.historical_receipt}
        return {**detail, "reason": self.reopen_reason} if move.action == "action_reopen" else detail

    def _effect_reopened(self):
        self.sudo().item_ids.write({"kept_data": False})  # written by closing and reopening only
        self._by_system().reopen_reason = False

    def _count_documents(self):
        """Keep how many documents, pages and files there are (DocTotal, PageTotal)."""
        for dossier in self.sudo():  # counts only
            files = dossier.file_ids
            dossier.write(
                {
                    "doc_total": len(dossier.item_ids) + len(files),
                    "page_total": sum(dossier.item_ids.mapped("pages")) + sum(files.mapped("pages")),
                    "file_total": sum(dossier.item_ids.mapped("file_count")) + len(files),
                }
            )

    # In the archive --------------------------------------------------------------------------------------------------

    def _mark_documents(self, state):
        """Say on each document of these dossiers what it is to the archive.

        A document that another dossier of the archive holds stays what it is.

        :param state: False, ``offered`` or ``kept``
        """
        for item in self.sudo().item_ids:  # documents of the dossier, whoever drafted them
            document = archiving(item._owner().sudo())
            if document.archive_state not in FROZEN:
                document.archive_state = state

    def _effect_offered(self):
        self._mark_documents("offered")

    def _effect_given_back(self):
        self._mark_documents(False)
        self._remind_people(self.holder_id, self.env._("The archive has given the dossier back: %s", self.title))

    def _effect_kept(self):
        self._mark_documents("kept")
        files = self.env["vpdt.file"]
        for item in self.sudo().item_ids:  # files of what the archive has just taken
            files |= item._owner().sudo().file_ids
        (files | self.sudo().file_ids)._archive_level()

    def _effect_sent(self):
        """Hook: the historical archive has it."""

    def _effect_destroyed(self):
        """Hook of the disposal."""

    def _check_not_frozen(self):
        """:raises UserError: one of them is the archive's; also in superuser mode"""
        frozen = self.filtered(lambda dossier: dossier.state in FROZEN_DOSSIER)
        if frozen:
            raise UserError(self.env._("“%s” is in the archive and changes no more.", frozen[0].display_name))

    def init(self):
        """Freeze what the archive has taken."""
        result = super().init()
        freeze_rows(self.env.cr, self._table, "state", FROZEN_DOSSIER, LIVE_DOSSIER, STATE_MOVES)
        return result

    # Papers -----------------------------------------------------------------------------------------------------------
    # The papers of a dossier: the list of its documents (Phụ lục V, IV) and the closing sheet (khoản 4 Điều 29).

    def _official_table_dossier_contents(self, _data):
        """Form IV (`official_pdf.TableReport`)."""
        self.ensure_one()
        return forms.DOSSIER_CONTENTS.report(
            lambda: self._contents_rows(),
            official_heading=heading.OfficialHeading(
                agency=self.department_id.sudo().name or self.company_id.name,  # the unit of the dossier
                parent=self.company_id.name if self.department_id else "",
                show_number=False,
                show_date=False,
            ),
            subtitle=(f"Số, ký hiệu hồ sơ: {self.notation}", f"Năm {self.year}", self.title),
        )

    def _contents_rows(self):
        page = 1
        for number, item in enumerate(self.item_ids, 1):
            day = vietnam_day(item.date) if item.date else ""
            place = f"{page}–{page + item.pages - 1}" if item.pages > 1 else (str(page) if item.pages else "")
            yield number, item.code or "", day, item.title, item.author or "", place, item.note or ""
            page += item.pages
        for number, file in enumerate(self.file_ids, len(self.item_ids) + 1):
            yield number, "", "", file.original_name or file.name, "", str(page) if file.pages else "", file.type_label
            page += file.pages

    def _official_pdf_dossier_closing(self, _data):
        """The closing sheet (chứng từ kết thúc) as PDF (bytes): how much there is, and who counted it."""
        self.ensure_one()
        day = local_day(self.closed_at) if self.closed_at else fields.Date.context_today(self)
        paragraphs = [
            f"Hồ sơ số: {self.notation}. Năm {self.year}.",
            f"Tiêu đề: {self.title}.",
            f"Hồ sơ gồm có: {self.doc_total} văn bản, tài liệu; {self.page_total} trang"
            + (f"; {self.sheet_total} tờ (bản giấy)." if self.sheet_total else "."),
            f"Số tệp điện tử: {self.file_total}.",
            f"Thời gian: từ {vietnam_day(self.date_start)} đến {vietnam_day(self.date_end) or '…'}.",
            f"Thời hạn bảo quản: {self.retention_label}.",
            f"Đặc điểm của tài liệu: {self.description or 'bình thường'}.",
        ]
        report = OfficialReport(
            heading.OfficialHeading(
                agency=self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                place=self.company_id.place or "",
                date=day,
                type_name="Chứng từ kết thúc",
                show_number=False,
            ),
            paragraphs=paragraphs,
            signature=heading.Signature(("Người lập hồ sơ",), self.holder_id.name, "(Ký, ghi rõ họ tên)"),
        )
        stream = io.BytesIO()
        report.write_pdf(stream)
        return stream.getvalue()

    # Use --------------------------------------------------------------------------------------------------------------
    # How often a dossier is used, and where it is now (Phụ lục VI, P6-6).

    def _compute_use_count(self):
        found = self.env["vpdt.reading.use"]._read_group([("dossier_id", "in", self.ids)], ["dossier_id"], ["__count"])
        counts = {dossier.id: count for dossier, count in found}
        for dossier in self:
            dossier.use_count = counts.get(dossier.id, 0)

    def _compute_lent_to(self):
        lent = self.env["vpdt.reading"].search([("state", "=", "lent"), ("dossier_ids", "in", self.ids)])
        for dossier in self:
            out = lent.filtered(lambda reading, dossier=dossier: dossier in reading.dossier_ids)[:1]
            dossier.lent_to = out.reader_name

    def action_uses(self):
        """Open the register of use of this dossier."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_reading_use_action")
        return {**action, "domain": [("dossier_id", "=", self.id)], "context": {}}
