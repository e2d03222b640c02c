from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...signing import SigningError, pki, trust
from ...text import fold
from ...vietnam import today, vietnam_day
from .vpdt_signing_key import UNIT_ADMIN

_COMMON_NAME, _ORGANIZATION, _ORGANIZATION_IDENTIFIER = "2.5.4.3", "2.5.4.10", "2.5.4.97"


_ASKED = "vpdt_base.activity_confirm_key"


class VpdtSigningKey(models.Model):
    """What must hold before a key signs (khoản 1, 2 Điều 29 Nghị định 68/2024), and what is checked day by day.

    That the name on the certificate is the holder's is a rule of ours.
    """

    _inherit = "vpdt.signing.key"

    _WARN_DAYS = (30, 7, 1)
    _REVOCATION_FRESH = timedelta(hours=1)

    revocation_status = fields.Selection(
        [("unknown", "Not known"), ("good", "Not revoked"), ("revoked", "Revoked")],
        "Revocation",
        readonly=True,
        copy=False,
        default="unknown",
    )
    revocation_checked_at = fields.Datetime("Revocation asked on", readonly=True, copy=False)
    revocation_note = fields.Char(readonly=True, copy=False, help="Why it is not known, for the administrator.")

    # Before a signature -----------------------------------------------------------------------------------------------

    def _check_usable(self):
        """The one question before a key signs anything, whatever its kind: may it sign at all, now, for this user?

        Whether a document is one of its agency is asked where the key is chosen for it: `_check_fits_document`.

        :raises AccessError: the key is not for this user
        :raises UserError: its agency has ended; not loaded, suspended, not confirmed; the certificate names somebody
            else; expired, not valid yet, revoked, not trusted, of a forbidden usage
        """
        self._check_may_use()
        self._check_agency_goes_on()
        self._check_in_use()
        self._check_fits_holder()
        self._check_certificate_holds()

    def _check_in_use(self):
        if self.state != "active" or self.sudo().withdrawn:  # a flag of copies, see data/neutralize.sql
            raise UserError(self._state_message())

    def _check_certificate_holds(self):
        """Asks the authority where its last answer is old; everything else is known here."""
        if self._revocation_is_stale():
            self._ask_revocation()
        if self.revocation_status == "revoked":
            raise UserError(self._signing_message(SigningError("certificate_revoked")))
        with self._words_for_errors():
            trust.check_certificate(
                self._pyhanko_certificate(),
                kind=self.holder,
                trust_roots=self.env["vpdt.trust.anchor"]._pem_list(),
                other_certs=self._known_authorities(),
                **self._revocation_evidence(),
            )

    def _check_loaded(self):
        """Guard of the move to *active*: what may be put into use, or back into it."""
        self._check_agency_goes_on()
        if not self.certificate or self.sudo().withdrawn:  # set by the neutralizing of a copy, see data/
            raise UserError(self.env._("Load the key “%s” first.", self.name))
        if self.revocation_status == "revoked":
            raise UserError(self.env._("The certificate of “%s” has been revoked. Load a new one.", self.name))
        if self.valid_to < fields.Datetime.now():
            raise UserError(self.env._("The certificate of “%s” has expired. Load a new one.", self.name))
        self._check_fits_holder()

    def _check_fits_document(self, document):
        """A key signs for its own agency only.

        :param document: record that is about to be signed; has a company_id
        :raises AccessError: no
        """
        self.ensure_one()
        if document.company_id != self.company_id:
            raise AccessError(
                self.env._(
                    "“%(key)s” is a key of another agency than “%(document)s”.",
                    key=self.name,
                    document=document.display_name,
                )
            )

    def _state_message(self):
        if self.sudo().withdrawn:  # a flag of copies, see data/neutralize.sql
            return self.env._(
                "This database is a copy for tests: “%s” does not sign here. Load a key made for tests.", self.name
            )
        return {
            "unconfirmed": self.state == "unconfirmed" and self._doubt_message(),
            "draft": self.env._("No key has been loaded for “%s” yet. Open My signing keys and load it.", self.name),
            "suspended": self.env._("The key “%s” is suspended. Activate it under My signing keys first.", self.name),
            "expired": self._signing_message(SigningError("certificate_expired")),
            "revoked": self._signing_message(SigningError("certificate_revoked")),
        }[self.state]

    def _check_leaf(self, cert):
        """Refuse at loading what could never sign; a certificate that begins later may be loaded.

        :raises SigningError: ``certificate_expired``, ``usage_forbidden``, ``weak_key``, ``wrong_kind``
        """
        moment = max(trust.now(), cert.not_valid_before)
        trust.check_certificate(cert, at=moment, kind=self.holder)

    def _pyhanko_certificate(self):
        return pki.as_asn1(self.certificate.encode())

    def _chain_certificates(self):
        """Certificates above that of the key, asn1crypto."""
        return trust.certificates([self.chain.encode()]) if self.chain else []

    # Revocation -------------------------------------------------------------------------------------------------------

    def check_certificate(self):
        """Ask now whether the certificate is revoked: the first step of the signing dialog, and a button.

        Asks only hosts on the list of the administrator, waits at most some seconds for each and holds no lock.

        :return: ``{"status": "good"|"revoked"|"unknown", "message": words}``; a revoked key is out of use from then on
        :raises AccessError: not a key of this user
        """
        self.ensure_one()
        self.check_access("read")
        if not self.certificate:
            raise UserError(self._state_message())
        self._ask_revocation()
        if self.revocation_status == "revoked" and self.state != "revoked":
            self.sudo()._move_to("revoked")  # the authority says so, whoever asked
        return {"status": self.revocation_status, "message": self._revocation_words()}

    def action_check_certificate(self):
        """Ask, and show what the authority says."""
        found = self.check_certificate()
        kinds = {"good": "success", "revoked": "danger", "unknown": "warning"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kinds[found["status"]],
                "message": found["message"],
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _revocation_words(self):
        return {
            "good": self.env._("The authority says that the certificate is in force."),
            "revoked": self._signing_message(SigningError("certificate_revoked")),
            "unknown": self.env._("The authority could not be asked whether the certificate has been revoked."),
        }[self.revocation_status]

    def _revocation_is_stale(self):
        asked = self.revocation_checked_at
        return not asked or asked < fields.Datetime.now() - self._REVOCATION_FRESH

    def _ask_revocation(self):
        """Fetch what the authorities say, before any row is locked, and note it. What fails is *unknown*."""
        path = self._certificate_path()
        with self.env["vpdt.revocation.cache"]._asking() as source:
            found = source.evidence_for_path(path)
        self.sudo().write(  # the columns of the certificate are written by the checker only
            {
                "revocation_status": found.status,
                "revocation_checked_at": fields.Datetime.now(),
                "revocation_note": "; ".join(found.notes)[:500] or False,
            }
        )

    def _known_authorities(self):
        """Certificates above the key's own: those loaded with it, and the intermediate ones known here."""
        intermediate = self.env["vpdt.trust.anchor"]._pem_list("intermediate")
        return [*self._chain_certificates(), *trust.certificates(intermediate)]

    def _certificate_path(self):
        """The chain, root first; without a known root what can be put together of it."""
        cert, above = self._pyhanko_certificate(), self._known_authorities()
        roots = self.env["vpdt.trust.anchor"]._pem_list()
        try:
            return trust.build_path(cert, roots, at=trust.now(), other_certs=above)
        except SigningError:
            issuers = [item for item in above if item.subject == cert.issuer]
            return [*issuers[:1], cert]

    def _revocation_evidence(self):
        """``{"crls": […], "ocsps": […]}`` kept about this chain, DER; asks nobody."""
        found = self.env["vpdt.revocation.cache"]._kept().evidence_for_path(self._certificate_path())
        return {"crls": found.crls, "ocsps": found.ocsps}

    # Day by day -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_check_certificates(self):
        """Once a day: expire what has ended, warn before, ask about revocation (each in a job of its own)."""
        now = fields.Datetime.now()
        loaded = [("state", "in", ("unconfirmed", "active", "suspended")), ("certificate", "!=", False)]
        used = self.sudo().search(loaded)
        ended = used.filtered(lambda key: key.valid_to < now)
        for key in ended:
            key._move_to("expired")
            key._remind(self.env._("The certificate of “%s” has expired. Load the new one.", key.name), now.date())
        for key in used - ended:
            key._warn_before_end(now)
            key.with_delay(
                description=f"Revocation of {key.serial}", identity_key=f"vpdt-revocation-{key.id}", max_retries=3
            )._job_check_revocation()

    def _warn_before_end(self, now):
        """An activity 30, 7 and 1 days before the end, one for each of them."""
        left = (self.valid_to - now) // timedelta(days=1)
        due = [days for days in self._WARN_DAYS if left <= days]
        if due:
            self._remind(
                self.env._(
                    "The certificate of “%(key)s” ends on %(day)s: ask for a new one now.",
                    key=self.name,
                    day=vietnam_day(self.valid_to),
                ),
                self.valid_to.date() - timedelta(days=due[-1]),
            )

    def _remind(self, summary, deadline):
        """Give the owner, or the unit administrators of an agency key, one activity for each deadline."""
        people = self.user_id if self.holder == "person" else self._administrators()
        told = self.activity_ids.filtered(lambda activity: activity.date_deadline == deadline).user_id
        self._remind_people(people - told, summary, date_deadline=deadline)

    def _administrators(self):
        group = self.env.ref("vpdt_base.group_unit_admin")
        return group.all_user_ids.filtered(lambda user: self.company_id in user.company_ids and not user.share)

    def _job_check_revocation(self):
        """A job: ask about one key; a revoked one is out of use, and its people are told."""
        self.ensure_one()
        if not self.exists() or self.state not in ("unconfirmed", "active", "suspended"):
            return "no longer in use"
        self._ask_revocation()
        if self.revocation_status == "revoked":
            self._move_to("revoked")
            self._remind(self.env._("The certificate of “%s” has been revoked. Load a new one.", self.name), today())
        return self.revocation_status

    # Whose certificate it is -----------------------------------------------------------------------------------------

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

    # Loaded, in doubt, confirmed --------------------------------------------------------------------------------------

    def _put_into_use(self):
        """After loading: active, or waiting for the unit administrator."""
        state = "active" if self._fits_holder() else "unconfirmed"
        self._take_question_back()
        if self.state != state:
            self._move_to(state)
        if state == "unconfirmed":
            self._ask(self._administrators() - self.user_id, self._doubt_message()[:200], _ASKED)

    def _forget_question(self):
        """Effect of the moves after which there is nothing left to confirm."""
        self._take_question_back()

    def _take_question_back(self):
        self.sudo().activity_unlink([_ASKED])  # it lies with the administrators and ends with the step only

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
            key._remind(self.env._("“%s” was confirmed: you can sign with it.", key.name), today())
        return True

    def _check_may_confirm(self):
        self.check_access("read")
        if not self.env.user.has_group(UNIT_ADMIN):
            raise AccessError(self.env._("The unit administrator confirms whose certificate it is."))
        if self.holder == "person" and self.user_id == self.env.user:
            raise AccessError(self.env._("Nobody confirms his own key: another administrator does it."))

    # An agency that has ended ----------------------------------------------------------------------------------------

    def _check_agency_goes_on(self):
        agency = self.company_id.sudo()  # whether the own agency goes on is no secret
        if self.holder == "agency" and agency._has_ended():
            raise UserError(
                self.env._(
                    "%(agency)s has ended: the key “%(key)s” no longer signs. Use the key of the agency that follows.",
                    agency=agency.name,
                    key=self.name,
                )
            )

    def _words_of_end(self, successor):
        """What the administrators are to do with the key of an agency that has ended (str)."""
        if successor:
            return self.env._(
                "%(agency)s has ended: have the certificate of “%(key)s” revoked and request one for %(successor)s.",
                agency=self.company_id.name,
                key=self.name,
                successor=successor.name,
            )
        return self.env._(
            "%(agency)s has ended: have the certificate of “%(key)s” revoked.",
            agency=self.company_id.name,
            key=self.name,
        )


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
