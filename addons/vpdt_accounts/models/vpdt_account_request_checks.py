from collections import Counter

from odoo import api, models

from odoo.addons.vpdt_base.directory.codes import follows_qcvn102, follows_qd20

OPEN_REQUESTS = ("draft", "to_sign", "received", "checked")


class VpdtAccountRequestLine(models.Model):
    """What is wrong with a line is said beside it, before anybody signs the list."""

    _inherit = "vpdt.account.request.line"

    @api.depends("name", "login", "account_id", "identifier", "case_id", "basis", "basis_date", "change", "new_value",
                 "to_organization_id", "role_ids", "end_date", "state", "kind", "subject")  # fmt: skip
    def _compute_fault(self):
        known = self._known()
        for line in self:
            faults = line._faults(known) if line.state == "open" else []
            line.fault = " ".join(faults)
            line.remark = line._remarks(known) if line.state == "open" else ""

    def _known(self):
        """What the faults of all lines are found from, asked at once.

        :return: dict: "users" login → res.users, "twice" logins named more than once, "elsewhere" login → line of
            another open request
        """
        logins = [login for login in self.mapped("login") if login]
        # whether an account of this mailbox is there; in which agency is told only if it is one's own
        users = self.env["res.users"].sudo().with_context(active_test=False).search([("login", "in", logins)])
        lines = self.request_id._origin.line_ids | self._origin  # while a form is typed in, each line is there twice
        counts = Counter((line.request_id._origin.id, line.login) for line in lines if line.login)
        others = self.sudo().search(
            [
                ("login", "in", logins),
                ("request_id", "not in", self.request_id._origin.ids),
                ("request_id.state", "in", OPEN_REQUESTS),
                ("request_id.form_id.kind", "=", "new"),
                ("state", "=", "open"),
            ]
        )
        return {
            "users": {user.login: user for user in users},
            "twice": {login for (_request, login), count in counts.items() if count > 1},
            "elsewhere": {line.login for line in others},
            "policy": self.env["vpdt.account.policy"]._current(),
        }

    def _faults(self, known):
        """Everything that hinders this line, in words (list)."""
        checks = {
            ("new", "person"): self._faults_of_new_person,
            ("new", "agency"): self._faults_of_new_agency,
            ("change", "person"): self._faults_of_change,
            ("change", "agency"): self._faults_of_change,
            ("revoke", "person"): self._faults_of_revocation,
            ("revoke", "agency"): self._faults_of_revocation,
        }
        faults = checks.get((self.kind, self.subject), lambda known: [])(known)
        if self.case_id.needs_basis and not (self.basis and self.basis_date):
            faults.append(self.env._("Number and date of the decision are missing."))
        if self.login and self.login in known["twice"]:
            faults.append(self.env._("Named twice in this list."))
        return faults

    def _faults_of_new_person(self, known):
        faults = [] if self.name else [self.env._("The name is missing.")]
        faults += self._faults_of_mailbox(known)
        if not self.role_ids:
            faults.append(self.env._("Choose at least one role."))
        return faults

    def _faults_of_mailbox(self, known):
        policy = known["policy"]
        if not self.login:
            return [self.env._("The official mailbox is missing.")]
        if not policy._is_mailbox(self.login):
            domain = policy.mailbox_domain
            return [
                self.env._("The mailbox is written in lower case and ends in @%s.", domain.lstrip("@"))
                if domain
                else self.env._("This is no mail address in lower case.")
            ]
        user = known["users"].get(self.login)
        if user and not user.active:
            return [self.env._("The account of this mailbox was closed: ask for it to be restored.")]
        if user and self.company_id in user.company_ids:
            return [self.env._("This person has an account already.")]
        if user:
            return [self.env._("This mailbox has an account in another agency: it asks for the move (Mẫu 02).")]
        return []

    def _faults_of_new_agency(self, known):
        faults = [] if self.name else [self.env._("The name is missing.")]
        if not known["policy"].keeper_id:
            faults.append(
                self.env._("Nobody keeps the accounts of all agencies: the system administrator opens new ones.")
            )
        if not self.identifier:
            faults.append(self.env._("The identifier is missing; where there is none yet, ask for one first."))
        elif not (follows_qd20(self.identifier) or follows_qcvn102(self.identifier)):
            faults.append(self.env._("“%s” is no identifier such as H21.02.", self.identifier))
        else:
            organization = self.env["vpdt.organization"]._find_by_identifier(self.identifier)
            if organization.sudo().company_ids:  # whether an agency is served here is no secret
                faults.append(self.env._("%s is served here already.", organization.name))
        return faults + self._faults_of_mailbox(known)

    def _faults_of_account(self):
        if not self.account_id:
            return [self.env._("Choose the account.")]
        if self.account_id.company_id != self.company_id:
            return [self.env._("This account is not of the agency.")]
        return []

    def _faults_of_change(self, known):
        if self.subject == "agency" or self.change == "agency":
            return [] if self.new_value else [self.env._("Write the new name.")]
        faults = self._faults_of_account()
        if not self.change:
            faults.append(self.env._("Say what changes."))
        elif self.change == "move":
            target = self.to_organization_id.sudo().company_ids  # whether an agency is served here is no secret
            if not target or target == self.company_id:
                faults.append(self.env._("Choose the new agency."))
            elif known["policy"]._keeper_of(target[:1]) != self.sudo().keeper_id:  # to whom the request goes
                faults.append(
                    self.env._(
                        "%s keeps its accounts itself, and nobody else opens any there: the system administrator moves "
                        "the person.",
                        self.to_organization_id.name,
                    )
                )
        elif self.change == "roles" and not self.role_ids:
            faults.append(self.env._("Choose at least one role."))
        elif self.change not in ("move", "roles", "restore") and not self.new_value:
            faults.append(self.env._("Write the new value."))
        return faults

    def _faults_of_revocation(self, known):
        faults = self._faults_of_account() if self.subject == "person" else []
        if self.account_id.state == "revoked":
            faults.append(self.env._("This account was revoked already."))
        if not self.end_date:
            faults.append(self.env._("The day of revocation is missing."))
        return faults

    def _remarks(self, known):
        remarks = []
        if self.kind == "new" and self.login in known["elsewhere"]:
            remarks.append(self.env._("Another open request names this mailbox, too."))
        return " ".join(remarks)


class VpdtAccountRequest(models.Model):
    _inherit = "vpdt.account.request"

    @api.depends("line_ids.fault")
    def _compute_faults(self):
        for request in self:
            request.faults = "\n".join(
                f"{number}. {line.name or line.login or ''}: {line.fault}"
                for number, line in enumerate(request.line_ids, 1)
                if line.fault
            )
