import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...signing import SigningError
from ...signing.pictures import SEAL, SIGNATURE, check_picture


class VpdtSigningKey(models.Model):
    """The picture of a handwritten signature or of a seal (Nghị định 30/2020, Phụ lục I, II.7–8).

    It lives on the key that it is shown with, and nowhere else: a person's on his own key, the seal on the agency's.
    It is checked when it comes in, and shown only to the owner or to the clerks named on the key; the administrator
    who puts it in sees that there is one.
    """

    _inherit = "vpdt.signing.key"

    picture = fields.Image(
        compute="_compute_picture",
        inverse="_inverse_picture",
        attachment=False,
        help="PNG on a transparent ground: blue handwriting, or the red seal in its real size.",
    )
    picture_content = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)
    picture_size = fields.Char("Size of the picture", readonly=True, copy=False, help="Width × height in mm on paper.")

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
