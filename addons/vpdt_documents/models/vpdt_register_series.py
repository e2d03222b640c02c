from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

_DIRECTIONS = {"vpdt.incoming": "incoming", "vpdt.outgoing": "outgoing", "vpdt.copy": "copy"}


class VpdtRegister(models.Model):
    """One series of numbers a year for each direction; what has been numbered is not bent afterwards.

    Numbers of administrative documents run from 01 through the year as the head of the agency has decided (Nghị định
    30/2020, Điều 15.1): a second register of a direction needs that decision, and is not the clerk's to make.
    """

    _inherit = "vpdt.register"  # pylint: disable=consider-merging-classes-inherited

    #: What the numbers that were given stand on.
    _FIXED = ("direction", "company_id", "sequence")
    #: What decides into which of several series a document goes.
    _SERIES = frozenset({"direction", "company_id", "type_ids", "active", "decision"})

    @api.model
    def _first_fields(self):
        return super()._first_fields() | self._fields_of_decision()

    def _editable_fields(self):
        return super()._editable_fields() | self._fields_of_decision()

    @api.model
    def _fields_of_decision(self):
        return {"decision"} if self.env.user.has_group("vpdt_base.group_unit_admin") else set()

    @api.model_create_multi
    def create(self, vals_list):
        registers = super().create(vals_list)
        registers._check_series()
        return registers

    def write(self, vals):
        self._check_unused(vals)
        result = super().write(vals)
        if self._SERIES & vals.keys():
            self._check_series()
        return result

    def _check_unused(self, vals):
        """:raises UserError: a register that has given a number would be bent"""
        fixed = [name for name in self._FIXED if name in vals]
        if not fixed:
            return
        used = self.sudo().counter_ids.register_id  # that numbers were given, not which
        for register in self & used.with_env(self.env):
            bent = [name for name in fixed if register._fields[name].convert_to_write(register[name], register)
                    != vals[name]]  # fmt: skip
            if bent:
                raise UserError(
                    self.env._(
                        "The register “%(register)s” has given numbers already: this stays as it is: %(fields)s. "
                        "The unit administrator opens another one if it is needed.",
                        register=register.name,
                        fields=", ".join(self._fields[name]._description_string(self.env) for name in bent),
                    )
                )

    def _check_series(self):
        """:raises AccessError, UserError: a second series without the decision of the head of the agency"""
        if self.env.su or self.env.user.has_group("vpdt_base.group_system_admin"):
            return  # an agency that is opened comes with the registers that it keeps
        for register in self.filtered(lambda register: register.direction != "copy"):
            same = [("company_id", "=", register.company_id.id), ("direction", "=", register.direction)]
            # closed ones count: their numbers were given in the same year
            others = self.with_context(active_test=False).search([*same, ("id", "!=", register.id)])
            if not others:
                continue
            if not self.env.user.has_group("vpdt_base.group_unit_admin"):
                raise AccessError(
                    self.env._(
                        "The agency numbers these documents in “%s” already. A second series, or a change of what goes "
                        "into which, is entered by the unit administrator with the decision of the head of the agency.",
                        others[0].name,
                    )
                )
            if not (register.decision or "").strip() and not all(other.decision for other in others):
                raise UserError(
                    self.env._(
                        "The agency numbers these documents in “%s” already. Enter number and date of the decision of "
                        "the head of the agency on a second series.",
                        others[0].name,
                    )
                )

    @api.model
    def _check_registers_of(self, documents):
        """A document stands in a register of its own agency and direction, whoever put it there.

        :param documents: records of one model that has ``register_id``
        :raises ValidationError:
        """
        direction = _DIRECTIONS[documents._name]
        for document in documents.sudo():  # compares direction and agency only
            register = document.register_id
            if register and (register.direction != direction or register.company_id != document.company_id):
                raise ValidationError(self.env._("“%s” is not a register for this document.", register.display_name))
