from collections import Counter

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.text import fold
from odoo.addons.vpdt_base.vietnam import today

from .freeze import FROZEN, FROZEN_DOSSIER, LIVE_DOSSIER, STATE_MOVES, archiving, freeze_rows


class VpdtDossier(models.Model):
    """Closing a dossier: reviewed, counted, its retention fixed anew, its list of documents made (Điều 29.4); and what
    becomes of it and its documents in the archive."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    closing_notes = fields.Text("To look at before closing", compute="_compute_closing_notes")

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
