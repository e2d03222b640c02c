"""Types of documents name the articles that speak of them, and a Thư công is called by its type (Điều 7 NĐ 30)."""

SHIPPED = "Nghị định 30/2020/NĐ-CP, Điều 7; Phụ lục III"
DECREE = "Nghị định số 30/2020/NĐ-CP"
SOME = {
    f"Điều 25, mục I Phụ lục III {DECREE}": ("type_ban_sao_y", "type_ban_trich_sao", "type_ban_sao_luc"),
    f"Điều 7 {DECREE}": ("type_cong_van", "type_thu_cong"),
}


def migrate(cr, version):
    """Change what was shipped; a basis that an administrator has entered stays."""
    for basis, names in SOME.items():
        cr.execute(
            "UPDATE vpdt_document_type SET legal_basis = %s FROM ir_model_data d WHERE legal_basis = %s AND d.module = "
            "'vpdt_documents' AND d.model = 'vpdt.document.type' AND d.res_id = vpdt_document_type.id AND d.name IN %s",
            (basis, SHIPPED, names),
        )
    cr.execute(
        "UPDATE vpdt_document_type SET legal_basis = %s WHERE legal_basis = %s",
        (f"Điều 7, Phụ lục III {DECREE}", SHIPPED),
    )
    cr.execute(
        "UPDATE vpdt_document_type SET has_title = TRUE FROM ir_model_data d WHERE d.module = 'vpdt_documents' AND "
        "d.name = 'type_thu_cong' AND d.model = 'vpdt.document.type' AND d.res_id = vpdt_document_type.id"
    )
