"""The registers and lists of Nghị định 30/2020 as data: exact headings, order, widths, source.

Widths are in mm and fill A4 landscape (297 − 30 − 15 = 252 mm). The law is data: a new decree
is an edit of this file. Every form says "tối thiểu gồm … nội dung": an agency may add columns,
not drop any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .drawings import (
    ArrivalStamp,
    Envelope,
    HandlingSlip,
    arrival_stamp,
    draw_arrival_stamp,
    envelope,
    handling_slip,
)
from .page import A4_LANDSCAPE, A4_PORTRAIT
from .tables import Column, Cover, TableReport

__all__ = [
    "ArrivalStamp",
    "COPY_REGISTER",
    "DOSSIER_CONTENTS",
    "Envelope",
    "FILE_PLAN",
    "FOLLOW_UP_REGISTER",
    "FORMS",
    "Form",
    "HandlingSlip",
    "INCOMING_REGISTER",
    "OUTGOING_REGISTER",
    "POSTAL_REGISTER",
    "RETAINED_COPY_REGISTER",
    "TRANSFER_LIST",
    "TRANSFER_LIST_PERMANENT",
    "arrival_stamp",
    "draw_arrival_stamp",
    "envelope",
    "handling_slip",
]

DECREE = "Nghị định 30/2020/NĐ-CP"


@dataclass(frozen=True)
class Form:
    """A register or list prescribed by law.

    ``cover`` is "numbers" (with "Từ số … đến số …"), "dates" (without) or "" (no cover).
    ``min_row_mm`` leaves room for what is written by hand ("Ký nhận").
    """

    key: str
    title: str
    columns: Sequence[Column]
    source: str
    cover: str = ""
    min_row_mm: float = 0
    empty_text: str = "Không có văn bản nào trong kỳ này."

    def make_cover(self, agency, **values):
        """A `Cover` of this form; ``values`` are those of `Cover` (parent, year, volume …)."""
        return Cover(
            agency=agency,
            title=self.title,
            with_numbers=self.cover == "numbers",
            **values,
        )

    def report(self, rows, **values):
        """A `TableReport` of this form; ``values`` are those of `TableReport`.

        With ``landscape=False`` the columns are narrowed in proportion to A4 portrait.
        """
        columns = self.columns
        if not values.get("landscape", True):
            ratio = A4_PORTRAIT.width / A4_LANDSCAPE.width
            columns = [replace(c, width_mm=max(c.width_mm * ratio, 8)) for c in columns]
        values.setdefault("title", self.title)
        values.setdefault("min_row_mm", self.min_row_mm)
        values.setdefault("empty_text", self.empty_text)
        return TableReport(columns=columns, rows=rows, **values)


def _date(title, width=21):
    return Column(title, width, "centre")


OUTGOING_REGISTER = Form(
    key="outgoing_register",
    title="SỔ ĐĂNG KÝ VĂN BẢN ĐI",
    source=f"{DECREE}, Phụ lục IV, mẫu I",
    cover="numbers",
    min_row_mm=9,
    columns=(
        Column("Số, ký hiệu văn bản", 30),
        _date("Ngày tháng văn bản"),
        Column("Tên loại và trích yếu nội dung văn bản", 58),
        Column("Người ký", 24),
        Column("Nơi nhận văn bản", 34),
        Column("Đơn vị, người nhận bản lưu", 22),
        Column("Số lượng bản", 14, "centre", number=True),
        _date("Ngày chuyển"),
        Column("Ký nhận", 14),
        Column("Ghi chú", 14),
    ),
)

POSTAL_REGISTER = Form(
    key="postal_register",
    title="SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN",
    source=f"{DECREE}, Phụ lục IV, mẫu III",
    cover="numbers",
    min_row_mm=12,  # room for the postmark
    columns=(
        _date("Ngày chuyển", 24),
        Column("Số, ký hiệu văn bản", 48),
        Column("Nơi nhận văn bản", 80),
        Column("Số lượng bì", 20, "centre", number=True),
        Column("Ký nhận và dấu bưu điện", 50),
        Column("Ghi chú", 30),
    ),
)

RETAINED_COPY_REGISTER = Form(
    key="retained_copy_register",
    title="SỔ SỬ DỤNG BẢN LƯU",
    source=f"{DECREE}, Phụ lục IV, mẫu IV",
    cover="numbers",
    min_row_mm=9,
    columns=(
        _date("Ngày tháng"),
        Column("Họ tên người sử dụng", 32),
        Column("Số, ký hiệu ngày tháng văn bản", 34),
        Column("Tên loại và trích yếu nội dung văn bản", 62),
        Column("Số và ký hiệu HS", 24),
        Column("Ký nhận", 16),
        _date("Ngày trả"),
        Column("Người cho phép sử dụng", 26),
        Column("Ghi chú", 16),
    ),
)

INCOMING_REGISTER = Form(
    key="incoming_register",
    title="SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
    source=f"{DECREE}, Phụ lục IV, mẫu VI",
    cover="numbers",
    min_row_mm=9,
    columns=(
        _date("Ngày đến"),
        Column("Số đến", 14, "centre"),
        Column("Tác giả", 34),
        Column("Số, ký hiệu văn bản", 30),
        _date("Ngày tháng văn bản"),
        Column("Tên loại và trích yếu nội dung văn bản", 56),
        Column("Đơn vị hoặc người nhận", 27),
        _date("Ngày chuyển"),
        Column("Ký nhận", 14),
        Column("Ghi chú", 14),
    ),
)

#: The decree gives no form for it; the columns are those that a copy is found by (Điều 25-27; Phụ lục I, Phần II).
COPY_REGISTER = Form(
    key="copy_register",
    title="SỔ ĐĂNG KÝ BẢN SAO",
    source=f"{DECREE}, Điều 25-27 (mẫu của hệ thống)",
    cover="numbers",
    min_row_mm=9,
    empty_text="Không có bản sao nào trong kỳ này.",
    columns=(
        Column("Số, ký hiệu bản sao", 30),
        _date("Ngày sao"),
        Column("Hình thức sao", 20, "centre"),
        Column("Số, ký hiệu, ngày văn bản được sao", 32),
        Column("Tên loại và trích yếu", 56),
        Column("Người ký bản sao", 26),
        Column("Nơi nhận", 34),
        Column("Số lượng", 15, "centre", number=True),
        Column("Ghi chú", 18),
    ),
)

FOLLOW_UP_REGISTER = Form(
    key="follow_up_register",
    title="SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN",
    source=f"{DECREE}, Phụ lục IV, mẫu VIII",
    cover="dates",
    min_row_mm=9,
    columns=(
        Column("Số đến", 18, "centre"),
        Column("Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản", 84),
        Column("Đơn vị hoặc người nhận", 40),
        _date("Thời hạn giải quyết", 25),
        Column("Tiến độ giải quyết", 35),
        Column("Số, ký hiệu văn bản trả lời", 30),
        Column("Ghi chú", 20),
    ),
)

FILE_PLAN = Form(
    key="file_plan",
    title="DANH MỤC HỒ SƠ",
    source=f"{DECREE}, Phụ lục V, mẫu II",
    empty_text="Danh mục chưa có hồ sơ nào.",
    columns=(
        Column("Số và ký hiệu hồ sơ", 32),
        Column("Tên đề mục và tiêu đề hồ sơ", 120),
        Column("Thời hạn bảo quản", 30, "centre"),
        Column("Người lập hồ sơ", 42),
        Column("Ghi chú", 28),
    ),
)

TRANSFER_LIST = Form(
    key="transfer_list",
    title="MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",
    source=f"{DECREE}, Phụ lục V, mẫu III (hồ sơ bảo quản có thời hạn)",
    empty_text="Không có hồ sơ nào nộp lưu.",
    columns=(
        Column("Số TT", 14, "centre"),
        Column("Số, ký hiệu hồ sơ", 32),
        Column("Tiêu đề hồ sơ", 98),
        Column("Thời gian tài liệu", 34, "centre"),
        Column("Thời hạn bảo quản", 26, "centre"),
        Column("Số tờ/ Số trang", 22, "centre", number=True),
        Column("Ghi chú", 26),
    ),
)

#: Files kept for ever are listed apart, without the column "Thời hạn bảo quản".
TRANSFER_LIST_PERMANENT = Form(
    key="transfer_list_permanent",
    title=TRANSFER_LIST.title,
    source=f"{DECREE}, Phụ lục V, mẫu III (hồ sơ bảo quản vĩnh viễn: bỏ cột 5)",
    empty_text=TRANSFER_LIST.empty_text,
    columns=(
        Column("Số TT", 14, "centre"),
        Column("Số, ký hiệu hồ sơ", 32),
        Column("Tiêu đề hồ sơ", 124),
        Column("Thời gian tài liệu", 34, "centre"),
        Column("Số tờ/ Số trang", 22, "centre", number=True),
        Column("Ghi chú", 26),
    ),
)

DOSSIER_CONTENTS = Form(
    key="dossier_contents",
    title="MỤC LỤC VĂN BẢN, TÀI LIỆU",
    source=f"{DECREE}, Phụ lục V, mẫu IV",
    empty_text="Hồ sơ chưa có văn bản nào.",
    columns=(
        Column("STT", 14, "centre"),
        Column("Số, ký hiệu văn bản", 36),
        _date("Ngày tháng năm văn bản", 24),
        Column("Tên loại và trích yếu nội dung văn bản", 96),
        Column("Tác giả văn bản", 40),
        Column("Tờ số/ Trang số", 20, "centre"),
        Column("Ghi chú", 22),
    ),
)

FORMS = {
    form.key: form
    for form in (
        OUTGOING_REGISTER,
        POSTAL_REGISTER,
        RETAINED_COPY_REGISTER,
        INCOMING_REGISTER,
        COPY_REGISTER,
        FOLLOW_UP_REGISTER,
        FILE_PLAN,
        TRANSFER_LIST,
        TRANSFER_LIST_PERMANENT,
        DOSSIER_CONTENTS,
    )
}
