"""The registers of the demo province."""

from odoo.addons.vpdt_base.demo import province

NAMES = (("incoming", "Sổ văn bản đến"), ("outgoing", "Sổ văn bản đi"), ("copy", "Sổ đăng ký bản sao"))


def load(env):
    """Give each agency of the demo its registers with the volume of this year; a second call changes nothing."""
    identifiers = [agency[3] for agency in province.AGENCIES]
    agencies = env["vpdt.organization"].search([("identifier", "in", identifiers)]).company_ids
    kept = env["vpdt.register"].search([("company_id", "in", agencies.ids)]).company_id
    registers = env["vpdt.register"].create(
        [
            {"name": name, "direction": direction, "company_id": company.id}
            for company in agencies - kept
            for direction, name in NAMES
        ]
    )
    env["vpdt.register.volume"].create([{"register_id": register.id} for register in registers])
