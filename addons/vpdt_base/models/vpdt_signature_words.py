from odoo import api, fields, models

from ..deadlines.moments import vietnam_time


class VpdtSignature(models.Model):
    """What was found, in words that a clerk understands, and what he can do about it."""

    _inherit = "vpdt.signature"  # pylint: disable=consider-merging-classes-inherited

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
        return {
            "valid": self.env._("The signature is right: nothing was changed since, and the certificate is trusted."),
            "valid_unknown_trust": self.env._(
                "Nothing was changed since the signature, but the authority that issued the certificate is not among "
                "those trusted here. Ask the administrator to load its root certificate."
            ),
            "modified": self.env._(
                "The file was changed after it was signed. Do not use it; return it to the sender (Nghị định 30/2020, "
                "Điều 21)."
            ),
            "invalid": self.env._("The signature is not valid. Do not rely on this file; return it to the sender."),
            "not_signed": self.env._("The file carries no electronic signature."),
            "unreadable": self.env._(
                "The file cannot be checked: it is damaged, protected by a password or not a PDF."
            ),
        }.get(verdict, "")

    @api.model
    def _problem_sentence(self, code):
        """One sentence for the code of a problem (signing.validation)."""
        return self._change_sentences().get(code) or self._certificate_sentences().get(
            code, self._file_sentences().get(code, self.env._("The check could not be finished (%s).", code))
        )

    @api.model
    def _change_sentences(self):
        changed = self.env._("The content was changed after the signature.")
        return {
            "digest_mismatch": changed,
            "changed_after_signing": changed,
            "signature_removed": self.env._("A signature that was in the file has been taken out."),
            "field_changed": self.env._("The number or the date was changed after it had been filled in."),
            "trailing_data": self.env._("Something was put behind the end of the file."),
            "byte_range": self.env._("The signature does not cover the whole file."),
            "signature_invalid": self.env._("The signature was not made with the key of this certificate."),
            "signature_unreadable": self.env._("The signature is damaged and cannot be read."),
            "encapsulated_content": self.env._("The signature has a form that is not allowed in a PDF."),
            "subfilter_unsupported": self.env._("The signature has a form that is not allowed in a PDF."),
            "weak_key": self.env._("The signature uses a method that is no longer safe."),
            "certificate_not_named": self.env._("The signature does not say which certificate it was made with."),
            "shown_differently": self.env._("The number or the date shows something else than what was filled in."),
            **self._covering_sentences(),
        }

    @api.model
    def _covering_sentences(self):
        return {
            "content_hidden": self.env._(
                "A picture that came later, with another signature, hides what was printed, or is larger than a stamp."
            ),
            "covered_by_invalid": self.env._(
                "A picture that came later lies over the document, and the signature that brought it is not valid."
            ),
            "covered_by_unknown": self.env._(
                "A picture that came later lies over the document, and who brought it is not known for certain."
            ),
        }

    @api.model
    def _certificate_sentences(self):
        return {
            "age_unproven": self.env._(
                "The certificate has run out, and nothing proves that the signature is older: it has no time stamp, "
                "and the file came here later. Ask the sender for a file with a time stamp."
            ),
            "untrusted": self.env._("The certificate comes from an authority that is not trusted here."),
            "certificate_revoked": self.env._("The certificate had been revoked."),
            "certificate_expired": self.env._("The certificate had expired when it was used to sign."),
            "certificate_not_yet_valid": self.env._("The certificate was not valid yet when it was used to sign."),
            "usage_forbidden": self.env._("This certificate may not be used to sign documents."),
            "no_signing_time": self.env._("The signature does not say when it was made."),
            "signed_in_future": self.env._("The signature says that it was made in the future."),
            "timestamp_invalid": self.env._("The time stamp is forged or damaged."),
            "timestamp_untrusted": self.env._("The time stamp comes from a service that is not trusted here."),
            "dss_invalid": self.env._("The file brings wrong information about revoked certificates."),
        }

    @api.model
    def _file_sentences(self):
        too_much = self.env._("Checking the file would take too long or too much memory; it is treated as unreadable.")
        return {
            "active_content": self.env._("The file contains a script or starts something when it is opened."),
            "embedded_files": self.env._("Other files are hidden in the file."),
            "not_a_pdf": self.env._("The file is not a PDF, or it is damaged."),
            "malformed_pdf": self.env._("The file is not a PDF, or it is damaged."),
            "encrypted_pdf": self.env._("The file is protected by a password."),
            "too_many_revisions": too_much,
            "too_many_signatures": too_much,
            "time_exceeded": too_much,
            "memory_exceeded": too_much,
        }

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

    def _problem_codes(self):
        lines = (self.problems or "").splitlines()
        return [code for code in (line.partition(":")[0] for line in lines) if code]

    def _sentences(self):
        """The explanations of this signature, the worst first; never empty."""
        self.ensure_one()
        found = [self._problem_sentence(code) for code in self._problem_codes()]
        return list(dict.fromkeys(found)) or [self._verdict_sentence(self.verdict)]
