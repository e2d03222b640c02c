from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing import SigningError, trust
from odoo.addons.vpdt_base.signing.pades import annex_order, copy_text
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day

from .. import copying
from .vpdt_file import new_code


class VpdtCopy(models.Model):
    """Making, signing and issuing a copy; the agency signs an electronic one with one line (Phụ lục I, Phần II; Mẫu
    3.2).

    The PDF files are drawn flat from the original, with the components of a paper copy and the check code, when the
    copy takes its number, and stored as its files: one sees what is going to be signed. A paper copy is printed, signed
    and sealed by hand; issuing it opens it to the public check.
    """

    _inherit = "vpdt.copy"

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
            self._check_ready()
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
            labels={"seal": self.env._("Sign the copy as the agency and give it out")},
        )

    def seal(self, key_id, passphrase):
        """Sign the copy as the agency, with form, name of the agency and time at the top right, and issue it.

        :return: True when issued now, False when it had been before
        :raises UserError: wrong passphrase, certificate not valid …: the copy stays numbered
        """
        return self._sign_now("seal", key_id, passphrase)

    # Number and files ----------------------------------------------------------------------------------------------

    def take_number(self):
        """Make the PDF of the copy and give it the next number of the register and today's date.

        :return: True when numbered now, False when it had a number before
        :raises UserError: a file is not clean, the pages are not there, no register …: nothing changes
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "draft":
            return False
        self._check_move_roles(self._find_move("numbered"))
        self._check_ready()
        register = self._copy_register()
        parts = self._make_parts()  # what takes time comes before the number, for which others wait
        self._move_to("numbered", self._prepare_number_vals(register, self._today()))
        for name, role, pdf in parts:
            self._store_part(f"{self.code} {name}".replace("/", "-"), role, pdf)
        return True

    def _make_parts(self):
        """``[(name, role, PDF)]``: a file for each chosen one, but one for all of an extract or a paper copy."""
        sources = self.source_ids.sorted(lambda file: (file.role != "main", file.sequence, file.id))
        if self.form == "extract":
            name = sources[0].original_name or sources[0].name
            return [
                (
                    name,
                    "main",
                    copying.make_extract(copying.Extract(**self._original()._extract_vals(), text=self.extract_text)),
                )
            ]
        try:
            pdfs = [copying.plain(file._content()) for file in sources]
        except SigningError as error:
            raise UserError(self.env["vpdt.signing.key"]._signing_message(error)) from None
        names = [file.original_name or file.name for file in sources]
        if self.medium == "paper":
            pdfs, names = [copying.join(pdfs)], names[:1]
        roles = ["main", *["annex"] * (len(pdfs) - 1)]
        return list(zip(names, roles, pdfs, strict=True))

    def _store_part(self, name, role, pdf):
        File = self.env["vpdt.file"]
        if self.medium == "paper":
            pdf = copying.add_block(pdf, self._block())
        code = new_code()
        pdf, printed = copying.add_lookup(pdf, File._address_of(code), code)
        file = File._store(self, name, pdf, role)
        if printed:
            file._reserve_code(code)

    def _block(self):
        return copying.CopyBlock(
            form=self._form_words(),
            agency=self.company_id.name,
            number=self.code,
            place=self.company_id.place or "",
            date=self.date,
            titles=(self.signer_title or "").splitlines(),
            signer=self.signer_name,
            recipients=[*self._recipient_names(), "Lưu: VT"],
        )

    # The hooks of vpdt.signable.mixin --------------------------------------------------------------------------------

    def _is_signed(self, step):
        """See the mixin."""
        return self.state in ("issued", "void")

    def _outside_call(self, step, index):
        """See the mixin."""
        return "SignCopy", {"DocNumber": self.code or "", "MetaData": []}

    def _signing_input(self, step, key):
        """See the mixin: the first file of the copy, with the line of Mẫu 3.2."""
        self._check_move_roles(self._find_move("issued"))
        self._check_authority()
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

    def _effect_issued(self):
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
