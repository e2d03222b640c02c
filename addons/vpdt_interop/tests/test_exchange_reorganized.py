"""Statuses across a reorganisation: sent to the former identifier, answered from that of the successor."""

from datetime import UTC, datetime

from odoo.tests import tagged

from ..edxml import TIME_ZONE, Organization, ResponseFor, StatusCode, StatusPacket, write
from .test_exchange import ExchangeCase, raw


@tagged("post_install", "-at_install")
class TestStatusAfterReorganization(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addressee = cls.other_agency.organization_id
        cls.Succession = cls.env["vpdt.organization.succession"]
        cls.successor = cls.env["vpdt.organization"].create({"name": "Sở Kế thừa thử", "identifier": "H99.77"})

    def follow(self, former, later, **values):
        self.Succession.create({"predecessor_id": former.id, "successor_id": later.id, **values})
        former.active = False

    def status(self, document, sender, code=StatusCode.ACCEPTED):
        """A status from outside, as the axis would bring it; gives the packet that was kept."""
        message = self.Message.search([("outgoing_id", "=", document.id), ("kind", "=", "document")], limit=1)
        packet = StatusPacket(
            sender=Organization(organ_id=sender, name="Nơi gửi trạng thái"),
            response_for=ResponseFor(
                organ_id="H99.01",
                code=document.code,
                document_id=message.document_code,
                promulgation_date=document.date,
            ),
            code=code,
            timestamp=datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0),
            description="Đã tiếp nhận",
        )
        return self.Message._receive(write(packet), self.agency, sender)

    def codes(self, document, organization):
        row = document.recipient_ids.filtered(lambda r: r.organization_id == organization)
        return set(row.status_ids.mapped("code"))

    def test_the_successor_answers_for_the_former_one(self):
        document = self.issued()
        self.follow(self.addressee, self.successor, takes_work=True)
        kept = self.status(document, "H99.77")
        self.assertEqual((kept.state, kept.recipient_id), ("delivered", document.recipient_ids))
        self.assertIn("03", self.codes(document, self.addressee))

    def test_through_several_reorganisations(self):
        document = self.issued()
        between = self.env["vpdt.organization"].create({"name": "Sở Ở giữa", "identifier": "H99.76"})
        self.follow(self.addressee, between, takes_work=True)
        self.follow(between, self.successor, takes_work=True)
        self.status(document, "H99.77")
        self.assertIn("03", self.codes(document, self.addressee))

    def test_a_link_of_the_directory_that_says_nothing_of_the_work(self):
        document = self.issued()
        self.follow(self.addressee, self.successor)
        self.status(document, "H99.77")
        self.assertIn("03", self.codes(document, self.addressee))

    def test_two_recipients_that_were_merged_give_one_answer(self):
        recipients = [(0, 0, {"organization_id": o.id}) for o in (self.addressee, self.ministry)]
        document = self.issued(recipient_ids=recipients)
        self.follow(self.addressee, self.ministry, takes_work=True)
        self.status(document, "H99")
        for organization in (self.addressee, self.ministry):
            self.assertEqual(self.codes(document, organization), {"03"})

    def test_only_for_itself_where_the_work_went_elsewhere(self):
        recipients = [(0, 0, {"organization_id": o.id}) for o in (self.addressee, self.ministry)]
        document = self.issued(recipient_ids=recipients)
        self.follow(self.addressee, self.ministry)
        self.status(document, "H99")
        self.assertEqual(self.codes(document, self.ministry), {"03"})
        self.assertFalse(self.codes(document, self.addressee))

    def test_one_that_follows_nobody_is_not_heard(self):
        document = self.issued()
        kept = self.status(document, "H99.77")
        self.assertEqual(kept.state, "failed")
        self.assertFalse(document.recipient_ids.status_ids)

    def test_the_same_status_again_adds_nothing(self):
        document = self.issued()
        self.follow(self.addressee, self.successor, takes_work=True)
        first = self.status(document, "H99.77")
        again = self.Message._receive(raw(first), self.agency, first.handed_in_by)
        self.assertEqual(again, first)
        self.assertEqual(len(document.recipient_ids.status_ids), 1)

    def test_answers_to_our_own_former_agency_are_taken_by_its_successor(self):
        document = self.issued()
        self.follow(self.agency.organization_id, self.successor, takes_work=True)
        company = self.env["res.company"].create({"name": "Sở Kế thừa thử", "organization_id": self.successor.id})
        message = self.Message.search([("outgoing_id", "=", document.id)])
        self.assertEqual(self.agency.organization_id._served_by(), company)
        message._deliver()
        self.deliver()
        self.assertEqual(self.codes(document, self.addressee), {"01"})
