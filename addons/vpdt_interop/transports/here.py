from .interface import Transport
from .outcome import Delivered, Refused


class HereTransport(Transport):
    """Agencies of this database: through the codec, and in at the one door, as from outside."""

    needs = ()

    def send(self, message):
        """:return: Delivered, or Refused in the words of the receiving agency"""
        organization = self.env["vpdt.organization"]._find_by_identifier(message.to_identifier)
        company = organization._served_by()
        if not company:
            return Refused(self.env._("No channel leads to this organization yet."), "no_channel")
        own = message.company_id.organization_id
        receipt = message._receive(message, company, own.identifier or own.identifier_legacy)
        if receipt.state == "failed":
            words = self.env._("The recipient could not take it: %s", receipt.error)
            return Refused(words, receipt.cause or "refused")
        return Delivered()

    def test(self):
        """:return: always works; says how many agencies it reaches"""
        agencies = self.env["res.company"].search_count([("organization_id.active", "=", True)])
        return True, self.env._("%s agencies of this system exchange with each other.", agencies)
