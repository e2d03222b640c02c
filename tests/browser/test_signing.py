"""Signing in a real browser: placing, a batch, a wrong password, the badge and its details, the public page.

Each page fails the test on a console error. Pictures go to the folder named by VPDT_SCREENSHOTS, if it is set.
"""

import io

import pytest
from office import LAPTOP, PHONE, keep_picture, session, tick

playwright = pytest.importorskip("playwright.sync_api")
pikepdf = pytest.importorskip("pikepdf")

PASSPHRASE = "123456"

PREPARE = """
def user(role):
    return env["res.users"].search([("login", "=", role + ".snv")])
company = env["res.company"].search([("organization_id.identifier", "=", "H21.02")])
author, head, leader, clerk = user("chuyenvien"), user("truongphong"), user("lanhdao"), user("vanthu")
to = env["vpdt.organization"].search([("identifier", "=", "H21.03")])
def make(subject):
    return env["vpdt.outgoing"].with_user(author).with_company(company).create({
        "type_id": env.ref("vpdt_documents.type_cong_van").id, "subject": subject, "signer_id": leader.id,
        "reviewer_id": head.id, "body": "Nội dung thử nghiệm", "recipient_ids": [(0, 0, {"organization_id": to.id})]})
def to_sign(subject):
    document = make(subject)
    document.action_make_draft()
    document.action_submit()
    document.with_user(head).action_initial()
    return document
def issue(document):
    own = [("holder", "=", "person"), ("user_id", "=", leader.id), ("kind", "=", "pkcs12")]
    key = env["vpdt.signing.key"].with_user(leader).search(own, order="id", limit=1)
    document.with_user(leader).sign(key.id, "123456")
    named = [("holder", "=", "agency"), ("clerk_ids", "in", clerk.id), ("kind", "=", "pkcs12")]
    seal = env["vpdt.signing.key"].with_user(clerk).search(named, order="id", limit=1)
    document.with_user(clerk).take_number()
    document.with_user(clerk).seal(seal.id, "123456")
    document.sudo()._file_of_role("main")._check_signatures()
    return document
"""


def page_of(browser, server, login=None, size=LAPTOP):
    return session(browser, server, login, size)


def shot(page, name):
    keep_picture(page, f"signing_{name}")


def open_document(page, server, document_id):
    page.goto(f"{server.url}/odoo/vpdt.outgoing/{document_id}")
    page.wait_for_selector(".o_form_view", timeout=60_000)


def wait_for_pages(page):
    page.wait_for_function("document.querySelector('.o_vpdt_sheet_picture')?.naturalWidth > 0")


def scan_pdf(pages=2):
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        for _index in range(pages):
            document.add_blank_page(page_size=(595.28, 841.89))
        document.save(buffer)
    return buffer.getvalue()


# Placing ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scan(server):
    import base64

    data = base64.b64encode(scan_pdf()).decode()
    return server.env_call(
        f"{PREPARE}\nimport base64\nscan = make('V/v bản quét')\n"
        f"scan._upload('quet.pdf', base64.b64decode('{data}'))\nresult = scan.id"
    )


def spots_of(server, document_id):
    return server.env_call(f"result = env['vpdt.outgoing'].browse({document_id}).sign_places['spots']")


def box(page, key):
    return page.locator(f'[data-key="{key}"]').bounding_box()


def moved_from(page, key, before):
    """The box of a place as soon as it is no longer at ``before``: a page is drawn a moment after the key."""
    there = "([key, x]) => document.querySelector(`[data-key=${key}]`).getBoundingClientRect().x !== x"
    page.wait_for_function(there, arg=[key, before["x"]])
    return box(page, key)


def test_placing_with_keyboard_and_mouse(browser, server, scan):
    with page_of(browser, server, "chuyenvien.snv") as page:
        open_document(page, server, scan)
        page.wait_for_selector(".alert-warning")
        shot(page, "scan_form")
        page.click("button[name=action_place]")
        page.wait_for_selector('[data-key="person_1"]')
        wait_for_pages(page)
        number = page.locator('[data-key="number"]')
        before = box(page, "number")
        number.focus()
        page.keyboard.press("ArrowRight")
        once = moved_from(page, "number", before)
        page.keyboard.press("Shift+ArrowRight")
        twice = moved_from(page, "number", once)
        small, large = once["x"] - before["x"], twice["x"] - once["x"]
        assert small > 0 and 8 < large / small < 12, (small, large)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.key") == "day"
        shot(page, "place_editor")
        # the mouse, the seal goes along with the signature
        person = page.locator('[data-key="person_1"]')
        person.scroll_into_view_if_needed()
        start, seal = box(page, "person_1"), box(page, "agency")
        grip = start["x"] + start["width"] - 12, start["y"] + start["height"] / 2  # the seal lies over the left part
        page.mouse.move(*grip)
        page.mouse.down()
        page.mouse.move(grip[0] - 30, grip[1] - 30, steps=5)
        page.mouse.up()
        moved, moved_seal = box(page, "person_1"), box(page, "agency")
        assert abs(moved["x"] - start["x"] + 30) < 3 and abs(moved["y"] - start["y"] + 30) < 3
        assert abs(moved_seal["x"] - seal["x"] + 30) < 3
        person.focus()
        page.keyboard.press("PageUp")
        page.wait_for_function("document.activeElement.dataset.key === 'person_1'")
        shot(page, "place_editor_page1")
        page.click(".o_vpdt_save_places")
        page.wait_for_selector(".o_vpdt_places", state="detached")
        page.wait_for_selector(".alert-warning", state="hidden")
    spots = {spot["key"]: spot for spot in spots_of(server, scan)}
    assert spots["person_1"]["page"] == 0 and spots["agency"]["page"] == 0


def test_placing_on_a_phone(browser, server, scan):
    with page_of(browser, server, "chuyenvien.snv") as page:
        open_document(page, server, scan)
        page.click("button[name=action_place]")
        page.wait_for_selector('[data-key="person_1"]')
        page.set_viewport_size(PHONE)
        wait_for_pages(page)
        shot(page, "place_editor_phone")
        sheet = page.locator(".o_vpdt_sheet").first.bounding_box()
        assert sheet["width"] > 300 and sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= PHONE["width"]


# Batch and password ------------------------------------------------------------------------------------------


def test_batch_of_a_leader_and_a_wrong_password(browser, server):
    ids = server.env_call(
        f"{PREPARE}\nbatch = [to_sign('V/v hàng loạt %s' % n) for n in range(3)]\n"
        "broken = batch[1]\nmain = broken.sudo()._file_of_role('main')\n"
        "raw = broken._plain_pdf(broken.sudo()._file_of_role('original')._content(), 'docx')\n"
        "env['vpdt.file'].sudo()._store(broken.sudo(), 'hong.pdf', raw, 'main', main)\n"
        "result = [document.id for document in batch]"
    )
    with page_of(browser, server, "lanhdao.snv") as page:
        page.goto(f"{server.url}/odoo/action-vpdt_documents.vpdt_outgoing_action")
        page.wait_for_selector(".o_list_view .o_data_row", timeout=60_000)
        for number in range(3):
            row = page.locator(".o_data_row", has_text=f"V/v hàng loạt {number}").first
            tick(row.locator(".o_list_record_selector input"))
        shot(page, "batch_list")
        page.locator("button[name=action_sign_batch]").first.click()
        page.wait_for_selector(".o_vpdt_batch")
        page.fill("#vpdt_passphrase", "sai mật khẩu")
        page.click(".o_vpdt_confirm")
        page.wait_for_selector(".o_vpdt_batch .alert-danger")
        assert page.locator(".o_vpdt_row_waiting").count() == 3, "a wrong password signs nothing"
        shot(page, "batch_wrong_password")
        page.fill("#vpdt_passphrase", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_selector(".o_vpdt_row_failed", timeout=60_000)
        page.wait_for_function("document.querySelectorAll('.o_vpdt_row_done').length === 2", timeout=60_000)
        shot(page, "batch_result")
        page.click(".o_vpdt_leave")
    states = server.env_call(f"result = env['vpdt.outgoing'].browse({ids}).mapped('state')")
    assert states == ["signed", "to_sign", "signed"]


def test_single_signature_with_a_wrong_password(browser, server):
    document = server.env_call(f"{PREPARE}\nresult = to_sign('V/v ký một văn bản').id")
    with page_of(browser, server, "lanhdao.snv") as page:
        open_document(page, server, document)
        page.locator("button[name=action_sign]").first.click()
        page.wait_for_selector(".o_vpdt_sign")
        page.fill("#vpdt_passphrase", "sai")
        page.click(".o_vpdt_confirm")
        page.wait_for_selector(".o_vpdt_sign .alert-danger")
        shot(page, "wrong_password")
        page.fill("#vpdt_passphrase", PASSPHRASE)
        page.click(".o_vpdt_confirm")
        page.wait_for_selector(".o_vpdt_sign", state="detached", timeout=60_000)
    assert server.env_call(f"result = env['vpdt.outgoing'].browse({document}).state") == "signed"


# Badge and details -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issued(server):
    return server.env_call(
        f"{PREPARE}\ndone = issue(to_sign('V/v văn bản đã ban hành'))\nfile = done.sudo()._file_of_role('main')\n"
        "import base64\n"
        "result = {'id': done.id, 'code': done.code, 'check': file.check_code, "
        "'pdf': base64.b64encode(file._content()).decode()}"
    )


def test_badge_and_details(browser, server, issued):
    for size, name in ((LAPTOP, "laptop"), (PHONE, "phone")):
        with page_of(browser, server, "vanthu.snv", size) as page:
            open_document(page, server, issued["id"])
            if size == PHONE:
                page.click(".o_vpdt_side_page")
            page.locator(".o_vpdt_badge").first.click()
            page.wait_for_selector(".o_vpdt_verdict")
            assert page.locator(".o_vpdt_signature").count() == 2
            shot(page, f"details_{name}")
            page.click(".o_vpdt_recheck")
            page.wait_for_function("!document.querySelector('.o_vpdt_recheck').disabled", timeout=60_000)
            assert page.locator(".o_vpdt_verdict.alert-success").count() == 1
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"] + 1


def test_the_printed_size_of_the_seal(browser, server, issued):
    """On the picture of the page that people look at: 36 mm."""
    import base64

    import pypdfium2

    document = pypdfium2.PdfDocument(base64.b64decode(issued["pdf"]))
    document.init_forms()
    picture = document[0].render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    pixels = picture.load()
    columns = [
        x
        for x in range(picture.width)
        if any(
            pixels[x, y][0] > 150 and pixels[x, y][1] < 110 and abs(pixels[x, y][1] - pixels[x, y][2]) < 40
            for y in range(picture.height)
        )
    ]
    assert abs((max(columns) - min(columns)) / 2 / 72 * 25.4 - 36) < 1


# The public page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "name"), [(LAPTOP, "laptop"), (PHONE, "phone")])
def test_public_page(browser, server, issued, size, name):
    import base64

    with page_of(browser, server, size=size) as page:
        page.goto(f"{server.url}/vpdt/check")
        assert page.inner_text("body").strip().startswith("Kiểm tra văn bản đã ban hành")
        shot(page, f"public_{name}")
        pdf = base64.b64decode(issued["pdf"])
        page.set_input_files("#file", {"name": "cong van.pdf", "mimeType": "application/pdf", "buffer": pdf})
        page.wait_for_selector("section.good")
        assert issued["code"] in page.inner_text("#answer")
        shot(page, f"public_found_{name}")
        page.set_input_files("#file", {"name": "khac.pdf", "mimeType": "application/pdf", "buffer": pdf + b"x"})
        page.wait_for_selector("section.bad")
        page.fill("#code", issued["check"].lower())
        page.keyboard.press("Enter")
        page.wait_for_selector("section.good")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
