import base64

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..keystore import VaultError, decrypt, encrypt, master_key_path
from ..signing import SigningError, load_pkcs12


class VpdtSigningKey(models.Model):
    """A key that signs for a person or for an agency (Nghị định 30/2020, Điều 32).

    The PKCS#12 stays encrypted by its own passphrase and, around it, by the master key of the installation; neither
    the passphrase nor the master key is ever in the database.
    """

    _name = "vpdt.signing.key"
    _description = "Signing key"
    _order = "holder, name"

    name = fields.Char(required=True)
    holder = fields.Selection([("person", "Person"), ("agency", "Agency")], required=True, default="person")
    source = fields.Selection([("pkcs12", "PKCS#12 file")], required=True, default="pkcs12")
    user_id = fields.Many2one("res.users", "Owner", index=True, default=lambda self: self.env.user, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    clerk_ids = fields.Many2many(
        "res.users", string="Clerks allowed", help="Điều 32: named, with a written permission."
    )
    permission_note = fields.Char("Written permission", help="Number and date of the written permission.")
    content = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)
    subject = fields.Char(readonly=True)
    issuer = fields.Char(readonly=True)
    serial = fields.Char(readonly=True)
    valid_from = fields.Datetime(readonly=True)
    valid_to = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("empty", "No key loaded"), ("ready", "Ready"), ("expired", "Expired"), ("future", "Not valid yet")],
        compute="_compute_state",
    )
    active = fields.Boolean(default=True)

    _LOADED_FIELDS = frozenset({"content", "subject", "issuer", "serial", "valid_from", "valid_to"})

    @api.depends("valid_from", "valid_to")
    def _compute_state(self):
        now = fields.Datetime.now()
        for key in self:
            if not key.valid_to:
                key.state = "empty"
            elif key.valid_to < now:
                key.state = "expired"
            else:
                key.state = "ready" if key.valid_from <= now else "future"

    @api.constrains("holder", "user_id")
    def _check_owner(self):
        for key in self:
            if key.holder == "person" and not key.user_id:
                raise UserError(self.env._("A personal key needs its owner."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_loaded_by_loader(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_loaded_by_loader(vals)
        result = super().write(vals)
        # Odoo asks its rules before a change only; nobody may hand his key to somebody else, nor make a seal of it.
        self.check_access("write")
        return result

    @api.model
    def _check_loaded_by_loader(self, vals):
        """A field that is read-only on the screen can still be written over RPC."""
        if self._LOADED_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(self.env._("The certificate of a key is only written by loading it."))

    # Loading and using ---------------------------------------------------------------------------------------------

    def action_load(self):
        """Open the dialog that takes a .p12 file and its passphrase (the passphrase never passes the database)."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_load_key",
            "name": self.env._("Load a key"),
            "target": "new",
            "params": {"key_id": self.id},
        }

    def load_pkcs12(self, content, passphrase):
        """Load a PKCS#12 file into this key, after trying the passphrase on it.

        :param content: base64 text, as a browser sends a file
        :param passphrase: opens the file; used once and kept nowhere
        :return: True
        :raises UserError: not a PKCS#12 file, wrong passphrase, or the key of somebody else
        """
        self.ensure_one()
        self.check_access("write")
        raw = base64.b64decode(content or "")
        certificate = self._open_pkcs12(raw, passphrase).signing_cert
        self.sudo().write(  # the columns of the certificate are written by the loader only
            {
                "content": base64.b64encode(encrypt(raw, self._vault_context(), self._vault_path())),
                "subject": certificate.subject.human_friendly,
                "issuer": certificate.issuer.human_friendly,
                "serial": format(certificate.serial_number, "x"),
                "valid_from": certificate.not_valid_before.replace(tzinfo=None),
                "valid_to": certificate.not_valid_after.replace(tzinfo=None),
            }
        )
        self.env["vpdt.journal.entry"]._record("permission", self, {"loaded": self.serial})
        return True

    def _signer(self, passphrase):
        """The pyHanko signer of this key, opened with ``passphrase``.

        :raises AccessError: the key is not for this user
        :raises UserError: nothing loaded, wrong passphrase, certificate not valid now
        """
        self.ensure_one()
        self._check_may_use()
        key = self.sudo()  # the encrypted bytes are readable by nobody, through this method only
        if not key.content:
            raise UserError(
                self.env._("No key has been loaded for “%s” yet. Open Signing keys and load the .p12 file.", key.name)
            )
        try:
            raw = decrypt(base64.b64decode(key.content), key._vault_context(), key._vault_path())
        except VaultError:
            raise UserError(
                self.env._("The key store of this server cannot open “%s”. Tell the administrator.", key.name)
            ) from None
        signer = self._open_pkcs12(raw, passphrase)
        if key.state != "ready":
            raise UserError(
                self.env._("The certificate of “%s” is not valid now (it has expired or is not valid yet).", key.name)
            )
        return signer

    @api.model
    def _open_pkcs12(self, raw, passphrase):
        try:
            return load_pkcs12(raw, passphrase or "")
        except SigningError as error:
            raise UserError(self._signing_message(error)) from None

    def _check_may_use(self):
        self.check_access("read")
        mine = self.user_id == self.env.user if self.holder == "person" else self.env.user in self.clerk_ids
        if not mine:
            raise AccessError(self.env._("The key “%s” is not yours to sign with.", self.name))

    @api.model
    def _keys_of_user(self, holder):
        """Keys of ``holder`` kind that the current user may sign with in his agency, those ready first."""
        domain = [("holder", "=", holder), ("company_id", "=", self.env.company.id)]
        domain += [("user_id", "=", self.env.uid)] if holder == "person" else [("clerk_ids", "in", self.env.uid)]
        return self.search(domain).sorted(lambda key: key.state != "ready")

    @api.model
    def _signing_message(self, error):
        """What a person is told for a SigningError, in words and with the way out."""
        messages = {
            "wrong_passphrase": self.env._("The passphrase of the key is wrong. Nothing was signed; try again."),
            "not_a_pkcs12": self.env._("This file is not a PKCS#12 key (.p12, .pfx)."),
            "encrypted_pdf": self.env._("The PDF is protected by a password. Remove the password and upload it again."),
            "not_a_pdf": self.env._("The file is not a PDF, or it is damaged."),
            "certificate_expired": self.env._("The certificate has expired. Ask for a new one."),
            "certificate_not_yet_valid": self.env._("The certificate is not valid yet."),
            "usage_forbidden": self.env._("This certificate may not be used to sign documents."),
            "untrusted": self.env._("The certificate was issued by an authority that is not trusted here."),
            "field_missing": self.env._(
                "The document has no place for this signature. Make the PDF again from the draft."
            ),
            "field_already_signed": self.env._("This place is signed already; nothing was changed."),
            "person_signature_missing": self.env._(
                "The person with authority has not signed yet (Điều 32). Nothing was sealed."
            ),
            "not_numbered": self.env._("Number and date are not in the document yet. Nothing was sealed."),
            "wrong_kind": self.env._(
                "This certificate belongs to a person where an agency signs, or the other way round."
            ),
            "weak_key": self.env._("The key of this certificate is too weak to sign with."),
            "already_filled": self.env._("The number and date are in the document already; nothing was changed."),
            "place_not_found": self.env._(
                "The place for number, date or signature was not found in the document. Keep the lines “Số:”, “ngày … "
                "tháng … năm”, the title and the name of the signer as the template has them."
            ),
        }
        return messages.get(error.code) or self.env._("Signing failed: %s", error)

    def _vault_context(self):
        """Ties the cipher text to this record: copied to another key it does not open."""
        return f"vpdt.signing.key:{self.id}".encode()

    @api.model
    def _vault_path(self):
        return master_key_path(tools.config["data_dir"])

    def sign_options(self):
        """For the signing dialog: ``{"id", "name", "subject", "valid_to", "state"}`` of each of these keys."""
        self.check_access("read")
        return [
            {
                "id": key.id,
                "name": key.name,
                "subject": key.subject or "",
                "valid_to": key.valid_to and fields.Datetime.to_string(key.valid_to),
                "state": key.state,
            }
            for key in self
        ]
