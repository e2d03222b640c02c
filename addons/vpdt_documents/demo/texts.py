"""What the documents of the demo are about: subjects as offices write them; authors, numbers and texts are made up."""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def _rows(name):
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


#: dicts of author, notation, type, subject, days (until the deadline, or empty), priority
INCOMING = _rows("incoming.csv")
#: dicts of type, subject, body
OUTGOING = _rows("outgoing.csv")

DIRECTIONS = (
    "Văn phòng chủ trì, phối hợp các đơn vị liên quan tham mưu, báo cáo.",
    "Tham mưu văn bản trả lời, trình ký trước thời hạn.",
    "Nghiên cứu, triển khai thực hiện theo quy định.",
    "Chuẩn bị nội dung, dự họp thay và báo cáo kết quả.",
)
PROGRESS = (
    "Đã gửi văn bản lấy số liệu của các đơn vị, hẹn nhận trong tuần.",
    "Đang tổng hợp ý kiến góp ý, dự kiến trình dự thảo ngày mai.",
    "Đã làm việc trực tiếp với cơ quan gửi, thống nhất nội dung.",
)
RESULTS = (
    "Đã tham mưu văn bản trả lời, gửi qua trục liên thông.",
    "Đã tổ chức thực hiện, báo cáo lãnh đạo tại cuộc họp giao ban.",
    "Đã dự họp, báo cáo kết quả bằng văn bản.",
)
OPINIONS = ("Nhất trí với dự thảo, đề nghị bổ sung số liệu 10 tháng.", "Không có ý kiến khác.")
