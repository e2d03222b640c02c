"""Models that people write text into, besides those that are searched by it: normal form C on every write; and
those that stay in their agency though what they belong to can be written."""

from odoo import models


class VpdtAssignment(models.Model):
    _name = "vpdt.assignment"
    _inherit = ["vpdt.assignment", "vpdt.text.mixin"]


class VpdtReview(models.Model):
    _name = "vpdt.review"
    _inherit = ["vpdt.review", "vpdt.text.mixin"]


class VpdtDocumentType(models.Model):
    _name = "vpdt.document.type"
    _inherit = ["vpdt.document.type", "vpdt.text.mixin"]


class VpdtRegister(models.Model):
    _name = "vpdt.register"
    _inherit = ["vpdt.register", "vpdt.text.mixin", "vpdt.isolation.mixin"]


class VpdtRegisterVolume(models.Model):
    _name = "vpdt.register.volume"
    _inherit = ["vpdt.register.volume", "vpdt.isolation.mixin"]


class VpdtOutgoingSigner(models.Model):
    _name = "vpdt.outgoing.signer"
    _inherit = ["vpdt.outgoing.signer", "vpdt.isolation.mixin"]
