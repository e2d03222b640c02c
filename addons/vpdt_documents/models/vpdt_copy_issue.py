from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing import trust
from odoo.addons.vpdt_base.signing.pades import annex_order, copy_text
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day


class VpdtCopy(models.Model):
    """Signing and issuing a copy; the agency signs an electronic one with one line (Phụ lục I, Phần II; Mẫu 3.2).

    A paper copy is printed, signed and sealed by hand; issuing it opens it to the public check.
    """

    _name = "vpdt.copy"
    _inherit = ["vpdt.copy", "vpdt.signable.mixin"]

    _signing_holders = {"seal": "agency"}

    def action_issue(self):
        """The next step of this copy: number it, sign it, issue it; a second press changes nothing.

        :return: the signing dialog of an electronic copy; the form of a paper copy when the dialog for a new one asks
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in ("issued", "void"):
            return False
        self._check_move_roles(self._find_move("numbered" if self.state == "draft" else "issued"))
        if self.medium == "electronic":
            self._check_ready({})
            return self._signing_dialog_of_copy()
        if self.state == "draft":
            self.take_number()
        else:
            self._move_to("issued", {"issued_at": fields.Datetime.now()})
        return self._open() if self.env.context.get("vpdt_open_copy") else True

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("vpdt_documents.vpdt_copy_view_form").id, "form")],
        }

    def _signing_dialog_of_copy(self):
        return self._signing_action(
            "agency",
            ["take_number", "seal"],
            self._issue_label(),
            next_number=self._next_code(),
            labels={"seal": self.env._("Sign the copy as the agency and issue it")},
        )

    def seal(self, key_id, passphrase):
        """Sign the copy as the agency, with form, name of the agency and time at the top right, and issue it.

        :return: True when issued now, False when it had been before
        :raises UserError: wrong passphrase, certificate not valid …: the copy stays numbered
        """
        return self._sign_now("seal", key_id, passphrase)

    # The hooks of vpdt.signable.mixin --------------------------------------------------------------------------------

    def _is_signed(self, step):
        """See the mixin."""
        return self.state in ("issued", "void")

    def _signing_input(self, step, key):
        """See the mixin: the first file of the copy, with the line of Mẫu 3.2."""
        self._check_move_roles(self._find_move("issued"))
        if self.medium != "electronic":
            raise UserError(self.env._("A paper copy is signed by hand."))
        main = self._signing_source()
        roots, crls = self.env["vpdt.trust.anchor"]._pem_list(), key._revocation_evidence()["crls"]
        return main, *self._line_order(main, trust.now(), {"trust_roots": roots, "crls": crls})

    def _further_input(self, step, order):
        """See the mixin: annexes in files of their own, with the same line."""
        known = {"trust_roots": order.trust_roots, "crls": order.crls}
        annexes = self.file_ids.filtered(lambda file: file.role == "annex")
        return super()._further_input(step, order) + [
            (file, *self._line_order(file, order.time, known)) for file in annexes
        ]

    def _line_order(self, file, moment, known):
        line = copy_text(self._form_words(), self.company_id.name, moment)
        return annex_order(file._content(), line, signing_time=moment, **known)

    def _take_signature(self, step, key, source, pdf):
        """See the mixin."""
        self._keep_signed(source, pdf)
        self._journal("sign", {"key": key.serial, "kind": key.kind, "agency": True})
        self._move_to("issued", {"issued_at": fields.Datetime.now()})

    def _take_further(self, step, further):
        """See the mixin."""
        for source, pdf in further:
            self._keep_signed(source, pdf)
        return super()._take_further(step, further)

    def _keep_signed(self, source, pdf):
        file = self.env["vpdt.file"]._store(self, source.original_name or source.name, pdf, source.role, source)
        file._take_over_code(source)

    def _effect_issued(self, values):
        files = self.file_ids
        self.sudo().issued_recipients = "; ".join(self._recipient_names())  # written by issuing only
        files._publish()
        self.env["vpdt.organization.use"]._record(self.company_id, self.organization_ids)
        if self.medium == "electronic":
            files._want_level(self.company_id.sudo().signature_level)  # a setting of the own agency
            files.with_delay(description="Check signatures")._check_signatures()

    def _vouches_for(self, file):
        """Whether this copy was issued (and may be void by now), and ``file`` is what the agency signed.

        A paper copy has no signature in its file: there it is the one that was made when the copy took its number.

        :param file: vpdt.file that says it belongs here
        """
        self.ensure_one()
        issued = self.state == "issued" or (self.state == "void" and bool(self.issued_at))
        mine = (file.res_model, file.res_id, file.company_id) == (self._name, self.id, self.company_id)
        if not (mine and issued and file.role in ("main", "annex")):
            return False
        return file.current if self.medium == "paper" else file._is_sealed_by(self)

    def _public_check_vals(self):
        """What anybody may know about a copy: whose and which it is, and of which document; nothing of its content.

        :return: dict of texts for the public page; ``void`` is the day since when it is void, or empty
        """
        self.ensure_one()
        return {
            "agency": self.company_id.name,
            "code": self.code or "",
            "type": self._type().name,
            "date": vietnam_day(self.date),
            "original_code": self.original_code or "",
            "original_date": vietnam_day(self.original_date),
            "void": vietnam_day(local_day(self.voided_at)),
        }
