"""Models that people write text into, besides those that are searched by it: normal form C on every write; and
those that stay in their agency though it can be written.

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


class VpdtAccessChange(models.Model):
    _name = "vpdt.access.change"
    _inherit = ["vpdt.access.change", "vpdt.text.mixin"]


class VpdtAllowedHost(models.Model):
    _name = "vpdt.allowed.host"
    _inherit = ["vpdt.allowed.host", "vpdt.text.mixin"]


class VpdtFilePolicy(models.Model):
    _name = "vpdt.file.policy"
    _inherit = ["vpdt.file.policy", "vpdt.text.mixin", "vpdt.isolation.mixin"]


class VpdtFileType(models.Model):
    _name = "vpdt.file.type"
    _inherit = ["vpdt.file.type", "vpdt.text.mixin"]


class VpdtOrganizationGroup(models.Model):
    _name = "vpdt.organization.group"
    _inherit = ["vpdt.organization.group", "vpdt.text.mixin"]


class VpdtOrganizationImport(models.Model):
    _name = "vpdt.organization.import"
    _inherit = ["vpdt.organization.import", "vpdt.text.mixin"]


class VpdtOrganizationName(models.Model):
    _name = "vpdt.organization.name"
    _inherit = ["vpdt.organization.name", "vpdt.text.mixin"]


class VpdtOrganizationSuccession(models.Model):
    _name = "vpdt.organization.succession"
    _inherit = ["vpdt.organization.succession", "vpdt.text.mixin"]


class VpdtSigningService(models.Model):
    _name = "vpdt.signing.service"
    _inherit = ["vpdt.signing.service", "vpdt.text.mixin"]


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "vpdt.text.mixin"]


class HrDepartment(models.Model):
    _name = "hr.department"
    _inherit = ["hr.department", "vpdt.text.mixin"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "vpdt.text.mixin"]
