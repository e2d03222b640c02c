"""Places put by hand, several signers, batches, annexes that cannot be signed."""

import io

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from odoo.addons.vpdt_base.signing import levels, load_pkcs12, verify_isolated
from odoo.addons.vpdt_base.signing.pades import form_fields, open_reader, sign_plain

from .signing_documents import LEADER, PASSPHRASE, SECOND, SigningCase, authority, letter, scan

JOINT = (("GIÁM ĐỐC", LEADER), ("PHÓ GIÁM ĐỐC", SECOND))


def fields_of(pdf):
    return set(form_fields(open_reader(pdf)))


@tagged("post_install", "-at_install")
class TestPlaces(SigningCase):
    def spots(self, document):
        return document.place_data()["spots"]

    def test_a_text_is_prepared_at_once(self):
        document = self.make_document()
        self.assertFalse(document.places_missing)
        self.assertLessEqual({"number", "day", "month", "person_1", "agency"}, fields_of(self.main_pdf(document)))

    def test_rubbish_before_the_header_is_left_out_of_the_pdf(self):
        text = self.make_document(b"TEXTmdos  \0" + letter(("GIÁM ĐỐC", LEADER)))
        scanned = self.make_document(b"TEXTmdos  \0" + scan())
        scanned.set_places(self.spots(scanned))
        for document in text, scanned:
            self.assertTrue(self.main_pdf(document).startswith(b"%PDF-"))

    def test_a_scan_waits_for_its_places(self):
        document = self.make_document(scan())
        self.assertTrue(document.places_missing)
        with self.assertRaisesRegex(UserError, "Place signatures"):
            document.action_submit()
        self.assertEqual(document.state, "draft")

    def test_a_scan_goes_all_the_way_after_placing(self):
        document = self.make_document(scan())
        self.assertTrue(document.set_places(self.spots(document)))
        self.assertFalse(document.places_missing)
        self.submit(document)
        self.sign(document)
        self.issue(document)
        self.assertEqual(verify_isolated(self.main_pdf(document), trust_roots=self.roots()).verdict, "valid")

    def test_moved_places_are_kept_and_used(self):
        document = self.make_document()
        spots = self.spots(document)
        person = next(spot for spot in spots if spot["key"] == "person_1")
        person.update(x=person["x"] - 40, y=person["y"] - 5)
        document.set_places(spots)
        rect = [float(v) for v in form_fields(open_reader(self.main_pdf(document)))["person_1"][1]["/Rect"]]
        self.assertAlmostEqual(rect[0], person["x"], delta=0.01)
        self.assertEqual(next(s for s in self.spots(document) if s["key"] == "person_1")["x"], person["x"])

    def test_a_docx_draft_can_be_moved_too(self):
        document = self.make_draft(body="Nội dung thử nghiệm")
        document.action_make_draft()
        spots = self.spots(document)
        self.assertTrue(all(spot["found"] for spot in spots))
        spots[3]["x"] += 10
        self.assertTrue(document.set_places(spots))

    def test_what_is_wrong_is_said_and_changes_nothing(self):
        document = self.make_document()
        before = document._file_of_role("main")
        good = self.spots(document)
        broken = {
            "missing": good[:-1],
            "outside": [{**good[0], "x": 5000}, *good[1:]],
            "nothing": [],
            "text": "x",
            "over": [{**good[1], "key": "number"}, *good[1:]],
        }
        for what, spots in broken.items():
            with self.subTest(what), self.assertRaises(UserError):
                document.set_places(spots)
        self.assertEqual(document._file_of_role("main"), before)

    def test_strangers_and_later_states_are_refused(self):
        document = self.make_document()
        spots = self.spots(document)
        for method in ("place_data", "action_place"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(document.with_user(self.stranger), method)()
        with self.assertRaises(AccessError):
            document.with_user(self.stranger).set_places(spots)
        self.submit(document)
        with self.assertRaises(UserError):
            document.set_places(spots)

    def test_a_signed_pdf_is_refused_with_a_way_out(self):
        identity = authority().issue_person("Ai đó", organization="Nơi khác")
        signed = sign_plain(letter(("GIÁM ĐỐC", LEADER)), load_pkcs12(identity.pkcs12("x"), "x"))
        with self.assertRaisesRegex(UserError, "signed already"):
            self.make_document(signed)

    def test_the_uploaded_pdf_stays_as_it_came(self):
        content = letter(("GIÁM ĐỐC", LEADER))
        document = self.make_document(content)
        self.assertEqual(document._file_of_role("scan")._content(), content)


@tagged("post_install", "-at_install")
class TestCoSigners(SigningCase):
    def joint(self, **values):
        return self.make_document(letter(*JOINT), signer_ids=[Command.create({"user_id": self.second.id})], **values)

    def cosign(self, document):
        return document.with_user(self.second).cosign(self.second_key.id, PASSPHRASE)

    def test_all_fields_are_there_before_the_first_signature(self):
        self.assertLessEqual({"person_1", "person_2", "agency"}, fields_of(self.main_pdf(self.joint())))

    def test_signed_only_after_all(self):
        document = self.submit(self.joint())
        with self.assertRaisesRegex(UserError, "vpdt_test_second"):
            self.sign(document)
        self.assertTrue(self.cosign(document))
        self.assertEqual(document.state, "to_sign")
        self.assertFalse(self.cosign(document), "a second press changes nothing")
        self.sign(document)
        self.assertEqual(document.state, "signed")
        self.issue(document)
        result = verify_isolated(self.main_pdf(document), trust_roots=self.roots())
        self.assertEqual((result.verdict, len(result.signatures)), ("valid", 3))
        self.assertEqual([item.field for item in result.signatures], ["person_2", "person_1", "agency"])

    def test_the_order_is_kept(self):
        third = self._make_user("third", self.agency, "group_leader")
        self.env["hr.employee"].create({"name": "Lê Văn Ba", "user_id": third.id, "company_id": self.agency.id})
        key = self._make_person_key(third, "Lê Văn Ba")
        document = self.joint()
        document.signer_ids = [Command.create({"user_id": third.id, "sequence": 20})]
        document.set_places(document.place_data()["spots"])
        self.submit(document)
        with self.assertRaisesRegex(UserError, "vpdt_test_second"):
            document.with_user(third).action_sign()
        self.cosign(document)
        self.assertTrue(document.with_user(third).cosign(key.id, PASSPHRASE))

    def test_who_is_not_named_cannot_sign(self):
        third = self._make_user("third", self.agency, "group_leader")
        document = self.submit(self.joint())
        with self.assertRaises(UserError):
            document.with_user(third).cosign(self.second_key.id, PASSPHRASE)

    def test_the_dialog_is_that_of_whose_turn_it_is(self):
        document = self.submit(self.joint())
        self.assertEqual(document.with_user(self.second).action_sign()["params"]["steps"], ["cosign"])
        self.cosign(document)
        self.assertEqual(document.with_user(self.leader).action_sign()["params"]["steps"], ["sign"])

    def test_activities_go_from_one_to_the_next(self):
        document = self.submit(self.joint())
        self.assertEqual(document.sudo().activity_ids.user_id, self.second)
        self.cosign(document)
        self.assertEqual(document.sudo().activity_ids.user_id, self.leader)

    def test_return_takes_the_signatures_back(self):
        document = self.submit(self.joint())
        self.cosign(document)
        document.with_user(self.leader).draft_opinion = "Sửa căn cứ."
        document.with_user(self.leader).action_return()
        self.assertFalse(document.signer_ids.signed_at)
        self.assertEqual(levels.level_of(self.main_pdf(document)), "")
        self.submit(document)
        self.assertTrue(self.cosign(document))

    def test_nobody_writes_that_he_has_signed(self):
        document = self.joint()
        with self.assertRaises(AccessError):
            document.signer_ids.signed_at = "2026-01-01"
        with self.assertRaises(AccessError):
            document.signer_ids = [Command.create({"user_id": self.clerk.id, "signed_at": "2026-01-01"})]

    def test_who_signs_is_settled_in_the_draft(self):
        document = self.submit(self.joint())
        with self.assertRaises(UserError):
            document.signer_ids = [Command.create({"user_id": self.clerk.id})]
        with self.assertRaises(UserError):
            document.signer_ids.unlink()
        with self.assertRaises(AccessError):
            document.signer_ids.with_user(self.stranger).read(["user_id"])

    def test_a_signer_added_later_needs_a_place(self):
        document = self.make_document()
        document.signer_ids = [Command.create({"user_id": self.second.id})]
        with self.assertRaisesRegex(UserError, "Place signatures"):
            document.action_submit()


@tagged("post_install", "-at_install")
class TestBatch(SigningCase):
    def test_the_dialog_names_each_and_says_who_is_left_out(self):
        ready = self.submit(self.make_document()) | self.submit(self.make_document())
        draft = self.make_document()
        action = (ready | draft).with_user(self.leader).action_sign_batch()
        rows = {row["id"]: row for row in action["params"]["documents"]}
        self.assertEqual(action["tag"], "vpdt_sign_batch")
        self.assertEqual([rows[document.id]["steps"] for document in ready], [["sign"], ["sign"]])
        self.assertTrue(rows[draft.id]["reason"])

    def test_one_failure_does_not_stop_the_others(self):
        """As the dialog does it: each document in a request of its own."""
        documents = [self.submit(self.make_document()) for _index in range(3)]
        main = documents[1]._file_of_role("main")
        self.env["vpdt.file"].sudo()._store(documents[1], "hong.pdf", scan(), "main", main)
        results = []
        for document in documents:
            try:
                with self.env.cr.savepoint():
                    results.append(self.sign(document))
            except UserError as error:
                results.append(type(error).__name__)
        self.assertEqual(results, [True, "UserError", True])

    def test_numbers_are_given_in_order(self):
        documents = self.env["vpdt.outgoing"]
        for _index in range(3):
            documents |= self.submit(self.make_document())
        for document in documents:
            self.sign(document)
        last = documents[2]
        last.with_user(self.clerk).take_number()
        action = documents.with_user(self.clerk).action_issue_batch()
        self.assertEqual([row["id"] for row in action["params"]["documents"]], [last.id, *documents[:2].ids])
        for row in action["params"]["documents"]:
            document = documents.browse(row["id"]).with_user(self.clerk)
            document.take_number()
            document.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual([document.state for document in documents], ["issued"] * 3)

    def test_the_passphrase_is_tried_first(self):
        Outgoing = self.env["vpdt.outgoing"].with_user(self.leader)
        self.assertTrue(Outgoing.check_signing_key(self.leader_key.id, PASSPHRASE))
        with self.assertRaisesRegex(UserError, "passphrase"):
            Outgoing.check_signing_key(self.leader_key.id, "sai")
        with self.assertRaises(AccessError):
            Outgoing.check_signing_key(self.second_key.id, PASSPHRASE)

    def test_too_many_and_none(self):
        with self.assertRaises(UserError):
            self.env["vpdt.outgoing"].with_user(self.leader).action_sign_batch()
        with self.assertRaisesRegex(UserError, "200"):
            self.env["vpdt.outgoing"].browse(range(1, 202)).with_user(self.leader).action_sign_batch()
        with self.assertRaisesRegex(UserError, "None of these"):
            self.make_document().with_user(self.leader).action_sign_batch()


@tagged("post_install", "-at_install")
class TestAnnexes(SigningCase):
    def test_a_certified_annex_is_found_before_it_goes_on(self):
        other = self.submit(self.make_document())
        self.sign(other)
        document = self.make_document(annexes=[("Phụ lục.pdf", self.main_pdf(other))])
        with self.assertRaisesRegex(UserError, "Phụ lục.pdf"):
            document.action_submit()

    def test_an_annex_that_is_no_pdf_goes_along_unsigned(self):
        document = self.make_document(annexes=[("bang.docx", docx())])
        self.submit(document)
        self.sign(document)
        self.assertTrue(self.issue(document))

    def test_an_annex_is_replaced_by_one_of_its_name(self):
        document = self.make_document(annexes=[("a.pdf", letter(pages=2)), ("a.pdf", letter(pages=3))])
        self.assertEqual(document._annexes().mapped("pages"), [3])

    def test_a_signed_annex_of_another_is_signed_beside(self):
        """A signature that does not certify lets the agency add its own line."""
        identity = authority().issue_person("Ai đó", organization="Nơi khác")
        signed = sign_plain(letter(), load_pkcs12(identity.pkcs12("x"), "x"))
        document = self.submit(self.make_document(annexes=[("b.pdf", signed)]))
        self.sign(document)
        self.issue(document)
        result = verify_isolated(document.sudo()._annexes()._content(), trust_roots=self.roots())
        self.assertEqual((result.verdict, len(result.signatures)), ("valid", 2))

    def test_an_annex_changed_after_somebody_signed_it_is_not_sealed(self):
        identity = authority().issue_person("Ai đó", organization="Nơi khác")
        signed = sign_plain(letter(), load_pkcs12(identity.pkcs12("x"), "x"))
        writer = IncrementalPdfFileWriter(io.BytesIO(signed))
        writer.root["/Pages"]["/Kids"][0]["/Rotate"] = generic.NumberObject(90)
        writer.update_container(writer.root["/Pages"]["/Kids"][0])
        changed = io.BytesIO()
        writer.write(changed)
        document = self.make_document(annexes=[("Phụ lục.pdf", changed.getvalue())])
        with self.assertRaisesRegex(UserError, "Phụ lục.pdf.*changed after it was signed"):
            self.submit(document)
        self.assertEqual(document.state, "draft")

    def test_annexes_belong_to_the_draft(self):
        document = self.submit(self.make_document())
        with self.assertRaises(UserError):
            document._upload_annex("a.pdf", letter())


def docx():
    from docx import Document

    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()
