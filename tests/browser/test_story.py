"""From a Word draft at one agency to a signed document registered, directed and answered at another.

Seven people at two agencies, each before his own screen; asserts on what they see, and leaves the pictures of the
README.
"""

import io
import re
import subprocess

import docx
import pytest
from office import PHONE
from playwright.sync_api import expect

KEY_PASSPHRASE = "123456"  # of the demo's keys
SUBJECT = "Về việc thử nghiệm gửi, nhận văn bản điện tử"


@pytest.fixture
def thread(office):
    return Thread(office)


class Thread:
    """The steps of the story, in order; what later steps need is kept here."""

    def __init__(self, office):
        self.office = office

    # Agency A: Sở Nội vụ ---------------------------------------------------------------------------------------------

    def draft(self):
        person = self.office.person("chuyenvien.snv")
        person.picture("login-first-page")
        person.open("vpdt_documents.vpdt_outgoing_action", "new")
        person.write("subject", SUBJECT)
        person.choose("type_id", "Công văn")
        person.choose("signer_id", "Lãnh đạo Sở Nội vụ")
        for name in ("Sở Khoa học", "Bộ Nội vụ"):
            person.choose("organization_id", name, person.add_line("recipient_ids"))
        person.tab("Nội dung")
        person.write("body", "Sở Nội vụ gửi văn bản này để thử nghiệm.\nĐề nghị các cơ quan phản hồi.")
        person.step("action_make_draft").click()
        person.page.wait_for_selector(".o_vpdt_pane img.o_vpdt_page")
        person.sees("Bản gốc soạn thảo", ".o_vpdt_pane")
        self.outgoing = person.record_id
        return person

    def edit_outside(self, person):
        """Download the .docx, change it in a word processor, upload it again."""
        person.page.get_by_role("button", name="Bản gốc soạn thảo").click()
        with person.page.expect_download() as download:
            person.page.click(".o_vpdt_pane a[href*='download=1']")
        document = docx.Document(download.value.path())
        paragraph = next(p for p in document.paragraphs if "thử nghiệm" in p.text and "gửi văn bản" in p.text)
        paragraph.text = "Nội dung đã được chuyên viên sửa trong Word."
        changed = io.BytesIO()
        document.save(changed)
        self.upload(person, "cong-van.docx", changed.getvalue())
        person.page.get_by_role("button", name="Văn bản chính").click()
        person.picture("outgoing-draft")
        person.press("action_submit", "Chờ ký nháy")

    def upload(self, person, name, content):
        chooser = person.page.locator(".o_field_widget[name=upload] input[type=file]")
        chooser.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
        person.page.locator(".o_form_button_save").click()
        person.page.wait_for_selector(".o_form_saved, .o_form_status_indicator_buttons.invisible", state="attached")

    def initial(self):
        person = self.office.person("truongphong.snv")
        person.open("vpdt_documents.vpdt_outgoing_action")
        person.open_row(SUBJECT)
        person.press("action_initial", "Chờ ký")

    def sign(self):
        person = self.office.person("lanhdao.snv")
        person.open("vpdt_documents.vpdt_outgoing_action")
        person.open_row(SUBJECT)
        person.step("action_sign").click()
        person.sign("sai mật khẩu")
        person.sees("Mật khẩu của khóa không đúng", ".o_vpdt_sign .alert-danger")
        person.sees_state("Chờ ký")
        person.picture("sign-wrong-passphrase")
        person.sign(KEY_PASSPHRASE)
        person.sees_state("Đã ký")
        person.picture("signed")

    def issue(self):
        person = self.office.person("vanthu.snv")
        person.open("vpdt_documents.vpdt_outgoing_action")
        person.open_row(SUBJECT)
        person.step("action_issue").click()
        person.sees("/SNV-VP", ".o_vpdt_sign")
        person.picture("issue")
        person.sign(KEY_PASSPHRASE)
        person.sees_state("Đã ban hành")
        person.sees("Hợp lệ", ".o_vpdt_pane")
        person.picture("issued")
        self.code = person.field("code").inner_text().strip()
        assert re.fullmatch(r"\d{2,}/SNV-VP", self.code)
        self.clerk = person

    # Agency B: Sở Khoa học và Công nghệ ------------------------------------------------------------------------------

    def register(self):
        person = self.office.person("vanthu.skhcn")
        person.open("vpdt_documents.vpdt_incoming_action")
        person.picture("incoming-list")
        person.open_row(SUBJECT)
        person.sees("Hợp lệ", ".o_vpdt_pane")
        person.choose("leader_id", "Lãnh đạo Sở Khoa học")
        person.picture("incoming-register")
        person.press("action_register", "Đã vào sổ")
        self.arrival_number = person.field("arrival_code").inner_text().strip()
        assert self.arrival_number.isdigit() and int(self.arrival_number) > 0
        person.press("action_submit", "Đã trình")
        self.incoming = person.record_id
        self.receiver = person

    def direct(self):
        person = self.office.person("lanhdao.skhcn")
        person.open("vpdt_documents.vpdt_incoming_action")
        person.open_row(SUBJECT)
        person.write("draft_direction", "Trưởng phòng chủ trì, trả lời trước hạn.")
        parts = (("Chủ trì", "Trưởng phòng Sở Khoa"), ("Phối hợp", "Chuyên viên Sở Khoa"), ("Nhận để biết", "Văn thư"))
        for part, name in parts:
            row = person.add_line("assignment_ids")
            person.pick("part", part, row)
            person.choose("user_id", name, row)
            person.write("deadline", "30/11/2030", row)
        person.picture("direct")
        person.press("action_direct", "Đã chuyển xử lý")
        person.page.goto(f"{person.url}/odoo/theo-doi")
        person.page.wait_for_selector(".o_vpdt_board td")
        person.picture("board")

    def finish(self):
        person = self.office.person("truongphong.skhcn")
        person.open("vpdt_documents.vpdt_incoming_action")
        person.open_row(SUBJECT)
        person.take("action_open_result", "Đã nhận và phản hồi bằng văn bản.")
        person.sees_state("Hoàn thành")
        person.picture("finished")

    # Both ------------------------------------------------------------------------------------------------------------

    def follow(self):
        """The sender's screen shows each status; it changes by itself."""
        person = self.clerk
        person.tab("Theo dõi gửi")
        for step in ("arrived_on", "registered_on", "assigned_on", "finished_on"):
            cell = person.page.locator(f".o_field_widget[name=recipient_ids] td[name={step}]").first
            expect(cell).to_contain_text("/")  # the day on which it was done there
        person.sees("Không gửi được", ".o_field_widget[name=recipient_ids]")  # no channel leads to the ministry
        person.picture("sending")

    def print_register(self, person, register):
        """Press Print beside a volume; the PDF opens in a tab of its own. Gives its bytes."""
        person.open("vpdt_documents.vpdt_register_volume_action")
        row = person.page.locator(".o_data_row").filter(has_text=register).first
        with person.page.expect_popup() as popup:
            row.get_by_role("button", name="In").click()
        address = popup.value.url
        popup.value.close()
        return person.context.request.get(address).body()

    def look_on_the_phone(self):
        """The leader of B on the way: cards, the page in full width, steps under the thumb."""
        person = self.office.person("lanhdao.skhcn", PHONE)
        person.open("vpdt_documents.vpdt_incoming_action")
        person.sees(SUBJECT)
        person.picture("phone-incoming")
        person.open_row(SUBJECT)
        person.page.get_by_role("button", name="Văn bản", exact=True).click()
        width = person.page.locator("img.o_vpdt_page").first.bounding_box()["width"]
        assert width > 0.9 * PHONE["width"]
        person.picture("phone-document")

    def stranger(self):
        """A third agency sees nothing of all this, in no list and under no address."""
        person = self.office.person("vanthu.xa1")
        for action in ("vpdt_incoming_action", "vpdt_outgoing_action"):
            person.open(f"vpdt_documents.{action}")
            expect(person.page.locator(".o_data_row")).to_have_count(0)
            person.page.wait_for_selector(".o_nocontent_help")
        for model, record in (("vpdt.outgoing", self.outgoing), ("vpdt.incoming", self.incoming)):
            assert rpc(person, model, "read", [record])["error"]["data"]["name"] == "odoo.exceptions.AccessError"
        assert person.context.request.get(f"{person.url}/vpdt/file/1").status in (403, 404)

    def files(self, person, model, record):
        """Name and bytes of each file of a document, as this person gets them."""
        tabs = rpc(person, model, "file_tabs", [record])["result"]
        return [
            (tab["name"], person.context.request.get(f"{person.url}/vpdt/file/{tab['id']}?download=1").body())
            for tab in tabs
        ]


def rpc(person, model, method, ids):
    """What the server answers to a call of a method over RPC: a dict with ``result`` or ``error``."""
    answer = person.context.request.post(
        f"{person.url}/web/dataset/call_kw/{model}/{method}",
        data={"jsonrpc": "2.0", "params": {"model": model, "method": method, "args": [ids], "kwargs": {}}},
    )
    return answer.json()


def pdfsig(pdf, folder):
    """How poppler's own checker judges each signature of a PDF."""
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True)
    return re.findall(r"Signature Validation: (.+)", found.stdout)


def text_of(pdf):
    """The text of a PDF, a space for each run of blanks."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", found.stdout.decode())


def test_thread(thread, tmp_path):
    author = thread.draft()
    thread.edit_outside(author)
    thread.initial()
    thread.sign()
    thread.issue()
    thread.register()
    thread.direct()
    thread.finish()
    thread.follow()
    outgoing = text_of(thread.print_register(thread.clerk, "Sổ văn bản đi"))
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐI" in outgoing and thread.code in outgoing
    incoming = text_of(thread.print_register(thread.receiver, "Sổ văn bản đến"))
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN" in incoming and thread.code in incoming
    sent = thread.files(thread.clerk, "vpdt.outgoing", thread.outgoing)
    came = thread.files(thread.receiver, "vpdt.incoming", thread.incoming)
    assert [name for name, _content in came if name not in dict(sent)] == [f"dau-den-{int(thread.arrival_number)}.pdf"]
    assert sent == [file for file in came if file[0] in dict(sent)]
    assert pdfsig(sent[0][1], tmp_path) == ["Signature is Valid."] * 2
    thread.look_on_the_phone()
    thread.stranger()
    assert thread.office.errors == []
