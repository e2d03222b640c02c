from odoo import api, fields, models

from ...signing import words
from ...vietnam import vietnam_time


class VpdtSignature(models.Model):
    """What was found, in words that a clerk understands, and what he can do about it."""

    _inherit = "vpdt.signature"

    certificate = fields.Text(readonly=True, help="The signer's certificate, hexadecimal DER.")

    def _details(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env)).get(self[name], "")
            for name in ("kind", "verdict")
        }
        return {
            "id": self.id,
            "signer": self.signer or "?",
            "kind": self.kind,
            "kind_label": labels["kind"],
            "issuer": self.issuer or "",
            "serial": self.serial or "",
            "signed_at": vietnam_time(self.signed_at),
            "timestamp_at": vietnam_time(self.timestamp_at),
            "verdict": self.verdict,
            "label": labels["verdict"],
            "modification": self._modification_sentence(self.modification),
            "revocation": self._revocation_sentence(),
            "sentences": self._sentences(),
        }

    def _revocation_sentence(self):
        return {
            "good": self.env._("Its authority says that it was in force when it signed."),
            "asking": self.env._("Its authority is being asked whether it has been revoked."),
            "unknown": self.env._("Whether it has been revoked could not be found out. You may check again later."),
        }.get(self.revocation, "–")

    @api.model
    def _verdict_sentence(self, verdict):
        """One sentence for a verdict of a file or a signature."""
        return words.verdict_sentence(verdict, self.env.lang)

    @api.model
    def _problem_sentence(self, code, detail=""):
        """One sentence for the code of a problem or note (signing.words)."""
        return words.sentence(code, self.env.lang, detail)

    @api.model
    def _modification_sentence(self, modification):
        return {
            "none": self.env._("Nothing was added since."),
            "lta_updates": self.env._("Only time stamps and data for checking were added since."),
            "form_filling": self.env._(
                "Since then only number, date and further signatures were added, as the law wants it."
            ),
            "annotations": self.env._("Notes were added since."),
            "other": self.env._("Something was changed since that may not be changed."),
        }.get(modification, self.env._("Not known."))

    def _findings(self):
        """(code, detail) of what is wrong and of what is worth knowing."""
        lines = (self.problems or "").splitlines()
        return [(code, detail.strip()) for code, _colon, detail in (line.partition(":") for line in lines) if code]

    def _problem_codes(self):
        """Codes of what is wrong: notes change no verdict."""
        return [code for code, _detail in self._findings() if code not in words.NOTES]

    def _sentences(self):
        """The explanations of this signature, the worst first; never empty. What is said of revocation has a line of
        its own."""
        self.ensure_one()
        found = self._findings()
        wrong = [self._problem_sentence(*item) for item in found if item[0] not in words.NOTES]
        notes = [self._problem_sentence(*item) for item in found if item[0] in words.NOTES]
        said = {self._problem_sentence("revocation_not_checked")}
        return list(
            dict.fromkeys([*(wrong or [self._verdict_sentence(self.verdict)]), *(n for n in notes if n not in said)])
        )
