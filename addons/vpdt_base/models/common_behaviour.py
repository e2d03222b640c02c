"""Models that people write text into, besides those that are searched by it: normal form C on every write.

Here in one list, so that a model is seen to have it or not."""

from odoo import models


class VpdtSigningKey(models.Model):
    _name = "vpdt.signing.key"
    _inherit = ["vpdt.signing.key", "vpdt.text.mixin"]


class VpdtTrustAnchor(models.Model):
    _name = "vpdt.trust.anchor"
    _inherit = ["vpdt.trust.anchor", "vpdt.text.mixin"]


class VpdtSignature(models.Model):
    _name = "vpdt.signature"
    _inherit = ["vpdt.signature", "vpdt.text.mixin"]


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "vpdt.text.mixin"]


class HrDepartment(models.Model):
    _name = "hr.department"
    _inherit = ["hr.department", "vpdt.text.mixin"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "vpdt.text.mixin"]
