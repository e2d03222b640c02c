"""Types get the form of Phụ lục III that is theirs, or none, and say whether they have "Kính gửi"."""

from odoo import SUPERUSER_ID, api

TITLED = """chi_thi quy_che quy_dinh thong_cao thong_bao huong_dan chuong_trinh ke_hoach phuong_an de_an du_an bao_cao
to_trinh giay_uy_quyen phieu_gui phieu_chuyen phieu_bao"""
OWN = "nghi_quyet quyet_dinh cong_van cong_dien giay_moi giay_gioi_thieu bien_ban giay_nghi_phep"
UPLOADED = "hop_dong ban_ghi_nho ban_thoa_thuan thu_cong"
SALUTATION = {
    "cong_van": "always", "cong_dien": "always", "giay_moi": "always", "to_trinh": "upward", "bao_cao": "upward",
}  # fmt: skip


def migrate(cr, version):
    """Write form and salutation of the types of the decree; types that an office has added stay as they are.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    forms = dict.fromkeys(TITLED.split(), "van_ban_co_ten_loai") | {name: name for name in OWN.split()}
    for name in [*forms, *UPLOADED.split()]:
        kind = env.ref(f"vpdt_documents.type_{name}", raise_if_not_found=False)
        if kind:
            kind.write({"template": forms.get(name), "salutation": SALUTATION.get(name, "none")})
    letter = env.ref("vpdt_documents.type_thu_cong", raise_if_not_found=False)
    if letter:
        letter.has_title = True
