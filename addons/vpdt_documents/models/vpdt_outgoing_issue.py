import base64
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.mixins.vpdt_signable_mixin import OUTSIDE
from odoo.addons.vpdt_base.models.signing.vpdt_signing_session_outside import iso_of
from odoo.addons.vpdt_base.signing import fill_number_and_date, places
from odoo.addons.vpdt_base.signing.pades import (
    agency_order,
    form_fields,
    open_reader,
    person_order,
    require_ready_for_agency,
)
from odoo.addons.vpdt_base.vietnam import local_day, official_date_parts, official_number, vietnam_day

from .vpdt_outgoing import CLERK, ISSUED

#: States of a document that is signed and has not gone out.
WAITING = ("signed", "numbered")


class VpdtOutgoing(models.Model):
    """Numbering, sealing, issuing: the steps that cannot be taken back (Nghị định 30/2020, Điều 14–18).

    What a key signs, of a person as well (the hooks of ``vpdt.signable.mixin``), and what becomes of the files once the
    agency has signed them: checked, made to last, known to the public check.
    """

    _inherit = "vpdt.outgoing"

    release_due = fields.Datetime("Goes out by", readonly=True, copy=False, index="btree_not_null")
    release_words = fields.Char("To go out", compute="_compute_release_words")
    release_level = fields.Char(compute="_compute_release_words")

    about_id = fields.Many2one(
        "vpdt.outgoing", "Concerns", readonly=True, copy=False, index=True, ondelete="restrict", check_company=True
    )
    about = fields.Selection([("corrects", "Corrects"), ("replaces", "Replaces")], readonly=True, copy=False)
    later_ids = fields.One2many("vpdt.outgoing", "about_id", "Later documents on it")
    recall_draft = fields.Text("Reason for the recall", copy=False)
    recall_reason = fields.Text("Recalled because", readonly=True, copy=False)
    recalled_at = fields.Datetime("Recalled on", readonly=True, copy=False)
    no_longer = fields.Char("No longer holds", compute="_compute_no_longer")

    def action_issue(self):
        """Open the dialog that numbers, seals and issues with visible progress."""
        self.ensure_one()
        self._check_recipients()
        return self._issue_dialog()

    def _issue_dialog(self):
        title = self.env._("Number and issue")
        return self._signing_action("agency", ["take_number", "seal"], title, next_number=self._next_number())

    def _next_number(self):
        if self.number:
            return self.code
        if kept := self._kept_code():
            return kept
        register = self.company_id._register_of("outgoing", self.type_id)
        year = local_day(fields.Datetime.now()).year
        if not register:
            return ""
        number = official_number(self.env["vpdt.register"]._next_number_hint(register, year))
        return "/".join(part for part in (number, self.notation) if part)

    def take_number(self):
        """Give the next number of the register and today's date; quick, so that nobody waits for long.

        :return: True when numbered now, False when it had a number before
        :raises UserError: no register, or the document is not signed
        """
        self.ensure_one()
        self._lock_row()
        if self.state in ("numbered", *ISSUED):
            return False
        self._check_recipients()
        register = self.company_id._register_of("outgoing", self.type_id)
        if not register:
            raise UserError(self.env._("There is no register of outgoing documents yet. Make one under Registers."))
        self._find_move("numbered")  # refuse before a number is taken
        self._check_move_roles(self._find_move("numbered"))
        day = local_day(fields.Datetime.now())
        self._check_printed_year(day.year)
        values = self._prepare_number_vals(register, day)
        return self._move_to("numbered", values)

    @api.model
    def _has_year_field(self, pdf):
        return "year" in form_fields(open_reader(pdf))

    def _check_printed_year(self, year):
        """The year of the date and of the notation is that of the number (Phụ lục I, Phần I, II.3-4).

        :raises UserError: the paper that was signed prints another year
        """
        notation = re.match(r"(\d{4})/", self.notation or "") if self.type_id.with_year else None
        printed = [int(notation.group(1))] if notation else []
        pdf = self._file_of_role("main")._content()
        if not self._has_year_field(pdf):
            printed.append(places.printed_year(pdf))
        wrong = [other for other in printed if other and other != year]
        if wrong:
            raise UserError(
                self.env._(
                    "The paper says the year %(printed)s and would be numbered in %(year)s. Return the document to its "
                    "author: the draft is made anew, its year is left blank, and it is signed again.",
                    printed=wrong[0],
                    year=year,
                )
            )

    def seal(self, key_id, passphrase):
        """Write number and date into the PDF, sign as the agency with the red seal, and issue.

        :return: True when issued now, False when it had been before
        :raises UserError: wrong passphrase, no signature of a person …: the document stays numbered
        """
        return self._sign_now("seal", key_id, passphrase)

    # The hooks of vpdt.signable.mixin -------------------------------------------------------------------------------

    def _is_signed(self, step):
        """See the mixin: signed means past the state from which the step starts."""
        if step == "cosign":
            return bool(self._row_of_user().signed_at)
        return self.state not in {"sign": ("draft", "review", "to_sign"), "seal": ("signed", "numbered")}[step]

    def _signing_input(self, step, key):
        """See the mixin: people sign the main file, the agency signs it with number and date in.

        Nobody signs what should not have been submitted.
        """
        main, known = self._file_of_role("main"), self._signing_evidence(key)
        if step == "seal":
            self._check_move_roles(self._find_move("issued"))
            self._check_exchange_note()
            return main, *self._seal_order(main._content(), key, known)
        self._check_marks()
        if step == "cosign":
            self._check_turn()
            known["field"] = self._row_of_user()._field_name()
        else:
            self._check_move_roles(self._find_move("signed"))
            self._check_signer()
        return main, main._content(), person_order(image_png=self._picture_of(key), **known)

    def _seal_order(self, pdf, key, known):
        """The PDF with number and date in it, and how the agency signs it: (bytes, SigningOrder)."""
        day, month, year = official_date_parts(self.date)
        date = {"day": day, "month": month} if self._is_dated() else {}
        numbered = fill_number_and_date(pdf, number=self.number, year=year, **date)
        order = agency_order(seal_png=self._picture_of(key), **known)
        require_ready_for_agency(numbered, field=order.field, at=order.time, **known)
        return numbered, order

    def _further_input(self, step, order):
        """See the mixin: annexes are sealed with the document."""
        further = super()._further_input(step, order)
        return further + self._annex_orders(order) if step == "seal" else further

    def _signing_evidence(self, key):
        """What a certificate is checked with before it signs: trusted roots and known revocation lists."""
        return {"trust_roots": self.env["vpdt.trust.anchor"]._pem_list(), "crls": key._revocation_evidence()["crls"]}

    def _take_signature(self, step, key, source, pdf):
        """See the mixin: keep the signed file as the next version and move on."""
        if step == "cosign":
            self.env["vpdt.file"]._store(self, source.name, pdf, "main", source)
            self._co_signed(self._row_of_user(), key)
            return
        detail = {"key": key.serial, "kind": key.kind, "agency": step == "seal"}
        if step == "sign":
            delegation = self._delegation_of_step("action_sign")
            title = " ".join(self.env.user._vpdt_signing_lines(delegation.principal_id, record=self))
            self._move_to("signed", {"signer_name": self.env.user._vpdt_employee().name, "signer_title": title})
            detail |= {"on_behalf_of": delegation.principal_id.login} if delegation else {}
        self.env["vpdt.file"]._store(self, source.name, pdf, "main", source)
        self._journal("sign", detail)
        if step == "seal":
            self._move_to("issued", {"issued_at": fields.Datetime.now()})

    def _take_further(self, step, further):
        for annex, pdf in further:
            self.env["vpdt.file"]._store(self, annex.original_name or annex.name, pdf, "annex", annex)
        return super()._take_further(step, further)

    def _outside_call(self, step, index):
        """See the mixin: number and date stand on the paper already, the program may print them into its mark."""
        function, values = super()._outside_call(step, index)
        if step == "seal":
            values = values | {"DocNumber": self.code or "", "IssuedDate": iso_of(fields.Datetime.now())}
        return function, values

    def _picture_of(self, key):
        if key.kind == OUTSIDE:
            return None  # the program of the person brings it
        picture = key.picture
        if not picture:
            raise UserError(self.env._("The key “%s” has no picture yet (transparent PNG). Add it first.", key.name))
        return base64.b64decode(picture)

    def _effect_issued(self):
        annexes = self._pdf_annexes()
        files = self._file_of_role("main") | annexes
        files._publish()
        files._want_level(self.company_id.sudo().signature_level)  # a setting of the own agency
        annexes.with_delay(description="Check signatures")._check_signatures()
        self.recipient_ids._spread_lists()
        self._keep_names()
        self._want_paper()
        self.recipient_ids._queue_mail()
        self.env["vpdt.organization.use"]._record(self.company_id, self.recipient_ids.organization_id)
        self._done_activities()
        self._file_of_role("main").with_delay(description="Check signatures")._check_signatures()
        self._settle_what_it_concerns()
        if self.answers_id:
            # The question need not be open to who issues the answer; that it was answered is the step's to say.
            self.answers_id.sudo()._answered_by(self)
        self._after_issue()

    def _after_issue(self):
        """Hook: what happens to an issued document, in the same transaction (the exchange extends it)."""

    # Afterwards -------------------------------------------------------------------------------------------------------

    def _file_level_failed(self, file):
        """The clerks see an activity: an issued document has no time stamp after the last try."""
        clerks = self._users_of_role("vpdt_base.group_clerk")
        self._remind_people(clerks, self.env._("No time stamp: %s", file.name), note=file.level_message)
        return super()._file_level_failed(file)

    def _vouches_for(self, file):
        """Whether this document was issued, and ``file`` is what its agency sealed.

        :param file: vpdt.file that says it belongs here
        """
        self.ensure_one()
        mine = (file.res_model, file.res_id, file.company_id) == (self._name, self.id, self.company_id)
        return mine and self.state in ISSUED and file.role in ("main", "annex") and file._is_sealed_by(self)

    def _extract_vals(self):
        company = self.company_id
        return {
            **super()._extract_vals(),
            "agency": company._name_on(self.date),
            "parent": company.parent_agency_name or "",
            "place": company.place or "",
            "recipients": [line._line_on_paper() for line in self.recipient_ids._printed()],
        }

    def _public_check_vals(self):
        """What anybody may know about an issued document: whose it is, number, notation and date.

        The subject stays out: it may say more about somebody than a stranger with a code should learn.

        :return: dict of texts for the public page
        """
        self.ensure_one()
        vals = {
            "agency": self.company_id.name,
            "code": self.code or "",
            "type": self.type_id.name or "",
            "date": vietnam_day(self.date),
        }
        if self.state == "recalled":
            vals["void"] = vietnam_day(local_day(self.recalled_at))
        return vals

    # To go out --------------------------------------------------------------------------------------------------------
    # When a signed document goes out: urgent ones at once, others on the day or the next working morning. Nghị định
    # 30/2020, khoản 1 Điều 18; Quyết định 28/2018/QĐ-TTg, khoản 2 Điều 6.

    def _release_clock(self):
        """Key of the clock of the law for this document."""
        if self.priority != "0":
            return "release_urgent"
        return "release_electronic" if self._goes_electronically() else "release_paper"

    def _start_release_clock(self):
        """The document was signed just now."""
        Calendar, now = self.env["vpdt.day.exception"], fields.Datetime.now()
        for document in self:
            agency = document.sudo().company_id  # its working days
            document._by_system().release_due = Calendar._deadline(document._release_clock(), now, agency)

    @api.depends("release_due", "state")
    def _compute_release_words(self):
        Calendar, now = self.env["vpdt.day.exception"], fields.Datetime.now()
        for document in self:
            words, level = "", ""
            if document.release_due and document.state in WAITING:
                words, level = Calendar._say_deadline(local_day(document.release_due), document.company_id)
                if document.release_due <= now and level != "late":
                    words, level = self.env._("send it now"), "late"
            document.release_words, document.release_level = words, level

    # After the issue --------------------------------------------------------------------------------------------------
    # What happens to a document after its issue (Nghị định 30/2020, khoản 3 và 4 Điều 18): wrong in its content, it is
    # replaced by a document of equal form; wrong in its form, it is corrected by an official letter; or it is recalled.
    # Both documents are linked, and the one that no longer holds says so everywhere.

    @api.depends("state", "recall_reason", "later_ids.state", "later_ids.code")
    def _compute_no_longer(self):
        for document in self:
            later = document.sudo().later_ids.filtered(lambda later: later.state in ISSUED)  # numbers in the own agency
            replaced = later.filtered(lambda later: later.about == "replaces")[:1]
            corrected = later.filtered(lambda later: later.about == "corrects")
            lines = []
            if document.state == "recalled":
                lines.append(self.env._("Recalled: %s", document.recall_reason or ""))
            if document.state == "replaced":
                lines.append(self.env._("Replaced by %s", replaced.code or ""))
            lines += [self.env._("Corrected by %s", letter.code or "") for letter in corrected]
            document.no_longer = " · ".join(lines)

    @api.model
    def _get_moves_after_issue(self):
        """The moves of an issued document, for the table of `_get_moves`."""
        return (
            Move(
                ("issued",),
                "recalled",
                self.env._("Recall"),
                "action_take_out_of_force",
                (CLERK,),
                "_check_recall_reason",
                "_effect_recalled",
                danger=True,
                asks="recall_draft",
                confirmation=self.env._(
                    "The document is marked as recalled everywhere, and those who have it are told (Nghị định 30/2020, "
                    "khoản 4 Điều 18). This cannot be undone."
                ),
            ),
            Move(("issued",), "replaced", "", effect="_effect_replaced"),
        )

    def action_take_out_of_force(self):
        """Thu hồi: the document is taken out of force, with the reason."""
        self.ensure_one()
        reason = (self.recall_draft or "").strip()
        return self._move_to("recalled", {"recall_reason": reason, "recalled_at": fields.Datetime.now()})

    def _check_recall_reason(self):
        if not (self.recall_draft or "").strip():
            raise UserError(self.env._("Write why the document is recalled; who has it is told the reason."))

    def _effect_recalled(self):
        """Hook: those who have the document are told (the exchange extends it)."""
        people = self.sudo().participant_ids.user_id  # who takes part in it
        self._remind_people(people - self.env.user, self.env._("Recalled: %s", self.code))

    def _effect_replaced(self):
        """Hook: those who have the document learn it with the one that replaces it."""

    def action_correct_by_letter(self):
        """Đính chính: begin the official letter that corrects a mistake of form or procedure (khoản 3 Điều 18)."""
        letter = self.env.ref("vpdt_documents.type_cong_van")
        words = self.env._("correction of %(type)s %(code)s", type=self.type_id.name, code=self.code)
        return self._begin_later("corrects", {"type_id": letter.id, "subject": words, "body": False})

    def action_replace(self):
        """Thay thế: begin the document of equal form that takes the place of one with wrong content."""
        return self._begin_later("replaces", {})

    def _begin_later(self, about, values):
        self.ensure_one()
        self.check_access("read")
        self.check_access("create")
        if self.state != "issued":
            raise UserError(self.env._("“%s” is not in force: nothing follows it.", self.display_name))
        later = self.copy(values)
        later.notation = later._default_notation()
        later._by_system().write({"about_id": self.id, "about": about})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": later.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _settle_what_it_concerns(self):
        """The document that this one replaces no longer holds, from this issue on."""
        former = self.about_id.sudo()  # of the own agency; the issue of this one settles it
        if self.about == "replaces" and former.state == "issued":
            former._move_to("replaced")
        elif former:
            former._tell_screens()
