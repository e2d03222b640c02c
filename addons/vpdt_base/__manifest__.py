{
    "name": "VPĐT: base",
    "summary": "Agencies, people and authority, signing, files, journal and official PDF of an electronic office",
    "version": "19.0.1.0.0",
    "category": "Productivity/Documents",
    "author": "VPĐT",
    "license": "LGPL-3",
    "application": True,
    "depends": ["mail", "hr", "queue_job", "base_import"],
    "external_dependencies": {
        "python": ["pyhanko", "cryptography", "reportlab", "pypdfium2", "holidays", "magic", "xlsxwriter"],
    },
    "data": [
        "security/vpdt_groups.xml",
        "security/ir.model.access.csv",
        "security/vpdt_rules.xml",
        "views/vpdt_organization_views.xml",
        "views/res_company_views.xml",
        "views/hr_views.xml",
        "views/vpdt_signing_key_views.xml",
        "views/vpdt_file_views.xml",
        "views/vpdt_journal_entry_views.xml",
        "views/menus.xml",
        "security/vpdt_delegation_rules.xml",
        "security/vpdt_day_exception_rules.xml",
        "data/ir_cron_people_data.xml",
        "views/vpdt_delegation_views.xml",
        "views/vpdt_day_exception_views.xml",
        "views/vpdt_signing_picture_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            # Debian's Odoo is shipped without this library; left in the bundle it logs an error on every page.
            ("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js"),
            "vpdt_base/static/src/**/*",
        ],
    },
}
