"""Permission matrices of vpdt_base, continued: what the system keeps for itself, settings, the directory, requests."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .builders import tiny_pdf
from .permission_matrix import PermissionMatrixCase
from .test_vpdt_delegation import prepare_delegation_vals

TESTED_MORE = {
    "vpdt.access.change",
    "vpdt.alert.choice",
    "vpdt.allowed.host",
    "vpdt.chat.service",
    "vpdt.attempt",
    "vpdt.backup",
    "vpdt.file.policy",
    "vpdt.file.rendition",
    "vpdt.file.text",
    "vpdt.file.type",
    "vpdt.journal.seal",
    "vpdt.organization.group",
    "vpdt.organization.import",
    "vpdt.organization.import.line",
    "vpdt.organization.name",
    "vpdt.organization.succession",
    "vpdt.organization.use",
    "vpdt.revocation.cache",
    "vpdt.signing.service",
    "vpdt.signing.session",
    "vpdt.signing.session.part",
    "vpdt.virus.check",
}

CLOSED = """
    state  role                                                    read  write  create  unlink
    any    clerk leader unit_head specialist archivist auditor     no    no     no      no
    any    unit_admin system_admin                                 no    no     no      no
    any    stranger strange_leader strange_admin                   no    no     no      no
"""

FOR_ALL_KEPT_BY_SYSTEM_ADMIN = """
    state  role                                                    read  write  create  unlink
    any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
    any    unit_admin                                              yes   no     no      no
    any    stranger strange_leader strange_admin                   yes   no     no      no
    any    system_admin                                            yes   yes    yes     yes
"""

# The same, but nobody takes a row away: others point to it.
FOR_ALL_NEVER_DELETED = f"""{FOR_ALL_KEPT_BY_SYSTEM_ADMIN}
    any    system_admin                                            yes   yes    yes     no
"""


class MoreCase(PermissionMatrixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delegation = (
            cls.env["vpdt.delegation"]
            .with_user(cls.leader)
            .with_context(allowed_company_ids=cls.agency.ids)
            .create(prepare_delegation_vals(cls.leader, cls.cast["unit_head"]))
        )
        cls.file = cls.env["vpdt.file"]._store(cls.delegation.sudo(), "giay-uy-quyen.pdf", tiny_pdf(), "main")

    def insert(self, model, **values):
        """A row of a model that refuses to be created in any way but its own."""
        columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        table = self.env[model]._table
        self.env.cr.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id", list(values.values()))
        return self.env[model].browse(self.env.cr.fetchone()[0])


@tagged("post_install", "-at_install")
class TestPermissionMatrixSystem(MoreCase):
    """What the system writes: most of it is nobody's to read."""

    def check_closed(self, model, values, touch):
        self.check_matrix(
            CLOSED,
            {"any": self.env[model].create(values)},
            touch,
            lambda closed, _role: closed.create(values),
        )

    def test_signing_session(self):
        key = self.env["vpdt.signing.key"].create(
            {"name": "K", "holder": "person", "user_id": self.leader.id, "company_id": self.agency.id}
        )
        values = {
            "user_id": self.leader.id,
            "company_id": self.agency.id,
            "key_id": key.id,
            "res_model": "vpdt.delegation",
            "res_id": self.delegation.id,
            "step": "sign",
            "fingerprint": "00",
            "expires_at": "2031-01-01 00:00:00",
        }
        self.check_closed("vpdt.signing.session", values, {"state": "answered"})
        session = self.env["vpdt.signing.session"].create(values)
        part = {"session_id": session.id, "source_id": self.file.id}
        self.check_closed("vpdt.signing.session.part", part, {"signature": base64.b64encode(b"x")})

    def test_attempt(self):
        values = {"subject": "key:0", "last_at": "2031-01-01 00:00:00"}
        self.check_closed("vpdt.attempt", values, {"wrong": 0})

    def test_revocation_cache(self):
        values = {"key": "crl:test", "data": base64.b64encode(b"x"), "until": "2031-01-01 00:00:00"}
        self.check_closed("vpdt.revocation.cache", values, {"until": "2099-01-01 00:00:00"})

    def test_file_text(self):
        self.env["vpdt.file.text"].search([("file_id", "=", self.file.id)]).unlink()
        self.check_closed("vpdt.file.text", {"file_id": self.file.id, "content": "Mật"}, {"content": "x"})

    def test_file_rendition(self):
        values = {"sha256": "0" * 64, "kind": "preview", "state": "failed", "error": "x"}
        self.check_closed("vpdt.file.rendition", values, {"state": "done"})

    def test_journal_seal(self):
        seal = self.insert(
            "vpdt.journal.seal",
            number=999_999,
            at="2031-01-01",
            origin=-1,
            from_txn=1,
            to_txn=2,
            first_id=1,
            last_id=2,
            count=2,
            root="r",
            previous="p",
            digest="d",
            key_id="k",
            signature="s",
            leaves=b"",
        )
        self.check_matrix(
            f"""{CLOSED}
            any    auditor                                                 yes   no     no      no
            """,
            {"any": seal},
            {"root": "x"},
            lambda model, _role: model.create({"number": 1_000_000}),
        )

    def _make_virus_check(self, env=None):
        values = {"file_id": self.file.id, "sha256": "0" * 64, "company_id": self.agency.id, "state": "infected"}
        return (env or self.env)["vpdt.virus.check"].create(values)

    def test_virus_check(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink  again
            any    clerk leader unit_head specialist archivist auditor     no    no     no      no      no
            any    stranger strange_leader strange_admin                   no    no     no      no      no
            any    unit_admin system_admin                                 yes   no     no      no      yes
            """,
            {"any": self._make_virus_check()},
            {"state": "settled"},
            lambda model, _role: self._make_virus_check(model.env),
            {"again": lambda record, _role: record.action_check_again()},
        )

    def test_backup(self):
        Backup = self.env["vpdt.backup"]
        self.check_matrix(
            f"""{CLOSED}
            any    system_admin                                            yes   no     no      no
            """,
            {"any": Backup._record("backup", "good", words="Đã sao lưu.")},
            {"words": "x"},
            lambda model, _role: model.create({"kind": "backup", "state": "good", "started_at": "2026-11-29"}),
        )

    def test_virus_check_tells_no_file_name(self):
        check = self._make_virus_check()
        self.assertNotIn(self.file.name, str(self.as_role(check, "unit_admin").read()))


@tagged("post_install", "-at_install")
class TestPermissionMatrixSettings(MoreCase):
    """What administrators keep."""

    def test_allowed_host(self):
        self.check_matrix(
            f"""{CLOSED}
            any    system_admin                                            yes   yes    yes     yes
            """,
            {"any": self.env["vpdt.allowed.host"].create({"name": "ocsp.example.vn"})},
            {"note": "x"},
            lambda model, _role: model.create({"name": "crl.example.vn"}),
        )

    def test_chat_service(self):
        self.env["vpdt.allowed.host"].create({"name": "chat.example.vn"})
        values = {"name": "Dịch vụ thử", "url": "https://chat.example.vn"}
        service = self.env["vpdt.chat.service"].create({**values, "new_secret": "bí mật"})
        self.check_matrix(
            f"""{CLOSED}
            any    system_admin                                            yes   yes    yes     yes
            """,
            {"any": service},
            {"name": "x"},
            lambda model, _role: model.create(values),
        )
        for role in self.cast:
            with self.assertRaises(AccessError, msg=role):
                self.as_role(service, role).read(["secret"])

    def test_alert_choice(self):
        mine = self.env["vpdt.alert.choice"].create({"user_id": self.clerk.id, "event": "work"})
        self.check_matrix(
            f"""{CLOSED}
            any    clerk                                                   yes   yes    no      no
            """,
            {"any": mine},
            {"by_mail": True},
            lambda model, _role: model.create({"user_id": self.clerk.id, "event": "news"}),
        )

    def test_signing_service(self):
        service = self.env["vpdt.signing.service"].create({"name": "Dịch vụ thử", "new_secret": "bí mật"})
        self.check_matrix(
            FOR_ALL_NEVER_DELETED,
            {"any": service},
            {"name": "x"},
            lambda model, _role: model.create({"name": "Dịch vụ thử hai"}),
        )
        self.check_matrix(
            """
            state  role                                                    see_secret  write_secret  new_secret
            any    clerk leader unit_head specialist archivist auditor     no          no            no
            any    unit_admin stranger strange_leader strange_admin        no          no            no
            any    system_admin                                            no          no            yes
            """,
            {"any": service},
            operations={
                "see_secret": lambda record, _role: record.read(["secret"]),
                "write_secret": lambda record, _role: record.write({"secret": base64.b64encode(b"x")}),
                "new_secret": lambda record, _role: record.write({"new_secret": "x"}),
            },
        )

    def test_file_type(self):
        self.check_matrix(
            f"""{FOR_ALL_KEPT_BY_SYSTEM_ADMIN}
            any    system_admin                                            yes   yes    no      no
            """,
            {"any": self.env["vpdt.file.type"].create({"name": "X", "mimetype": "text/x-test", "extensions": ".x"})},
            {"legal_basis": "x"},
            lambda model, _role: model.create({"name": "Y", "mimetype": "text/y-test", "extensions": ".y"}),
        )

    def test_file_policy(self):
        Policy = self.env["vpdt.file.policy"]
        values = {"name": "Quy định thử", "type_ids": self.env["vpdt.file.type"].search([], limit=1).ids}
        own = Policy.create({**values, "company_id": self.agency.id})
        general = Policy.create({**values, "active": False})
        self.check_matrix(
            """
            state    role                                                    read  write  create  unlink
            *        clerk leader unit_head specialist archivist auditor     yes   no     no      no
            *        unit_admin                                              yes   no     no      no
            own      stranger strange_leader strange_admin                   no    no     no      no
            general  stranger strange_leader strange_admin                   yes   no     no      no
            *        system_admin                                            yes   yes    yes     yes
            """,
            {"own": own, "general": general},
            {"max_mb": 1},
            lambda model, _role: model.create({**values, "company_id": self.agency.id, "active": False}),
        )
        self.assert_stays_in_its_agency(own)


@tagged("post_install", "-at_install")
class TestPermissionMatrixDirectory(MoreCase):
    """The directory is public among officials; the system administrator keeps it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.former, cls.later = cls.env["vpdt.organization"].create([{"name": "Bộ Cũ"}, {"name": "Bộ Mới"}])

    def test_organization_group(self):
        self.check_matrix(
            FOR_ALL_NEVER_DELETED,
            {"any": self.env["vpdt.organization.group"].create({"letter": "X", "name": "Danh mục thử"})},
            {"note": "x"},
            lambda model, _role: model.create({"letter": "Y", "name": "Danh mục thử hai"}),
        )

    def test_organization_name(self):
        self.check_matrix(
            FOR_ALL_KEPT_BY_SYSTEM_ADMIN,
            {"any": self.env["vpdt.organization.name"].create({"organization_id": self.later.id, "name": "Bộ Xưa"})},
            {"legal_basis": "x"},
            lambda model, _role: model.create({"organization_id": self.later.id, "name": "Bộ Xưa Hơn"}),
        )

    def test_organization_succession(self):
        values = {"predecessor_id": self.former.id, "successor_id": self.later.id}
        third = self.env["vpdt.organization"].create({"name": "Bộ Mới Hơn"})
        self.check_matrix(
            FOR_ALL_KEPT_BY_SYSTEM_ADMIN,
            {"any": self.env["vpdt.organization.succession"].create(values)},
            {"takes_work": True},
            lambda model, _role: model.create({**values, "successor_id": third.id}),
        )

    def test_organization_use(self):
        values = {"company_id": self.agency.id, "organization_id": self.later.id}
        self.check_matrix(
            CLOSED,
            {"any": self.env["vpdt.organization.use"].create(values)},
            {"used_at": "2026-01-01"},
            lambda model, _role: model.create(values),
        )

    def make_import(self, env):
        return env["vpdt.organization.import"].create({"name": "x.csv", "content": base64.b64encode(b"name\nX\n")})

    def test_organization_import(self):
        running = self.make_import(self.env)
        running._move_to("reading")
        self.check_matrix(
            """
            state    role                                                  read  write  create  unlink
            *        clerk leader unit_head specialist archivist auditor   no    no     no      no
            *        unit_admin stranger strange_leader strange_admin      no    no     no      no
            draft    system_admin                                          yes   yes    yes     yes
            running  system_admin                                          yes   no     yes     no
            """,
            {"draft": self.make_import(self.env), "running": running},
            {"archive_missing": True},
            lambda model, _role: self.make_import(model.env),
        )

    def test_organization_import_line(self):
        values = {"import_id": self.make_import(self.env).id, "name": "Bộ Thử"}
        self.check_matrix(
            f"""{CLOSED}
            any    system_admin                                            yes   no     no      no
            """,
            {"any": self.env["vpdt.organization.import.line"].create(values)},
            {"name": "x"},
            lambda model, _role: model.create(values),
        )


@tagged("post_install", "-at_install")
class TestPermissionMatrixRequests(MoreCase):
    """Documents have participants in other addons: what a request does is tried there (vpdt_documents)."""

    def _request_vals(self):
        return {
            "res_model": "vpdt.delegation",
            "res_id": self.delegation.id,
            "change": "grant",
            "user_id": self.cast["specialist"].id,
            "reason": "x",
        }

    def _make_request(self):
        return self.insert(
            "vpdt.access.change",
            **self._request_vals(),
            company_id=self.agency.id,
            requested_by_id=self.clerk.id,
            requested_at="2026-01-05",
            state="requested",
        )

    def test_access_change(self):
        change = self._make_request()
        self.check_matrix(
            """
            state  role                                                    read  answer  write  refuse  create  unlink
            any    unit_head specialist archivist                          no    no      no     no      no      no
            any    unit_admin system_admin                                 no    no      no     no      no      no
            any    stranger strange_leader strange_admin                   no    no      no     no      no      no
            any    clerk auditor                                           yes   no      no     no      no      no
            any    leader                                                  yes   yes     no     yes     no      no
            """,
            {"any": change},
            {"user_id": self.clerk.id},
            lambda model, _role: model.create(self._request_vals()),  # of a kind that has no participants
            {"answer": lambda record, _role: record.write({"answer": "x"}), "refuse": self._refuse},
        )
        self.assert_stays_in_its_agency(change, "company_id", "user_id", "requested_by_id")

    def test_who_decided_is_written_by_the_decision_only(self):
        attempt = self._try(
            lambda record, _role: record.write({"decided_by_id": self.auditor.id}),
            self.as_role(self._make_request(), "leader"),
            "leader",
        )
        self.assertEqual(attempt, "no")

    def _refuse(self, record, _role):
        record.sudo().answer = "Không cần"
        return record.action_refuse()
