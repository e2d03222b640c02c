"""The check of citations: articles that exist, in the order in which officials write them."""

import pytest
from vpdt_cli.citations import complaints


@pytest.mark.parametrize(
    "text",
    [
        "khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP",
        "điểm d khoản 2 Điều 32",
        "Quyết định 28/2018/QĐ-TTg, khoản 2 Điều 6",
        "khoản 3 Điều 7 Quy chế kèm theo Quyết định số 04/2026/QĐ-UBND tỉnh Đồng Tháp",
        "Điều 60 Luật số 45/2019/QH14",
        "(Bộ luật Dân sự\n    2015, khoản 2 Điều 147)",
        "Điều 18, Điều 23 Nghị định số 30/2020/NĐ-CP",
        "Kon Tum, khoản 10 Điều 18",
        "Gia Lai, khoản 9 Điều 3 or khoản 7 Điều 10",
        "Gia Lai 2026, khoản 7 Điều 12",
    ],
)
def test_right(text):
    assert not complaints(text, shown=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("khoản 9 Điều 13 Nghị định số 30/2020/NĐ-CP", "no such khoản"),
        ("Điều 40", "no such article"),
        ("điểm đ khoản 2\nĐiều 32", "no such điểm"),
        ("khoản 5 Điều 9 Quy chế kèm theo Quyết định số 04/2026/QĐ-UBND", "no such khoản"),
        ("Kon Tum, điểm d khoản 1 Điều 10", "no such điểm"),
        ("Gia Lai 2026, khoản 9 Điều 3", "no such khoản"),
        ("Gia Lai 443/2016, khoản 7 Điều 10", "no such khoản"),
        ("Gia Lai, khoản 10 Điều 3", "no such khoản"),
        ("theo Điều 13.3", "officials write"),
        ("Điều 4 khoản 5", "officials write"),
    ],
)
def test_wrong(text, words):
    (found,) = complaints(f"\n{text}", shown=True)
    assert words in found[1]
    assert found[0] >= 2
