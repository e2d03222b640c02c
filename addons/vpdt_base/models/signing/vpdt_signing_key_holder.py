from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...signing import pki
from ...text import fold
from .vpdt_signing_key import UNIT_ADMIN

_COMMON_NAME, _ORGANIZATION, _ORGANIZATION_IDENTIFIER = "2.5.4.3", "2.5.4.10", "2.5.4.97"
_ASKED = "vpdt_base.activity_confirm_key"


class VpdtSigningKey(models.Model):
    """Whose certificate it is: nobody signs with one that names somebody else (Nghị định 68/2024/NĐ-CP, Điều 29.1).

    Names are compared as people read them, without marks, case and spaces. Where they differ – a second given name, an
    agency's certificate in the name of its office – the unit administrator looks, and says why it is right.
    """

    _inherit = "vpdt.signing.key"  # pylint: disable=consider-merging-classes-inherited

    confirmed_for = fields.Char(readonly=True, copy=False, help="Certificate and holder that were confirmed.")
    confirmed_reason = fields.Char("Confirmed because", readonly=True, copy=False)
    holder_doubt = fields.Char(compute="_compute_holder_doubt")

    @api.depends("state", "certificate", "user_id", "company_id", "confirmed_for")
    @api.depends_context("lang")
    def _compute_holder_doubt(self):
        for key in self:
            key.holder_doubt = key._doubt_message() if key.state == "unconfirmed" else False

    def _fits_holder(self):
        """Whether the certificate names the holder of the key, or the unit administrator has confirmed that it is his.

        Asked anew before each signature: a name that was right at loading may have been changed since.
        """
        return self.sudo().confirmed_for == self._confirmation() or self._names_holder()

    def _confirmation(self):
        holder = self.user_id if self.holder == "person" else self.company_id
        return f"{self.fingerprint}:{holder._name}:{holder.id}"

    def _names_holder(self):
        cert = self._pyhanko_certificate()
        if self.holder == "person":
            return _names_person(cert, self._holder_name())
        agency = self.company_id.sudo()  # names and codes of the own agency are public
        forms = [agency.organization_id, *agency.organization_id.name_ids]
        codes = [code for form in forms for code in (form.identifier, form.identifier_legacy)]
        return _names_agency(cert, [agency.name, *(form.name for form in forms)], codes)

    def _holder_name(self):
        if self.holder == "agency":
            return self.company_id.sudo().name  # public
        owner = self.user_id.sudo().with_company(self.company_id)  # the name of a colleague is no secret in the office
        return owner._vpdt_employee().name or owner.name

    def _doubt_message(self):
        return self.env._(
            "The certificate names “%(subject)s”, the key is that of “%(holder)s”. It signs nothing until the unit "
            "administrator has confirmed that it is the right one.",
            subject=pki.common_name(self._pyhanko_certificate()),
            holder=self._holder_name(),
        )

    def _check_fits_holder(self):
        if self.certificate and not self._fits_holder():
            raise UserError(self._doubt_message())

    # Where it is looked at --------------------------------------------------------------------------------------------

    def _check_usable(self):
        """Nothing is signed with a certificate in another name."""
        result = super()._check_usable()
        self._check_fits_holder()
        return result

    def _check_loaded(self, values):
        """Guard of the move to *active*: neither is such a key put into use."""
        result = super()._check_loaded(values)
        self._check_fits_holder()
        return result

    def _put_into_use(self):
        """After loading: active, or waiting for the unit administrator."""
        state = "active" if self._fits_holder() else "unconfirmed"
        self._take_question_back()
        if self.state != state:
            self._move_to(state)
        if state == "unconfirmed":
            self._ask(self._administrators() - self.user_id, self._doubt_message()[:200], _ASKED)

    def _forget_question(self, values):
        """Effect of the moves after which there is nothing left to confirm."""
        self._take_question_back()

    def _take_question_back(self):
        self.sudo().activity_unlink([_ASKED])  # it lies with the administrators and ends with the step only

    def _state_message(self):
        return self._doubt_message() if self.state == "unconfirmed" else super()._state_message()

    def sign_options(self):
        """See there; a key that waits says so."""
        rows = super().sign_options()
        words = self.env._("waits for the unit administrator")
        for key, row in zip(self, rows, strict=True):
            if key.state == "unconfirmed":
                row.update(note=words, warn=True)
        return rows

    # Confirming -------------------------------------------------------------------------------------------------------

    def action_confirm_holder(self):
        """Open the dialog that asks for the reason."""
        self.ensure_one()
        self._check_may_confirm()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm the holder"),
            "res_model": "vpdt.signing.key.confirmation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_key_id": self.id},
        }

    def confirm_holder(self, reason):
        """Confirm that the certificate is that of the holder, though it names him otherwise.

        :param str reason: goes into the journal
        :return: True when it is confirmed now, False when nothing waits
        :raises AccessError: not the unit administrator, or his own key
        :raises UserError: no reason; the certificate has ended or was revoked meanwhile
        """
        self.ensure_one()
        self._check_may_confirm()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Enter the reason: it goes into the journal."))
        if self.state != "unconfirmed":
            return False
        key = self.sudo()  # the administrator of the unit sees the key of a person, and changes no more of it than this
        key.write({"confirmed_for": key._confirmation(), "confirmed_reason": reason})
        key._move_to("active")
        key._take_question_back()
        key._journal("permission", {"confirmed": key.serial, "reason": reason})
        if key.holder == "person":
            key._remind(self.env._("“%s” was confirmed: you can sign with it.", key.name), fields.Date.today())
        return True

    def _check_may_confirm(self):
        self.check_access("read")
        if not self.env.user.has_group(UNIT_ADMIN):
            raise AccessError(self.env._("The unit administrator confirms whose certificate it is."))
        if self.holder == "person" and self.user_id == self.env.user:
            raise AccessError(self.env._("Nobody confirms his own key: another administrator does it."))


def _names_person(cert, name):
    """Whether the common name of a certificate is that of a person."""
    return fold(name or "") in _folded(cert, _COMMON_NAME) - {""}


def _names_agency(cert, names, codes):
    """Whether a certificate names an agency: its name as common name, or its code as organization identifier.

    The organization (O) counts only where there is no code: in the certificate of a subordinate agency it is the
    agency above.

    :param names: of the agency, present and earlier ones
    :param codes: likewise (QĐ 20/2020, QCVN 102:2016)
    """
    written = _folded(cert, _ORGANIZATION_IDENTIFIER)
    # GOVVN-H21.10: a prefix says whose scheme it is (ETSI EN 319 412-1, 5.1.4)
    bare = written | {code.partition("-")[2] for code in written if "-" in code}
    if bare & {fold(code) for code in codes if code}:
        return True
    shown = _folded(cert, _COMMON_NAME) | (set() if written else _folded(cert, _ORGANIZATION))
    return bool(shown & {fold(name) for name in names if name})


def _folded(cert, oid):
    return {fold(value) for value in pki.subject_attributes(cert).get(oid, ())}
