"""The guide of one's role, from the user menu."""

from odoo.tests import HttpCase, new_test_user, tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestGuide(HttpCase, OfficeCase):
    def opened(self, user, path="/vpdt/guide"):
        user.sudo().password = "Mật khẩu để đọc 1"
        self.authenticate(user.login, "Mật khẩu để đọc 1")
        return self.url_open(path)

    def test_each_role_has_its_own_and_finds_the_others(self):
        for user, title in ((self.clerk, "văn thư"), (self.leader, "lãnh đạo"), (self.specialist, "chuyên viên")):
            page = self.opened(user)
            self.assertEqual(page.status_code, 200)
            self.assertIn(f"<h1>Hướng dẫn {title}</h1>", page.text)
            self.assertIn('href="/vpdt/guide/luu-tru"', page.text)
        self.assertIn('<h2 id="muc-1">', page.text)
        picture = page.text.partition('<img src="')[2].partition('"')[0]
        self.assertTrue(picture.startswith("/vpdt_documents/static/guide/pictures/"), picture)
        self.assertEqual(self.url_open(picture).headers["Content-Type"], "image/png")

    def test_what_is_no_guide_is_not_there(self):
        for name in ("khong-co", "..%2F..%2Fetc%2Fpasswd", "van-thu.md", "%00"):
            self.assertIn(self.opened(self.clerk, f"/vpdt/guide/{name}").status_code, (400, 404), name)
        outside = new_test_user(self.env, "nguoi_ngoai", "base.group_portal")
        self.assertEqual(self.opened(outside).status_code, 404)
        self.logout()
        self.assertIn("/web/login", self.url_open("/vpdt/guide").url)
