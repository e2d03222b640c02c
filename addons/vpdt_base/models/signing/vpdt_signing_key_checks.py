from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...signing import SigningError, pki, trust


class VpdtSigningKey(models.Model):
    """What must hold before a key signs (Nghị định 68/2024, Điều 29.1–2), and what is checked day by day."""

    _inherit = "vpdt.signing.key"  # pylint: disable=consider-merging-classes-inherited

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
        """The one gate before a key signs anything, whatever its kind.

        :raises AccessError: the key is not for this user
        :raises UserError: not loaded, suspended, expired, not valid yet, revoked, not trusted, of a forbidden usage
        """
        self._check_may_use()
        if self.state != "active" or self.sudo().withdrawn:  # a flag of copies, see data/neutralize.sql
            raise UserError(self._state_message())
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

    def _check_authority(self, document):
        """Hook: may this person sign this document with this key? Extended by delegation (TUQ.) and position.

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
                    day=self.valid_to.date().strftime("%d/%m/%Y"),
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
            today = fields.Date.context_today(self)
            self._remind(self.env._("The certificate of “%s” has been revoked. Load a new one.", self.name), today)
        return self.revocation_status
