from datetime import UTC

from odoo import fields, models

from ..signing import verify_isolated


class VpdtFile(models.Model):
    """Checking the signatures of a file (Nghị định 30/2020, Điều 21.2)."""

    _inherit = "vpdt.file"

    def _check_signatures(self):
        """Check every signature of these files anew and keep the verdicts; a file that is no PDF is left alone.

        The check runs in a process of its own with caps on time and memory: files come from strangers.
        """
        anchors = self.env["vpdt.trust.anchor"]._pem_list()
        for file in self.filtered(lambda f: f.mimetype == "application/pdf"):
            result = verify_isolated(file._content(), trust_roots=anchors)
            kept = file.sudo()  # verdicts are written by the checker only
            kept.signature_ids.unlink()
            kept.write(
                {
                    "verdict": result.verdict,
                    "checked_at": fields.Datetime.now(),
                    **file._prepare_verdict_vals(result),
                    "signature_ids": [
                        fields.Command.create(file._prepare_signature_vals(s)) for s in result.signatures
                    ],
                }
            )
            self.env[kept.res_model].browse(kept.res_id)._files_changed()

    def _prepare_signature_vals(self, check):
        return {
            "field": check.field,
            "signer": check.signer,
            "kind": check.kind,
            "issuer": check.issuer,
            "serial": check.serial,
            "signed_at": _naive_utc(check.signed_at),
            "timestamp_at": _naive_utc(check.timestamp),
            "verdict": check.verdict,
            "modification": check.modification,
            "problems": "\n".join(f"{p.code}: {p.detail}".rstrip(": ") for p in check.problems),
        }


def _naive_utc(moment):
    return moment and moment.astimezone(UTC).replace(tzinfo=None)
