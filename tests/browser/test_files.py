"""Files of a document in a real browser: upload, rename, preview, virus, search by content."""

import importlib.util
import io
import os
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = os.environ.get("VPDT_SCREENSHOTS")
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# The first page of a new database builds its assets, on a machine that others use, too.
ASSETS_MS = 120_000
PATIENCE_MS = 90_000
CLERK = "vanthu.snv"

playwright = pytest.importorskip("playwright.sync_api")


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


clamd_common = _load(ROOT / "addons/vpdt_base/tests/clamd_common.py")
pdf_common = _load(ROOT / "addons/vpdt_documents/tests/pdf_common.py")


@pytest.fixture
def page(browser, server):
    """A page of the clerk; the test fails on any error in its console."""
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE_MS)
    opened, errors = context.new_page(), []
    # A refused upload is an answer with status 422: the browser notes it, the page does not.
    opened.on("console", lambda m: m.type == "error" and "status of 422" not in m.text and errors.append(m.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    _log_in(opened, server, CLERK)
    yield opened
    context.close()
    assert errors == []


def _log_in(page, server, login):
    password = next(account["password"] for account in server.accounts if account["login"] == login)
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar", timeout=ASSETS_MS)


@pytest.fixture
def document(server):
    """A new incoming document of the clerk's agency: its id."""
    return server.env_call(
        f"""
user = env["res.users"].search([("login", "=", "{CLERK}")])
model = env["vpdt.incoming"].with_user(user).with_company(user.company_id)
result = model.create({{"subject": "V/v thử tệp đính kèm", "author_name": "Cơ quan gửi thử"}}).id
"""
    )


@pytest.fixture
def clamd(server):
    if not clamd_common.Clamd.program():
        pytest.skip("clamd is not installed: ./vpdt setup installs it")
    started = clamd_common.Clamd()
    started.start()
    _set_scanner(server, started.unix_address)
    yield started
    _set_scanner(server, "")
    started.remove()


def _set_scanner(server, address):
    # A shell does not tell other processes by itself that what they have cached is out of date.
    server.env_call(
        f"env['ir.config_parameter'].set_param('vpdt_base.clamd_address', {address!r}); env.registry.signal_changes()"
    )


def _open(page, server, document):
    page.goto(f"{server.url}/odoo/action-vpdt_documents.vpdt_incoming_action/{document}")
    page.wait_for_selector(".o_vpdt_pane")


def _choose(page, *files):
    page.set_input_files(
        ".o_vpdt_upload_input",
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files],
    )


def _picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def _zip(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _docx(*paragraphs):
    import docx

    document, file = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def test_several_files_each_with_its_result(page, server, document):
    _open(page, server, document)
    pdf = pdf_common.text_pdf("CÔNG VĂN\nvề việc điều động cán bộ", "Trang hai")
    _choose(
        page,
        ("Công văn số 12 về điều động.pdf", pdf),
        ("Phụ lục.docx", _docx("Danh sách cán bộ được điều động", "Kế hoạch chuyển đổi số")),
        ("bao-cao.pdf", b"MZ" + bytes(300)),
        ("phim.mp4", b"x"),
    )
    page.wait_for_function("document.querySelectorAll('.o_vpdt_upload_done, .o_vpdt_upload_failed').length === 4")
    done = page.locator(".o_vpdt_upload_done").all_inner_texts()
    assert "Cong-van-so-12-ve-dieu-dong.pdf" in done[0] and "Quy định của hệ thống" in done[0]
    assert "Phu-luc.docx" in done[1]
    failed = page.locator(".o_vpdt_upload_failed").all_inner_texts()
    assert "bao-cao.pdf" in failed[0] and "Quy định của hệ thống" in failed[0]
    assert "phim.mp4" in failed[1] and ".docx" in failed[1]
    page.wait_for_selector(".o_vpdt_page")
    _picture(page, "files-upload")
    page.set_viewport_size(PHONE)
    page.click(".o_vpdt_side_page")
    page.locator(".o_vpdt_upload").scroll_into_view_if_needed()
    _picture(page, "files-upload-phone")
    roles = server.env_call(f"result = env['vpdt.incoming'].browse({document}).file_ids.mapped('role')")
    assert sorted(roles) == ["annex", "main"]


def test_progress_is_shown(page, server, document, tmp_path):
    _open(page, server, document)
    page.select_option(".o_vpdt_upload_role", "annex")
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const bar = document.querySelector(".o_vpdt_upload [role=progressbar]");
                bar && window.seen.push(+bar.getAttribute("aria-valuenow"));
            }).observe(document.querySelector(".o_vpdt_upload"), {subtree: true, childList: true, attributes: true});
        }"""
    )
    large = tmp_path / "so-lieu.zip"  # by its path: what is handed to the browser as bytes takes minutes
    large.write_bytes(_zip("so-lieu.bin", os.urandom(40 << 20)))
    # as fast as an office's line: over the machine's own it may be there before anything is drawn
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10 << 20}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    page.set_input_files(".o_vpdt_upload_input", large)
    page.wait_for_selector(".o_vpdt_upload .progress-bar")
    _picture(page, "files-progress")
    page.wait_for_selector(".o_vpdt_upload_done")
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen) and any(0 < percent < 100 for percent in seen), seen


def test_dropped_file(page, server, document):
    _open(page, server, document)
    transfer = page.evaluate_handle(
        """content => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(content)], "giay-moi.pdf"));
            return transfer;
        }""",
        list(pdf_common.text_pdf("Giấy mời")),
    )
    page.dispatch_event(".o_vpdt_upload", "dragover", {"dataTransfer": transfer})
    assert page.locator(".o_vpdt_upload_over").count() == 1
    page.dispatch_event(".o_vpdt_upload", "drop", {"dataTransfer": transfer})
    page.wait_for_selector(".o_vpdt_page")


def test_preview_of_an_office_file_and_search_in_it(page, server, document):
    _open(page, server, document)
    page.select_option(".o_vpdt_upload_role", "annex")
    _choose(page, ("ke-hoach.docx", _docx("Kế hoạch chuyển đổi số của Sở năm 2026", "Thời gian: quý III")))
    # made by a job: it appears by itself
    page.wait_for_selector(".o_vpdt_page")
    page.wait_for_function("document.querySelector('.o_vpdt_page').naturalWidth > 500")
    _picture(page, "files-preview-docx")
    page.fill(".o_vpdt_find", "chuyen doi so")
    page.press(".o_vpdt_find", "Enter")
    hit = page.locator(".o_vpdt_hit").first
    hit.wait_for()
    assert "<mark>chuyển</mark>" in hit.inner_html()
    hit.click()
    _picture(page, "files-find")
    page.fill(".o_vpdt_find", "khongcodau")
    page.press(".o_vpdt_find", "Enter")
    page.wait_for_selector(".o_vpdt_found .text-muted")


def test_a_preview_that_failed_is_tried_again(page, server, document):
    _open(page, server, document)
    page.select_option(".o_vpdt_upload_role", "annex")
    _choose(page, ("hong.docx", _broken_docx()))
    page.wait_for_selector(".o_vpdt_trouble")
    assert "hong.docx" in page.locator(".o_vpdt_trouble").inner_text()
    _picture(page, "files-preview-failed")
    page.click(".o_vpdt_retry")
    # it is as damaged as before, but this time the answer is that of a new attempt
    page.wait_for_selector(".o_vpdt_retry", state="detached")
    page.wait_for_selector(".o_vpdt_retry")


def _broken_docx():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def test_pages_that_come_at_once_are_one_view(page, server, document):
    _open(page, server, document)
    _choose(page, ("cong-van.pdf", pdf_common.text_pdf("Trang một", "Trang hai", "Trang ba")))
    page.wait_for_selector(".o_vpdt_page")
    for number in (1, 2, 3):
        image = page.locator(f'.o_vpdt_page[data-page="{number}"]')
        image.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    views = server.env_call(
        f"""
file = env["vpdt.incoming"].browse({document}).file_ids
result = env["vpdt.journal.entry"].search_count(
    [("res_model", "=", "vpdt.file"), ("res_id", "=", file.id), ("kind", "=", "view")]
)
"""
    )
    assert views == 1


def test_documents_are_found_by_their_content(page, server, document):
    _open(page, server, document)
    word = f"tu{document}khoa"
    text = f"Thành lập tổ công tác <b>liên ngành</b> {word}"
    _choose(page, ("van-ban.pdf", pdf_common.text_pdf(text)))
    _wait_for_text(server, document)
    page.goto(f"{server.url}/odoo/action-vpdt_documents.vpdt_incoming_action")
    page.wait_for_selector(".o_list_view")
    page.fill(".o_searchview_input", f"to cong tac lien nganh {word}")
    page.wait_for_selector(".o_searchview_autocomplete")
    # the second field of the search box: text of files
    page.locator(".o_searchview_autocomplete .o-dropdown-item").nth(1).click()
    page.wait_for_selector(".o_data_row mark")
    row = page.locator(".o_data_row")
    assert row.count() == 1
    marked = page.locator(".o_data_row mark").all_inner_texts()
    assert {"công", "tác", "liên", "ngành"} <= {word.lower() for word in marked}
    assert "<b>" in row.inner_text()
    _picture(page, "files-content-search")


def _wait_for_text(server, document):
    code = f"""
import time
for _ in range(60):
    env.cr.rollback()
    result = env["vpdt.file.text"].search_count(
        [("file_id.res_model", "=", "vpdt.incoming"), ("file_id.res_id", "=", {document})]
    )
    if result:
        break
    time.sleep(0.5)
"""
    assert server.env_call(code) == 1


def test_infected_file_is_shut(page, server, document, clamd):
    _open(page, server, document)
    page.select_option(".o_vpdt_upload_role", "annex")
    _choose(page, ("ho-so.zip", _zip("thu.txt", clamd_common.EICAR)))
    alert = page.locator(".o_vpdt_hindrance.alert-danger")
    alert.wait_for()
    assert "Vpdt-Eicar" in alert.inner_text()
    assert page.locator(".o_vpdt_pane_bar .fa-download").count() == 0
    _picture(page, "files-infected")
    file = server.env_call(f"result = env['vpdt.incoming'].browse({document}).file_ids.id")
    answer = page.request.get(f"{server.url}/vpdt/file/{file}?download=1")
    assert answer.status == 422 and b"PK" not in answer.body()


def test_scanner_is_down(page, server, document, clamd):
    clamd.stop()
    _open(page, server, document)
    _choose(page, ("cong-van.pdf", pdf_common.text_pdf("Chờ kiểm tra")))
    page.wait_for_selector(".o_vpdt_hindrance.alert-warning")
    page.wait_for_selector(".o_vpdt_banner")
    _picture(page, "files-scanner-down")
    # registering goes on
    page.click("button[name=action_register]")
    page.wait_for_function("!document.querySelector('button[name=action_register]')")
    page.set_viewport_size(PHONE)
    page.click(".o_vpdt_side_page")
    page.locator(".o_vpdt_banner").scroll_into_view_if_needed()
    _picture(page, "files-scanner-down-phone")
    clamd.start()
    # the server's own job may look at the same file at this moment
    scan = f"lambda: [file._scan() for file in env['vpdt.incoming'].browse({document}).file_ids]"
    server.env_call(f"from odoo.service.model import retrying\nretrying({scan}, env)")
    page.wait_for_selector(".o_vpdt_page")


def test_policy_screen_of_the_administrator(browser, server):
    context = browser.new_context(viewport=DESKTOP)
    page, errors = context.new_page(), []
    page.on("console", lambda m: m.type == "error" and errors.append(m.text))
    _log_in(page, server, "admin")
    page.goto(f"{server.url}/odoo/action-vpdt_base.vpdt_file_policy_action")
    page.locator(".o_data_row").first.locator("td.o_data_cell").first.click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=max_mb]")
    assert re.search("Quy định của hệ thống", page.input_value(".o_field_widget[name=size_basis] input"))
    _picture(page, "files-policy")
    page.goto(f"{server.url}/odoo/action-vpdt_base.vpdt_virus_check_action")
    page.wait_for_selector(".o_view_controller")
    _picture(page, "files-virus-check")
    context.close()
    assert errors == []
