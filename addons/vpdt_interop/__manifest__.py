{
    "name": "VPĐT: interop",
    "summary": "Exchange of documents between agencies in edXML packets (QCVN 102:2016/BTTTT)",
    "version": "19.0.1.2.0",
    "category": "Productivity/Documents",
    "author": "VPĐT",
    "license": "LGPL-3",
    "depends": ["vpdt_documents"],
    "data": [
        "security/ir.model.access.csv",
        "security/vpdt_rules.xml",
        "data/queue_job_data.xml",
        "data/vpdt_exchange_channel_data.xml",
        "views/vpdt_exchange_message_views.xml",
        "views/vpdt_exchange_channel_views.xml",
        "views/vpdt_outgoing_views.xml",
        "views/menus.xml",
    ],
}
