import base64
import binascii
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ...keystore import master_key_path
from ...mixins.vpdt_move_mixin import Move
from ...signing import SigningError, pki
from ...signing.pictures import SEAL, SIGNATURE, check_picture
from ...vietnam import today, vietnam_day

KINDS = [
    ("pkcs12", "Key file (.p12) kept here"),
    ("pkcs11", "HSM or token on the server"),
    ("csc", "Remote signing (SIM, cloud)"),
    ("token", "Token on the user's machine"),
    ("vgca", "VGCA Sign Service on the user's machine"),
]
UNIT_ADMIN = "vpdt_base.group_unit_admin"


class VpdtSigningKey(models.Model):
    """A key that signs for a person or for an agency (Nghị định 30/2020, Điều 32).

    Five kinds, one life. A PKCS#12 stays encrypted by its own passphrase and, around it, by the master key of the
    installation; of the others only the certificate is here. No passphrase, PIN or master key is ever in
    the database.
    """

    _name = "vpdt.signing.key"
    _description = "Signing key"
    _inherit = ["vpdt.move.mixin", "mail.thread", "mail.activity.mixin", "vpdt.text.mixin"]
    _order = "holder, name"

    name = fields.Char(required=True)
    holder = fields.Selection([("person", "Person"), ("agency", "Agency")], required=True, default="person")
    kind = fields.Selection(KINDS, "Kind of key", required=True, default="pkcs12")
    user_id = fields.Many2one("res.users", "Owner", index=True, default=lambda self: self.env.user, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    clerk_ids = fields.Many2many(
        "res.users",
        string="Clerks allowed",
        help="Named, with a written permission (điểm b khoản 2 Điều 32 Nghị định số 30/2020/NĐ-CP).",
    )
    permission_note = fields.Char("Written permission", help="Number and date of the written permission.")
    permission_from = fields.Date("Permission from")
    permission_to = fields.Date("Permission until", help="Empty: until it is withdrawn.")
    permission_file = fields.Binary("Scan of the permission", attachment=True)
    permission_file_name = fields.Char()

    content = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)
    certificate = fields.Text(readonly=True, copy=False, help="PEM.")
    chain = fields.Text("Certificates above it", readonly=True, copy=False, help="PEM.")
    fingerprint = fields.Char("SHA-256 fingerprint", readonly=True, copy=False, index=True)
    subject = fields.Char(readonly=True, copy=False)
    issuer = fields.Char(readonly=True, copy=False)
    serial = fields.Char(readonly=True, copy=False)
    usage = fields.Char("Key usage", compute="_compute_usage")
    valid_from = fields.Datetime(readonly=True, copy=False)
    valid_to = fields.Datetime(readonly=True, copy=False)
    validity_note = fields.Char("Validity", compute="_compute_validity")
    validity_level = fields.Selection(
        [("none", "None"), ("good", "Good"), ("soon", "Soon"), ("over", "Over")], compute="_compute_validity"
    )

    state = fields.Selection(
        [
            ("draft", "No key loaded"),
            ("unconfirmed", "Waits for confirmation"),
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        copy=False,
    )
    active = fields.Boolean(default=True)

    # The certificate of a key is written by loading it, its confirmation by who confirms.
    _person_writes = frozenset(
        "name holder kind user_id clerk_ids permission_note permission_from permission_to permission_file "
        "permission_file_name module token_label key_label service_id credential picture active handover_ids".split()
    )

    handover_ids = fields.One2many(
        "vpdt.signing.key.handover", "key_id", "Records of handing over", groups="vpdt_base.group_unit_admin"
    )
    handover_missing = fields.Char(
        "Clerks without a record", compute="_compute_handover_missing", groups="vpdt_base.group_unit_admin"
    )

    picture = fields.Image(
        compute="_compute_picture",
        inverse="_inverse_picture",
        attachment=False,
        help="PNG on a transparent ground: blue handwriting, or the red seal in its real size.",
    )
    picture_content = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)
    picture_size = fields.Char("Size of the picture", readonly=True, copy=False, help="Width × height in mm on paper.")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft", "suspended", "expired", "revoked"),
                "active",
                self.env._("Activate"),
                "action_resume",
                (),
                "_check_loaded",
            ),
            Move(("unconfirmed",), "active", self.env._("Confirm"), guard="_check_loaded"),
            Move(
                ("draft", "active", "suspended", "expired", "revoked"),
                "unconfirmed",
                self.env._("Wait for confirmation"),
            ),
            Move(("active",), "suspended", self.env._("Suspend"), "action_suspend", danger=True),
            Move(("unconfirmed", "active", "suspended"), "expired", self.env._("Expire"), effect="_forget_question"),
            Move(
                ("draft", "unconfirmed", "active", "suspended", "expired"),
                "revoked",
                self.env._("Revoke"),
                effect="_forget_question",
            ),
        )

    # Who holds it and who may use it -----------------------------------------------------------------------------

    @api.constrains("holder", "user_id")
    def _check_owner(self):
        for key in self:
            if key.holder == "person" and not key.user_id:
                raise ValidationError(self.env._("A personal key needs its owner."))

    @api.constrains("holder", "clerk_ids", "permission_note", "company_id")
    def _check_permission(self):
        """The key of an agency is handed to others only by a written permission (điểm b khoản 2 Điều 32 NĐ 30/2020)."""
        for key in self.filtered("clerk_ids"):
            if key.holder == "person":
                raise ValidationError(self.env._("A personal key is for its owner alone; name no clerks on it."))
            if not key.permission_note:
                raise ValidationError(
                    self.env._(
                        "Enter number and date of the written permission before naming clerks on “%s” (điểm b khoản 2 "
                        "Điều 32 Nghị định số 30/2020/NĐ-CP).",
                        key.name,
                    )
                )
            outside = key.clerk_ids.filtered(lambda user, key=key: key.company_id not in user.company_ids)
            if outside:
                raise ValidationError(self.env._("Not people of this agency: %s.", ", ".join(outside.mapped("name"))))

    @api.model_create_multi
    def create(self, vals_list):
        keys = super().create(vals_list)
        keys._check_hsm_by_administrator()
        for key in keys.filtered("clerk_ids"):
            key._journal_custody(self.env["res.users"])
        return keys

    def write(self, vals):
        if "kind" in vals and any(key.kind != vals["kind"] and key.certificate for key in self):
            raise UserError(self.env._("The kind of a loaded key does not change; make a new key."))
        before = {key: key.clerk_ids for key in self} if "clerk_ids" in vals else {}
        result = super().write(vals)
        # Odoo asks its rules before a change only; nobody may hand his key to somebody else, nor make a seal of it.
        self.check_access("write")
        if vals.keys() & {"kind", "module", "token_label", "key_label"}:
            self._check_hsm_by_administrator()
        for key, clerks in before.items():
            key._journal_custody(clerks)
        return result

    def _check_hsm_by_administrator(self):
        """A token on the server locks itself after a few wrong PINs: not everybody may try PINs on it."""
        if self.env.su or self.env.user.has_group(UNIT_ADMIN):
            return
        if "pkcs11" in self.mapped("kind"):
            raise AccessError(self.env._("A key in a token of the server is set up by the unit administrator."))

    def _journal_custody(self, before):
        """Who was given the key of the agency and from whom it was taken (điểm b khoản 2 Điều 32 NĐ 30/2020)."""
        self.ensure_one()
        if self.clerk_ids != before:
            detail = {
                "given_to": (self.clerk_ids - before).mapped("login"),
                "taken_from": (before - self.clerk_ids).mapped("login"),
                "permission": self.permission_note,
            }
            self._journal("permission", detail)

    def _check_may_use(self):
        """:raises AccessError: the key is not for this user, or the written permission does not cover today."""
        self.ensure_one()
        self.check_access("read")
        mine = self.user_id == self.env.user if self.holder == "person" else self.env.user in self.clerk_ids
        if not mine:
            raise AccessError(self.env._("The key “%s” is not yours to sign with.", self.name))
        day = today()  # not of the zone that a client names
        begun = not self.permission_from or self.permission_from <= day
        ended = self.permission_to and self.permission_to < day
        if self.holder == "agency" and (not self.permission_note or not begun or ended):
            raise AccessError(
                self.env._(
                    "The written permission to use “%s” is missing or does not cover today (điểm b khoản 2 Điều 32 "
                    "Nghị định số 30/2020/NĐ-CP). Ask the unit administrator to enter the new one.",
                    self.name,
                )
            )

    @api.model
    def _keys_of_user(self, holder):
        """Keys of ``holder`` kind that the current user may sign with in his agency, those ready first."""
        domain = [("holder", "=", holder), ("company_id", "=", self.env.company.id)]
        domain += [("user_id", "=", self.env.uid)] if holder == "person" else [("clerk_ids", "in", self.env.uid)]
        return self.search(domain).sorted(lambda key: key.state != "active")

    # Life -------------------------------------------------------------------------------------------------------------

    @api.depends("valid_from", "valid_to")
    @api.depends_context("lang")
    def _compute_validity(self):
        now = fields.Datetime.now()
        for key in self:
            key.validity_level, key.validity_note = key._validity_at(now)

    @api.depends("certificate")
    @api.depends_context("lang")
    def _compute_usage(self):
        words = {
            "digital_signature": self.env._("digital signature"),
            "non_repudiation": self.env._("non-repudiation"),
            "key_encipherment": self.env._("key encipherment"),
            "data_encipherment": self.env._("data encipherment"),
            "key_agreement": self.env._("key agreement"),
        }
        for key in self:
            usage = pki.as_asn1(key.certificate.encode()).key_usage_value if key.certificate else None
            key.usage = ", ".join(words[name] for name in words if usage and name in usage.native)

    def _validity_at(self, now):
        """``(level, words)`` for the person: "20 days left"."""
        if not self.valid_to:
            return "none", ""
        days = (self.valid_to - now) // timedelta(days=1)
        if days < 0:
            return "over", self.env._("expired %s days ago", -days)
        if self.valid_from > now:
            return "soon", self.env._("not valid before %s", vietnam_day(self.valid_from))
        words = self.env._("%s days left", days) if days else self.env._("ends today")
        return "soon" if days <= self._WARN_DAYS[0] else "good", words

    def action_suspend(self):
        """Take the key out of use at once: the token is lost, the owner is away (he can resume it himself)."""
        for key in self:
            key.check_access("write")
            key._move_to("suspended")
        return True

    def action_resume(self):
        """Put a suspended key back into use, if its certificate still allows it."""
        for key in self:
            key.check_access("write")
            key._move_to("active")
        return True

    # For the screens ------------------------------------------------------------------------------------------------

    def sign_options(self):
        """For the signing dialog, one dict a key.

        ``{"id", "name", "kind", "subject", "valid_to", "state", "fingerprint", "note", "warn", "at_once"}``;
        ``note`` is the validity in words, or that it waits, ``warn`` says that it needs attention, ``at_once`` is how
        many signatures a remote service makes with one confirmation.
        """
        self.check_access("read")
        waits = self.env._("waits for the unit administrator")
        return [
            {
                "id": key.id,
                "name": key.name,
                "kind": key.kind,
                "subject": key.subject or "",
                "valid_to": key.valid_to and fields.Datetime.to_string(key.valid_to),
                "state": key.state,
                "fingerprint": key.fingerprint or "",
                "note": waits if key.state == "unconfirmed" else key.validity_note or "",
                "warn": key.state == "unconfirmed" or key.validity_level in ("soon", "over"),
                "at_once": key.signatures_at_once or 1,
            }
            for key in self
        ]

    @api.model
    def agent_port(self):
        """Where the signing agent listens on the machine of each user (tools/sign_agent)."""
        return int(self.env["ir.config_parameter"].sudo().get_param("vpdt.sign_agent_port") or 17172)  # no secret

    @api.model
    def vgca_settings(self):
        """Where VGCA Sign Service listens on the machine of each user, and how it is spoken to.

        :return: ``{"address", "download"}``
        """
        params = self.env["ir.config_parameter"].sudo()  # no secrets
        return {
            "address": params.get_param("vpdt.vgca_address") or "wss://127.0.0.1:8987",
            "download": params.get_param("vpdt.vgca_download") or "https://ca.gov.vn/",
        }

    def _vault_context(self):
        """Ties the cipher text to this record: copied to another key it does not open."""
        return f"vpdt.signing.key:{self.id}".encode()

    @api.model
    def _vault_path(self):
        return master_key_path(tools.config["data_dir"])

    # Handing over -----------------------------------------------------------------------------------------------------

    @api.depends("holder", "clerk_ids", "handover_ids.receiver_id")
    def _compute_handover_missing(self):
        for key in self:
            clerks = key.clerk_ids - key.handover_ids.receiver_id if key.holder == "agency" else key.clerk_ids.browse()
            key.handover_missing = ", ".join(clerks.mapped("name"))

    # The picture ------------------------------------------------------------------------------------------------------
    # The picture of a handwritten signature or of a seal (Nghị định 30/2020, Phụ lục I, II.7–8). It lives on the key
    # that it is shown with, and nowhere else: a person's on his own key, the seal on the agency's. It is checked when
    # it comes in, and shown only to the owner or to the clerks named on the key; the administrator who puts it in sees
    # that there is one.

    @api.depends("picture_content", "user_id", "clerk_ids", "holder")
    @api.depends_context("uid", "su")
    def _compute_picture(self):
        for key in self:
            shown = self.env.su or self.env.user == key.user_id or self.env.user in key.clerk_ids
            key.picture = shown and key.sudo().picture_content  # closed to everybody, handed out here

    def _inverse_picture(self):
        for key in self:
            size = key._check_picture(key.picture) if key.picture else None
            key.sudo().write(  # checked above; the columns are written from here only
                {
                    "picture_content": key.picture,
                    "picture_size": size and "{:.0f} × {:.0f} mm".format(*size),
                }
            )
            self.env["vpdt.journal.entry"]._record("permission", key, {"picture": key.sudo().picture_size or None})

    def _check_picture(self, encoded):
        """Check a picture against the decree.

        :param encoded: base64 of a PNG
        :return: (width, height) in mm
        :raises UserError: what is wrong with it, and what to do
        """
        kind = SEAL if self.holder == "agency" else SIGNATURE
        try:
            return check_picture(base64.b64decode(encoded), kind)
        except (SigningError, binascii.Error, ValueError) as error:
            raise UserError(self._picture_message(kind, error)) from None

    def _picture_message(self, kind, error):
        code = getattr(error, "code", "picture_invalid")
        if code == "picture_wrong_size":
            return (
                self.env._(
                    "The seal must be 20 to 60 mm wide and high on paper, and the file must state its resolution "
                    "(dpi). Scan it again at 300 dpi and cut it close to its edge."
                )
                if kind == SEAL
                else self.env._(
                    "The signature must be 5 to 120 mm wide and high on paper. Cut the picture close to the signature."
                )
            )
        return {
            "picture_not_transparent": self.env._(
                "The ground of the picture is not transparent. Remove the white paper and save it as PNG."
            ),
            "picture_wrong_colour": self.env._("The seal must be red (mục II.8 Phụ lục I Nghị định số 30/2020/NĐ-CP).")
            if kind == SEAL
            else self.env._("The signature must be blue (mục II.7 Phụ lục I Nghị định số 30/2020/NĐ-CP)."),
        }.get(code, self.env._("The picture must be a PNG of at most 4 MB and 4000 × 4000 pixels."))
