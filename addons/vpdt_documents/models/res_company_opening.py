from odoo import api, models

from odoo.addons.vpdt_base.text import fold


class ResCompany(models.Model):
    """The registers of an agency that is opened, each with the volume of this year."""

    # split by concern
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _usual_registers(self):
        """(direction, name) of the two registers that every agency keeps."""
        incoming = self.env._("Register of incoming documents")
        outgoing = self.env._("Register of outgoing documents")
        return [("incoming", incoming), ("outgoing", outgoing)]

    def _open_registers(self, rows):
        results = super()._open_registers(rows)
        registers = self.env["vpdt.register"].search([("company_id", "=", self.id)])
        if not rows and not registers:
            rows = [(0, {"name": name, "direction": direction}) for direction, name in self._usual_registers()]
        known = {(register.direction, fold(register.name)) for register in registers}
        missing = []
        for row, values in rows:
            is_known = (values["direction"], fold(values["name"])) in known
            results.append(("register", row, "unchanged" if is_known else "created"))
            if not is_known:
                missing.append({**values, "company_id": self.id})
        missing += self._prepare_copy_registers()
        made = self.env["vpdt.register"].create(missing)
        self.env["vpdt.register.volume"].create([{"register_id": register.id} for register in made])
        return results

    def _prepare_copy_registers(self):
        """Values of the one register of copies for those of these agencies that have none."""
        kept = self.env["vpdt.register"].with_context(active_test=False).search([("direction", "=", "copy")]).company_id
        name = self.env._("Register of copies")
        return [{"name": name, "direction": "copy", "company_id": agency.id} for agency in self - kept]

    @api.model
    def _open_copy_registers(self):
        """Give every agency at work its register of copies; for databases from before there were copies."""
        registers = self.env["vpdt.register"].search([("direction", "!=", "copy")])
        agencies = registers.company_id.with_context(lang="vi_VN")  # the name is kept as it is written now
        made = self.env["vpdt.register"].create(agencies._prepare_copy_registers())
        self.env["vpdt.register.volume"].create([{"register_id": register.id} for register in made])
