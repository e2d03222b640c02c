"""Pictures of signatures and seals: checked when they come in, shown to their owner and the clerk alone."""

import base64
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from PIL import Image

from ..signing.pictures import make_demo_seal, make_demo_signature
from .common import VpdtCase


def png(colour, mm=36, dpi=300, ground=(255, 255, 255, 0)):
    side = round(mm / 25.4 * dpi)
    picture = Image.new("RGBA", (side, side), ground)
    picture.paste(colour, (side // 4, side // 4, side // 2, side // 2))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


BLUE, RED = (20, 50, 180, 255), (208, 20, 24, 255)


@tagged("post_install", "-at_install")
class TestSigningPicture(VpdtCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.second_clerk = cls._make_user("clerk2", cls.agency, "group_clerk")
        cls.signature = make_demo_signature("Lãnh đạo thử")
        cls.seal = make_demo_seal("TỈNH THỬ", "SỞ NỘI VỤ")
        cls.person_key = cls.key_of(cls.leader, name="Khóa", picture=base64.b64encode(cls.signature))
        cls.agency_key = cls.key_of(
            cls.admin,
            name="Con dấu",
            holder="agency",
            user_id=False,
            clerk_ids=[(6, 0, cls.clerk.ids)],
            permission_note="Văn bản 1",
            picture=base64.b64encode(cls.seal),
        )

    @classmethod
    def key_of(cls, user, **values):
        Key = cls.env["vpdt.signing.key"].with_user(user).with_context(allowed_company_ids=cls.agency.ids)
        return Key.create({"holder": "person", "user_id": user.id, **values})

    def test_kept_byte_for_byte_with_its_size(self):
        self.assertEqual(base64.b64decode(self.person_key.picture), self.signature)
        seal = self.agency_key.with_user(self.clerk)
        self.assertEqual(base64.b64decode(seal.picture), self.seal)
        self.assertEqual(seal.picture_size, "36 × 36 mm")

    def test_what_the_decree_does_not_allow_is_refused(self):
        for holder, content, words in (
            ("person", png(RED), "must be blue"),
            ("person", png(BLUE, ground=(255, 255, 255, 255)), "not transparent"),
            ("person", png(BLUE, mm=150), "5 to 120 mm"),
            ("person", b"GIF89a", "must be a PNG"),
            ("agency", png(BLUE), "must be red"),
            ("agency", png(RED, mm=15), "20 to 60 mm"),
            ("agency", png(RED, mm=80), "20 to 60 mm"),
        ):
            with self.subTest(holder=holder, words=words), self.assertRaisesRegex(UserError, words):
                user, values = (self.leader, {}) if holder == "person" else (self.admin, {"user_id": False})
                self.key_of(user, name="X", holder=holder, picture=base64.b64encode(content), **values)

    def test_shown_to_the_owner_and_the_named_clerk_alone(self):
        for key, user, sees in (
            (self.person_key, self.leader, True),
            (self.agency_key, self.clerk, True),
            (self.agency_key, self.admin, False),
        ):
            with self.subTest(key=key.name, user=user.login):
                self.assertEqual(bool(key.with_user(user).picture), sees)
        for key in (self.person_key, self.agency_key):
            for user in (self.second_clerk, self.auditor, self.stranger):
                with self.subTest(key=key.name, user=user.login), self.assertRaises(AccessError):
                    key.with_user(user).read(["picture"])
        self.assertTrue(self.agency_key.with_user(self.admin).picture_size)

    def test_the_stored_bytes_are_closed_to_everybody(self):
        for user in (self.leader, self.admin, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                (self.person_key | self.agency_key).with_user(user).read(["picture_content"])
        with self.assertRaises(AccessError):
            self.person_key.picture_size = "1 × 1 mm"
        with self.assertRaises(AccessError):
            self.person_key.picture_content = base64.b64encode(png(RED))

    def test_over_the_image_address_too(self):
        for login, key, size in (
            (self.leader, self.person_key, len(self.signature)),
            (self.admin, self.agency_key, 0),
            (self.second_clerk, self.agency_key, 0),
            (self.stranger, self.person_key, 0),
        ):
            with self.subTest(user=login.login):
                self.authenticate(login.login, login.login)
                answer = self.url_open(f"/web/image/vpdt.signing.key/{key.id}/picture")
                self.assertEqual(answer.content == (self.signature if size else None), bool(size))

    def test_removed_by_its_owner(self):
        self.person_key.picture = False
        self.assertFalse(self.person_key.picture)
        self.assertFalse(self.person_key.picture_size)
