"""The empty workbook for `./vpdt agency import`, with its instructions."""

import xlsxwriter

from .agencies import COMPETENCES, ROLES, SHEETS

_ROLE_NOTES = {
    "Văn thư": "tiếp nhận, vào sổ, cấp số, đóng dấu, ban hành",
    "Lãnh đạo": "cho ý kiến, ký văn bản",
    "Lãnh đạo phòng": "phân công trong phòng, ký nháy",
    "Chuyên viên": "xử lý, soạn thảo",
    "Lưu trữ": "danh mục hồ sơ, thu nhận, bảo quản",
    "Quản trị đơn vị": "người dùng, phòng ban, sổ, khóa của cơ quan; không xem văn bản",
    "Kiểm tra nhật ký": "đọc nhật ký của cơ quan",
}
_STEPS = (
    "1. Trang “Cơ quan”: mỗi cơ quan một dòng. Cột có dấu * phải điền.",
    "2. Trang “Phòng ban”, “Sổ”, “Cán bộ”: mỗi dòng ghi mã định danh của cơ quan mà nó thuộc về.",
    "3. Thử trước, chưa ghi gì: ./vpdt agency import TỆP.xlsx --dry-run",
    "4. Nhập: ./vpdt agency import TỆP.xlsx. Nhập lại nhiều lần cũng không tạo trùng: dòng đã có được cập nhật.",
    "5. Mỗi cơ quan là một giao dịch: có một dòng sai thì cơ quan đó chưa được nhập, các cơ quan khác vẫn được nhập.",
    "6. Mã định danh và số điện thoại: định dạng cột là văn bản (Text), không dùng công thức.",
    "7. Tài khoản mới chưa có mật khẩu; thêm --passwords TỆP.csv để tạo mật khẩu dùng lần đầu.",
)


def write_template(path):
    """Write the empty workbook.

    :param path: of the .xlsx file; an existing one is replaced
    """
    with xlsxwriter.Workbook(str(path)) as book:
        _write_guide(book)
        for title, columns in SHEETS.items():
            _write_sheet(book, title, columns)


def _write_guide(book):
    sheet = book.add_worksheet("Hướng dẫn")
    bold, wrap = book.add_format({"bold": True, "font_size": 14}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    sheet.write(0, 0, "Khai báo cơ quan sử dụng hệ thống quản lý văn bản và điều hành", bold)
    row = 2
    for step in _STEPS:
        sheet.merge_range(row, 0, row, 1, step, wrap)
        row += 1
    sheet.write(row + 1, 0, "Vai trò", book.add_format({"bold": True}))
    for offset, (role, note) in enumerate(_ROLE_NOTES.items(), row + 2):
        sheet.write_string(offset, 0, role)
        sheet.write_string(offset, 1, note, wrap)


def _write_sheet(book, title, columns):
    sheet = book.add_worksheet(title)
    heading = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width, text)
        sheet.write_string(0, position, column.heading + (" *" if column.required else ""), heading)
        if column.note:
            sheet.write_comment(0, position, column.note)
        _add_choice(sheet, position, column.key)


def _add_choice(sheet, position, key):
    """A list to choose from; a role may be several, so that one only proposes."""
    choices = {"direction": ["đến", "đi"], "competence": list(COMPETENCES), "roles": list(ROLES)}.get(key)
    if choices:
        rule = {"validate": "list", "source": choices, "error_type": "information"}
        sheet.data_validation(1, position, 5000, position, rule)
