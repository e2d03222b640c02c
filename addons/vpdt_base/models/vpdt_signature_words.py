from odoo import api, models


class VpdtSignature(models.Model):
    """What was found, in words that a clerk understands, and what he can do about it."""

    _inherit = "vpdt.signature"

    @api.model
    def _verdict_sentence(self, verdict):
        """One sentence for a verdict of a file or a signature."""
        _ = self.env._
        return {
            "valid": _("The signature is right: nothing was changed since, and the certificate is trusted."),
            "valid_unknown_trust": _(
                "Nothing was changed since the signature, but the authority that issued the certificate is not among "
                "those trusted here. Ask the administrator to load its root certificate."
            ),
            "modified": _(
                "The file was changed after it was signed. Do not use it; return it to the sender (Nghị định 30/2020, "
                "Điều 21)."
            ),
            "invalid": _("The signature is not valid. Do not rely on this file; return it to the sender."),
            "not_signed": _("The file carries no electronic signature."),
            "unreadable": _("The file cannot be checked: it is damaged, protected by a password or not a PDF."),
        }.get(verdict, "")

    @api.model
    def _problem_sentence(self, code):
        """One sentence for the code of a problem (signing.validation)."""
        return self._change_sentences().get(code) or self._certificate_sentences().get(
            code, self._file_sentences().get(code, self.env._("The check could not be finished (%s).", code))
        )

    @api.model
    def _change_sentences(self):
        _ = self.env._
        changed = _("The content was changed after the signature.")
        return {
            "digest_mismatch": changed,
            "changed_after_signing": changed,
            "signature_removed": _("A signature that was in the file has been taken out."),
            "field_changed": _("The number or the date was changed after it had been filled in."),
            "trailing_data": _("Something was put behind the end of the file."),
            "byte_range": _("The signature does not cover the whole file."),
            "signature_invalid": _("The signature was not made with the key of this certificate."),
            "signature_unreadable": _("The signature is damaged and cannot be read."),
            "encapsulated_content": _("The signature has a form that is not allowed in a PDF."),
            "subfilter_unsupported": _("The signature has a form that is not allowed in a PDF."),
            "weak_key": _("The signature uses a method that is no longer safe."),
        }

    @api.model
    def _certificate_sentences(self):
        _ = self.env._
        return {
            "untrusted": _("The certificate comes from an authority that is not trusted here."),
            "certificate_revoked": _("The certificate had been revoked."),
            "certificate_expired": _("The certificate had expired when it was used to sign."),
            "certificate_not_yet_valid": _("The certificate was not valid yet when it was used to sign."),
            "usage_forbidden": _("This certificate may not be used to sign documents."),
            "no_signing_time": _("The signature does not say when it was made."),
            "signed_in_future": _("The signature says that it was made in the future."),
            "timestamp_invalid": _("The time stamp is forged or damaged."),
            "timestamp_untrusted": _("The time stamp comes from a service that is not trusted here."),
            "dss_invalid": _("The file brings wrong information about revoked certificates."),
        }

    @api.model
    def _file_sentences(self):
        _ = self.env._
        too_much = _("Checking the file would take too long or too much memory; it is treated as unreadable.")
        return {
            "active_content": _("The file contains a script or starts something when it is opened."),
            "embedded_files": _("Other files are hidden in the file."),
            "not_a_pdf": _("The file is not a PDF, or it is damaged."),
            "malformed_pdf": _("The file is not a PDF, or it is damaged."),
            "encrypted_pdf": _("The file is protected by a password."),
            "too_many_revisions": too_much,
            "too_many_signatures": too_much,
            "time_exceeded": too_much,
            "memory_exceeded": too_much,
        }

    @api.model
    def _modification_sentence(self, modification):
        _ = self.env._
        return {
            "none": _("Nothing was added since."),
            "lta_updates": _("Only time stamps and data for checking were added since."),
            "form_filling": _("Since then only number, date and further signatures were added, as the law wants it."),
            "annotations": _("Notes were added since."),
            "other": _("Something was changed since that may not be changed."),
        }.get(modification, _("Not known."))

    def _sentences(self):
        """The explanations of this signature, the worst first; never empty."""
        self.ensure_one()
        codes = [line.partition(":")[0] for line in (self.problems or "").splitlines()]
        found = [self._problem_sentence(code) for code in codes if code]
        return list(dict.fromkeys(found)) or [self._verdict_sentence(self.verdict)]
