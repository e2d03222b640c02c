"""Capitals as people write them: names of agencies, of persons, and titles, out of what a page prints in capitals."""

import re

from odoo.addons.vpdt_base.text import strip_marks

SURNAMES = frozenset(
    """nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly an au ba bach banh bo ca cao cam chau che
    chu chung co cu cung cu da dam dan dao dau dinh doan dong duc duong giang giap gia ha han hau hoa hua hung huynh kha
    khuat khuong khong kieu kim kpa ksor la lai lam lang lo luc luong luu lu ma mac mai man mau minh mo mong nay nghiem
    nhan ninh nong ong phi pho phu phung quach quan quang rah rcom rmah ro sa siu son su sung ta tan tang than thach
    thai thieu tieu to ton tong tra trang trieu trinh truong tu tung vi vien vinh vong vuong xa y yen ye""".split()
)

#: Words after which a place stands, whose every word has a capital.
_BEFORE_PLACE = re.compile(
    r"\b(?:tỉnh ủy|thành ủy|tỉnh|thành phố|thị xã|thị trấn|huyện|quận|phường|đặc khu|xã) (?!hội|viên)", re.IGNORECASE
)
#: Words that have a capital inside a name, as Phụ lục II of the decree writes them.
_CAPITALISED = {
    "nhà nước": "Nhà nước", "nội vụ": "Nội vụ", "tài chính": "Tài chính", "công thương": "Công Thương",
    "xây dựng": "Xây dựng", "tư pháp": "Tư pháp", "y tế": "Y tế", "ngoại vụ": "Ngoại vụ", "ngoại giao": "Ngoại giao",
    "quốc phòng": "Quốc phòng", "công an": "Công an", "khoa học": "Khoa học", "công nghệ": "Công nghệ",
    "nông nghiệp": "Nông nghiệp", "môi trường": "Môi trường", "giáo dục": "Giáo dục", "đào tạo": "Đào tạo",
    "văn hóa": "Văn hóa", "thể thao": "Thể thao", "du lịch": "Du lịch", "dân tộc": "Dân tộc", "tôn giáo": "Tôn giáo",
    "chính phủ": "Chính phủ", "nhân dân": "nhân dân", "việt nam": "Việt Nam", "quốc hội": "Quốc hội",
    "tổ quốc": "Tổ quốc", "hồ chí minh": "Hồ Chí Minh", "lao động": "Lao động", "văn thư": "Văn thư",
    "lưu trữ": "Lưu trữ", "thanh tra": "Thanh tra", "đất đai": "Đất đai", "chuyển đổi số": "Chuyển đổi số",
}  # fmt: skip


def official_case(name):
    """The name of an agency or a type out of capitals: “SỞ NỘI VỤ” → “Sở Nội vụ”. What is not all capitals stays."""
    if name != name.upper():
        return name
    words = name.lower()
    for low, right in _CAPITALISED.items():
        words = words.replace(low, right)
    if words.startswith(("ubnd", "hđnd")):
        words = words[:4].upper() + words[4:]
    words = words[:1].upper() + words[1:]
    before = _BEFORE_PLACE.search(words)
    return words[: before.end()] + _each_capital(words[before.end() :]) if before else words


def _each_capital(words):
    return " ".join(word[:1].upper() + word[1:] for word in words.split())


def person_case(name):
    """The name of a person out of capitals: “NGUYỄN VĂN AN” → “Nguyễn Văn An”."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


def title_case(title):
    """A title out of capitals: “PHÓ GIÁM ĐỐC” → “Phó Giám đốc”."""
    words = title.lower().split()
    capital = {0, 1} if len(words) > 1 and strip_marks(words[0]) == "pho" else {0}
    return " ".join(word[:1].upper() + word[1:] if at in capital else word for at, word in enumerate(words))
