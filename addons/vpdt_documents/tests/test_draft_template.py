"""An agency's own template: looked at when it is saved, used for its drafts."""

import base64
import io

from docx import Document
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.vpdt_base.docx_marks import plain_text

from .common import OfficeCase

GOOD = (
    "{{ agency }}", "Số: /{{ notation }}", "{{ place }}, ngày", "{{ subject }}", "MẪU RIÊNG CỦA SỞ",
    "{% for block in blocks %}{{ block.text }}{% endfor %}", "{{ competence_lines|join(' ') }}", "{{ signer_name }}",
)  # fmt: skip


def docx(*lines):
    document, stream = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(stream)
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestDraftTemplate(OfficeCase):
    def make(self, *lines, user=None, **values):
        return self.as_user(user or self.unit_admin)["vpdt.draft.template"].create(
            {"name": "Công văn của Sở", "type_id": self.letter.id, "content": docx(*lines), **values}
        )

    def test_used_for_the_drafts_of_the_agency(self):
        template = self.make(*GOOD)
        self.assertIn("Nguyễn Văn Mẫu", plain_text(base64.b64decode(template.sample)))
        draft = self.new_draft(body="Nội dung riêng.")
        draft.action_make_draft()
        text = plain_text(draft._file_of_role("original")._content())
        self.assertIn("MẪU RIÊNG CỦA SỞ", text)
        self.assertIn("Nội dung riêng", text)
        template.active = False
        other = self.new_draft(body="Nội dung chung.")
        other.action_make_draft()
        self.assertNotIn("MẪU RIÊNG", plain_text(other._file_of_role("original")._content()))

    def test_what_is_wrong_is_named(self):
        for lines, words in (
            ((*GOOD, "{{ so_van_ban }}"), "so_van_ban"),
            (GOOD[1:], "agency"),
            (GOOD[:-1], "signer_name"),
            ((*GOOD, "{% for x in %}"), ""),
        ):
            with self.subTest(lines[-1]):
                with self.assertRaises(ValidationError) as refused:
                    self.make(*lines)
                self.assertIn(words, str(refused.exception))
        with self.assertRaises(ValidationError):
            self.make(*GOOD, content=base64.b64encode(b"%PDF-1.4"))

    def test_who_may(self):
        for user in (self.clerk, self.specialist, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.make(*GOOD, user=user)
