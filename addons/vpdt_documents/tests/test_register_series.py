"""One series of numbers a year for each direction of an agency, and nothing bends it."""

from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestRegisterSeries(OfficeCase):
    def register(self, direction, user=None, agency=None):
        register = self.registers[agency or self.agency, direction]
        return register.with_env(self.as_user(user)) if user else register

    def forge(self, document, number):
        """What no step has numbered, as from a restored table or a script."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE vpdt_incoming SET arrival_number = %s, register_id = %s, register_year = 2027 WHERE id = %s",
            [number, self.register("incoming").id, document.id],
        )
        self.env.invalidate_all()

    def numbers(self, count):
        with freeze_time(datetime(2027, 3, 1, 3)):
            documents = [self.arrived() for _index in range(count)]
            for document in documents:
                document.action_register()
        return [document.arrival_number for document in documents]

    def test_a_forged_row_does_not_move_the_next_number(self):
        self.assertEqual(self.numbers(2), [1, 2])
        for number in (500, 2**31 - 1):
            self.forge(self.arrived(), number)
        self.assertEqual(self.numbers(2), [3, 4])

    def test_a_number_in_use_that_is_not_counted_is_stepped_over(self):
        self.assertEqual(self.numbers(2), [1, 2])
        register = self.register("incoming")
        self.env.cr.execute(
            "UPDATE vpdt_register_counter SET last_number = 1 WHERE register_id = %s AND year = 2027", [register.id]
        )
        self.assertEqual(self.numbers(2), [3, 4])

    def test_a_full_register_says_so(self):
        self.numbers(1)
        self.env.cr.execute(
            "UPDATE vpdt_register_counter SET last_number = 9999999 WHERE register_id = %s AND year = 2027",
            [self.register("incoming").id],
        )
        with self.assertRaisesRegex(UserError, "không còn số"):
            self.numbers(1)

    def test_documents_stand_in_registers_of_their_own_kind_and_agency(self):
        for wrong in (self.register("outgoing"), self.register("incoming", agency=self.other_agency)):
            for document in (self.arrived(), self.arrived().sudo()):
                with self.subTest(wrong.name, su=document.env.su), self.assertRaises(UserError):
                    document.register_id = wrong
        with self.assertRaises(UserError):
            self.arrived(register_id=self.register("outgoing").id)
        with self.assertRaises(ValidationError):
            self.new_draft().sudo().register_id = self.register("incoming")

    def test_a_clerk_opens_no_second_series(self):
        Register = self.as_user(self.clerk)["vpdt.register"]
        values = {"name": "Sổ khác", "direction": "outgoing", "sequence": 1, "decision": "1/QĐ-SNV"}
        with self.assertRaises(UserError):
            Register.create({**values, "company_id": self.agency.id})
        register = self.register("outgoing", self.clerk)
        register.active = False  # closing it does not make room: its numbers are of the same year
        with self.assertRaises(UserError):
            Register.create({**values, "company_id": self.agency.id})

    def test_a_second_series_wants_the_decision(self):
        Register = self.as_user(self.unit_admin)["vpdt.register"]
        values = {"name": "Sổ quyết định", "direction": "outgoing", "type_ids": self.decision.ids}
        with self.assertRaisesRegex(UserError, "quyết định của người đứng đầu"):
            Register.create({**values, "company_id": self.agency.id})
        second = Register.create({**values, "company_id": self.agency.id, "decision": "12/QĐ-SNV ngày 05/01/2026"})
        with self.assertRaises(UserError):
            second.decision = False
        for name, value in (("type_ids", [(5,)]), ("active", False), ("decision", "13/QĐ-SNV")):
            with self.subTest(name), self.assertRaises(AccessError):
                second.with_env(self.as_user(self.clerk)).write({name: value})

    def test_what_has_given_a_number_stays_what_it_is(self):
        register = self.register("incoming", self.clerk)
        register.write({"direction": "incoming", "name": "Sổ công văn đến"})  # unused, and nothing changes
        self.numbers(1)
        for values in ({"direction": "outgoing"}, {"sequence": 3}, {"company_id": self.other_agency.id}):
            for env in (register.env, self.env):
                with self.subTest(values, su=env.su), self.assertRaises(UserError):
                    register.with_env(env).write(values)
        register.write({"direction": "incoming", "sequence": 10, "name": "Sổ văn bản đến"})  # as it is
