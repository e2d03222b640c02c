"""Registering by keys alone, and scans that are handed in on the list and read by the program."""

import base64
import io
import re

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect

INCOMING = "vpdt_documents.vpdt_incoming_action"
SERIF = "/usr/share/fonts/truetype/liberation2/LiberationSerif-{}.ttf"
DROP = """(files) => {
    const transfer = new DataTransfer();
    for (const {name, content} of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, {type: "application/pdf"}));
    }
    for (const kind of ["dragover", "drop"]) {
        window.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, cancelable: true, bubbles: true}));
    }
}"""

HOW_MANY = """
documents = env["vpdt.incoming"].search([("subject", "like", %r)], order="arrival_number")
result = [(d.arrival_number, d.state, d.author_id.name, d.number, d.notation, str(d.date), d.leader_id.login)
          for d in documents]
"""


# Milliseconds between two keys: faster than anybody types, and slow enough for what each of them sets off.
PAUSE = 25


class Keys:
    """A keyboard that counts: presses of keys, and letters typed."""

    def __init__(self, page):
        self.page, self.presses, self.letters = page, 0, 0

    def press(self, key, times=1):
        for _time in range(times):
            self.page.keyboard.press(key, delay=PAUSE)
            self.presses += 1

    def type(self, text):
        self.page.keyboard.type(text, delay=PAUSE)
        self.letters += len(text)


def focused(page):
    return page.evaluate("() => document.activeElement.closest('.o_field_widget')?.getAttribute('name') || ''")


def goes_to(keys, name):
    """Tab until the cursor is in a field; a dozen presses at most."""
    passed = []
    for _time in range(12):
        if focused(keys.page) == name:
            return
        keys.press("Tab")
        passed.append(focused(keys.page) or keys.page.evaluate("() => document.activeElement.outerHTML.slice(0, 80)"))
    raise AssertionError(f"{name} is not reached, the cursor was in {', '.join(passed)}")


def test_ten_documents_in_a_row_without_a_mouse(office, server):
    clerk = office.person("vanthu.vp")
    clerk.open(INCOMING)
    page, keys = clerk.page, Keys(clerk.page)
    keys.press("Alt+c")
    page.wait_for_selector(".o_form_view")
    first = int(clerk.field("next_number").inner_text().replace(".", ""))
    per_document = []
    for index in range(10):
        before = keys.presses
        expect(clerk.field("next_number")).to_have_text(str(first + index))
        page.wait_for_function("() => document.activeElement.closest('.o_field_widget[name=author_id]')")
        keys.type("bo noi vu")
        page.locator(".o-autocomplete--dropdown-item", has_text="Bộ Nội vụ").first.wait_for()
        with page.expect_response("**/onchange"):  # what the author sets off has come
            keys.press("Enter")
        expect(clerk.field("author_id").locator("input")).to_have_value(re.compile("^Bộ Nội vụ"))
        page.wait_for_timeout(300)  # and is drawn: a field that is drawn anew loses the cursor
        for name, text in (
            ("number", str(801 + index)),
            ("notation", "BNV-TCCB"),
            ("date", "02/01/2026"),
            ("subject", f"V/v đăng ký bằng bàn phím lần {index + 1}"),
        ):
            goes_to(keys, name)
            keys.type(text)
        if not index:  # offered from the second one on
            goes_to(keys, "leader_id")
            keys.type("lanh dao")
            page.locator(".o-autocomplete--dropdown-item", has_text="Lãnh đạo").first.wait_for()
            keys.press("Enter")
            expect(clerk.field("leader_id").locator("input")).to_have_value(re.compile("^Lãnh đạo"))
        keys.press("Control+Enter")
        if index == 4:
            clerk.picture("register-by-keys")
        per_document.append(keys.presses - before)
    expect(clerk.field("next_number")).to_have_text(str(first + 10))
    rows = server.env_call(HOW_MANY % "V/v đăng ký bằng bàn phím")
    assert [row[0] for row in rows] == list(range(first, first + 10))
    assert {(row[1], row[2], row[4], row[5]) for row in rows} == {("registered", "Bộ Nội vụ", "BNV-TCCB", "2026-01-02")}
    assert {row[6] for row in rows} == {"lanhdao.vp"}  # typed once, offered from then on
    assert max(per_document[1:]) <= 9, per_document  # keys that are no letters of the document itself
    assert office.errors == []


def scan(number):
    """A letter as a scanner gives it, a PDF with nothing but a picture."""
    page = Image.new("L", (2480, 3508), 255)
    draw = ImageDraw.Draw(page)

    def centred(x, y, text, style="Regular", size=54):
        font = ImageFont.truetype(SERIF.format(style), size)
        draw.text((x - draw.textlength(text, font=font) / 2, y), text, font=font, fill=0)

    centred(700, 200, "UBND TỈNH ĐỒNG THÁP")
    centred(1700, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold")
    centred(700, 275, "SỞ XÂY DỰNG", "Bold")
    centred(1700, 275, "Độc lập - Tự do - Hạnh phúc", "Bold")
    centred(700, 420, f"Số: {number}/SXD-VP")
    centred(1700, 420, "Đồng Tháp, ngày 05 tháng 3 năm 2026")
    centred(700, 500, "V/v kiểm tra công tác văn thư", size=50)
    centred(1240, 700, "Kính gửi: Văn phòng Ủy ban nhân dân tỉnh")
    centred(1750, 1100, "GIÁM ĐỐC", "Bold")
    centred(1750, 1600, "Nguyễn Văn Hùng", "Bold")
    content = io.BytesIO()
    page.save(content, "PDF", resolution=300)
    return base64.b64encode(content.getvalue()).decode()


def test_dropped_scans_become_drafts_and_are_read(office):
    clerk = office.person("vanthu.vp")
    clerk.open(INCOMING)
    page = clerk.page
    page.locator(".o_vpdt_intake").wait_for()
    files = [{"name": f"quet-{number}.pdf", "content": scan(number)} for number in (911, 912)]
    files.append({"name": "hong.pdf", "content": base64.b64encode(b"khong phai pdf").decode()})
    page.evaluate(DROP, files)
    expect(page.locator(".modal .o_vpdt_upload_done")).to_have_count(2)
    expect(page.locator(".modal .o_vpdt_upload_failed")).to_have_count(1)
    clerk.picture("intake-dropped")
    page.locator(".modal-footer .btn-primary").click()
    clerk.open_row("quet-912")
    mark = page.locator(".o_vpdt_suggested_mark")
    expect(clerk.field("number").locator("input")).to_have_value("912")  # comes by itself, when it has been read
    expect(clerk.field("notation").locator("input")).to_have_value("SXD-VP")
    expect(mark.first).to_be_visible()
    clerk.picture("intake-suggestions")
    before = mark.count()
    clerk.field("number").locator("input").focus()
    page.keyboard.press("Tab")
    expect(mark).to_have_count(before - 1)
    with page.expect_response("**/look_at_suggestions"):  # nobody waits for it on the screen
        page.locator(".o_vpdt_suggestions button").click()
    expect(mark).to_have_count(0)
    page.reload()
    page.wait_for_selector(".o_form_view .o_vpdt_page")
    expect(mark).to_have_count(0)
    assert [error for error in office.errors if "422" not in error] == []
