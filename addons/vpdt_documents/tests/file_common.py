"""What the tests of files share: an incoming document of the clerk, and files for it."""

from odoo.addons.vpdt_base.tests.common import VpdtCase
from odoo.addons.vpdt_base.tests.hostile_files import make_pdf
from odoo.addons.vpdt_documents.tests import pdf_common


class FileCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", "")
        cls.incoming = cls.make_incoming()
        cls.specialist = cls._make_user("specialist", cls.agency, "group_specialist")
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")

    @classmethod
    def make_incoming(cls, subject="Về việc thử tệp", user=None, agency=None):
        model = cls.env["vpdt.incoming"].with_user(user or cls.clerk).with_company(agency or cls.agency)
        return model.create({"subject": subject, "author_name": "Cơ quan gửi thử"})

    def store(self, content=None, name="cong-van.pdf", role="main", owner=None, replaces=None):
        owner = owner or self.incoming
        return owner.env["vpdt.file"]._store(owner, name, content or make_pdf(), role, replaces)

    def text_pdf(self, *pages):
        return pdf_common.text_pdf(*pages)

    def journal(self, file, kind):
        return self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.file"), ("res_id", "=", file.id), ("kind", "=", kind)]
        )
