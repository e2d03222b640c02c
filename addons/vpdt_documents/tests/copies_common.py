"""What the tests of copies share: an issued document with an annex, a registered one, and the copy of either."""

import functools
import subprocess

from .signing_documents import LEADER, PASSPHRASE, SigningCase, letter


def printed(pdf):
    """Text of a PDF as it stands on its pages, page by page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, timeout=60, check=True)
    return done.stdout.decode().split("\f")[:-1]


@functools.cache
def numbered_pages(count):
    """A PDF whose page n says “Trang n”."""
    from .pdf_common import text_pdf

    return text_pdf(*(f"Trang {number}" for number in range(1, count + 1)))


class CopyCase(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", "")
        Register = cls.env["vpdt.register"]
        cls.copies = Register.create({"name": "Sổ bản sao", "direction": "copy", "company_id": cls.agency.id})
        Register.create({"name": "Sổ đến", "direction": "incoming", "company_id": cls.agency.id})
        cls.recipient = cls.env["vpdt.organization"].create({"name": "Sở Tư pháp thử", "identifier": "H99.03"})
        cls.incoming = cls._registered()
        annex = letter(pages=2, blanks=False)
        cls.env["vpdt.file"]._store(cls.incoming, "Phụ lục.pdf", annex, "annex")

    @classmethod
    def _registered(cls, pdf=None):
        """An incoming document in the register, of five pages; as the clerk sees it."""
        Incoming = cls.env["vpdt.incoming"].with_user(cls.clerk).with_company(cls.agency)
        incoming = Incoming.create(
            {"author_name": "Bộ Thử", "number": "15", "notation": "BT-VP", "date": "2026-01-05", "subject": "V/v thử"}
        )
        cls.env["vpdt.file"]._store(incoming, "den.pdf", pdf or numbered_pages(5), "main")
        incoming.action_register()
        return incoming

    def issued_document(self, **values):
        """A document issued here, with an annex in a file of its own; as the clerk sees it."""
        document = self.submit(self.make_document(annexes=[("Phụ lục.pdf", letter(pages=2, blanks=False))], **values))
        self.sign(document)
        self.issue(document)
        return document.with_user(self.clerk)

    def new_copy(self, original=None, user=None, **values):
        """A draft of the clerk."""
        original = original or self.incoming
        field = "outgoing_id" if original._name == "vpdt.outgoing" else "incoming_id"
        Copy = self.env["vpdt.copy"].with_user(user or self.clerk).with_company(self.agency)
        return Copy.create({field: original.id, "signer_id": self.leader.id, **values})

    def electronic(self, original=None, **values):
        """An issued electronic copy."""
        copy = self.new_copy(original, **values)
        copy.take_number()
        copy.seal(self.agency_key.id, PASSPHRASE)
        return copy

    def paper(self, original=None, **values):
        """A paper copy with its number, not issued yet."""
        copy = self.new_copy(original, medium="paper", **values)
        copy.take_number()
        return copy

    def pdf_of(self, copy, role="main"):
        return copy.sudo()._file_of_role(role)._content()


__all__ = ["LEADER", "PASSPHRASE", "CopyCase", "letter", "numbered_pages", "printed"]
