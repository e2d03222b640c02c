import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..signing import pki, trust
from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestTrustAnchor(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority, cls.hidden = pki.shared_authority("VPDT Anchor"), pki.shared_authority("VPDT Hidden")
        cls.Anchor = cls.env["vpdt.trust.anchor"]
        cls.Anchor.search([]).active = False
        cls.pem = cls.authority.root.pem.decode()

    def rows(self, anchor):
        Entry = self.env["vpdt.journal.entry"]
        found = Entry.search([("res_model", "=", anchor._name), ("res_id", "in", anchor.ids)], order="id")
        return [json.loads(row.detail) for row in found]

    def trusted(self):
        return trust.certificates(self.Anchor._pem_list())

    def test_no_second_certificate_hides_behind_the_first(self):
        both = self.pem + self.hidden.root.pem.decode()
        with self.assertRaisesRegex(UserError, "2 certificates"):
            self.Anchor.create({"name": "Gốc", "certificate": both})
        anchor = self.Anchor.create({"name": "Gốc", "certificate": f"subject=…\n{self.pem}\n-- the end --"})
        self.assertEqual(anchor.certificate, self.pem)
        with self.assertRaisesRegex(UserError, "2 certificates"):
            anchor.certificate = both
        # as a database would hold it in which that was possible
        self.env.cr.execute("UPDATE vpdt_trust_anchor SET certificate = %s WHERE id = %s", [both, anchor.id])
        anchor.invalidate_recordset()
        self.assertEqual([item.dump() for item in self.trusted()], [self.authority.root.der])

    def test_certificate_never_changes(self):
        anchor = self.Anchor.create({"name": "Gốc", "certificate": self.pem})
        with self.assertRaisesRegex(UserError, "never changes"):
            anchor.write({"name": "Gốc", "certificate": self.hidden.root.pem.decode()})
        anchor.write({"name": "Tên khác", "certificate": self.pem})
        self.assertEqual((anchor.name, anchor.certificate), ("Tên khác", self.pem))

    def test_each_change_of_trust_is_in_the_journal(self):
        anchor = self.Anchor.create({"name": "Gốc", "certificate": self.pem})
        anchor.name = "Tên khác"
        anchor.action_archive()
        anchor.action_unarchive()
        known = anchor.ids
        anchor.unlink()
        trusted, gone = ({word: self.authority.root.asn1.sha256.hex()} for word in ("trusted", "no_longer_trusted"))
        rows = self.rows(self.Anchor.browse(known))
        self.assertEqual(rows, [trusted, gone, trusted, gone])
