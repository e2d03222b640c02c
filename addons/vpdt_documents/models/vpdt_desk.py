from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.vpdt_base.vietnam import local_day, today

RETURNED_DAYS = 30  # so long a returned document stays on the clerk's desk


class Card(NamedTuple):
    """One kind of work on the desk.

    :param key: technical name, kept by the screen as the chosen card
    :param label: translated words
    :param model: whose records the list below shows
    :param domain: which of them (list, as a client sends it)
    :param icon: of Font Awesome
    :param due: date or time field of ``count_model`` whose earliest value is the oldest deadline, or ""
    :param kind: "todo" waits for this person, "late" is late, "watch" is only looked at
    :param count_model: where the count is taken, when not from ``model``
    :param count_domain: which records are counted there
    """

    key: str
    label: str
    model: str
    domain: list
    icon: str
    due: str = "due_date"
    kind: str = "todo"
    count_model: str = ""
    count_domain: list = ()


class VpdtDesk(models.AbstractModel):
    """Việc của tôi: what waits for the current user, by kind of work; the first page of everybody.

    An addon adds its own kinds by extending ``_cards``.
    """

    _name = "vpdt.desk"
    _description = "My work"

    @api.model
    def cards(self):
        """The cards of the current user, in the order of the work.

        :return: ``[{"key", "label", "model", "domain", "icon", "kind", "count", "words", "level", "list_view",
            "kanban_view", "search_view"}]``: ``words`` tell the oldest deadline, ``level`` gives its colour
        """
        return [self._prepare_card(card) for card in self._cards()]

    @api.model
    def _prepare_card(self, card):
        Model = self.env[card.count_model or card.model]
        domain = Domain(list(card.count_domain or card.domain)) & self._domain_of_agency(Model)
        asked = [f"{card.due}:min"] if card.due else []
        [[count, *oldest]] = Model._read_group(domain, [], ["__count", *asked])
        words, level = self._oldest_words(oldest[0]) if oldest and oldest[0] else ("", "")
        return {
            "key": card.key,
            "label": card.label,
            "model": card.model,
            "domain": [tuple(term) if isinstance(term, list) else term for term in
                       (Domain(list(card.domain)) & self._domain_of_agency(self.env[card.model]))],
            "icon": card.icon,
            "kind": card.kind,
            "count": count,
            "words": words,
            "level": level,
            **self._views_of(card.model),
        }  # fmt: skip

    @api.model
    def _domain_of_agency(self, Model):
        return Domain("company_id", "in", self.env.companies.ids) if "company_id" in Model._fields else Domain.TRUE

    @api.model
    def _oldest_words(self, day):
        return self.env["vpdt.day.exception"]._say_deadline(local_day(day), self.env.company)

    @api.model
    def _views_of(self, model):
        """Ids of the views that the desk shows a model in: those named ``<model>_view_<type>_desk``, else the usual."""
        name, View = model.replace(".", "_"), self.env["ir.model.data"]

        def view(kind):
            return View._xmlid_to_res_id(f"vpdt_documents.{name}_view_{kind}")

        return {
            "list_view": view("list_desk") or view("list"),
            "kanban_view": view("kanban"),
            "search_view": view("search"),
        }

    # Who has which cards ----------------------------------------------------------------------------------------------

    @api.model
    def _cards(self):
        """The cards of the current user by his roles (list of Card); a hook of other addons."""
        cards = []
        for group, make in self._cards_by_role():
            if not group or self.env.user.has_group(f"vpdt_base.group_{group}"):
                cards += make()
        return list({card.key: card for card in cards}.values())

    @api.model
    def _cards_by_role(self):
        return [
            ("clerk", self._clerk_cards),
            ("leader", self._leader_cards),
            ("", self._handler_cards),
            ("unit_head", self._unit_head_cards),
            ("leader", self._giver_cards),
            ("unit_head", self._giver_cards),
            ("specialist", self._specialist_cards),
        ]

    @api.model
    def _incoming(self, key, label, domain, icon, **more):
        return Card(key, label, "vpdt.incoming", domain, icon, **more)

    @api.model
    def _outgoing(self, key, label, domain, icon, **more):
        return Card(key, label, "vpdt.outgoing", domain, icon, **more)

    @api.model
    def _clerk_cards(self):
        since = str(today() - timedelta(days=RETURNED_DAYS))
        new, seen = ([("state", "=", "arrived"), ("unread", "=", unread)] for unread in (True, False))
        returned = [("state", "=", "refused"), ("write_date", ">=", since)]
        to_check = [("state", "=", "review"), ("waits_for_form", "=", True)]
        to_number = [("state", "in", ("signed", "numbered"))]
        to_print = [("state", "=", "issued"), ("needs_paper", "=", True), ("paper_made_at", "=", False)]
        return [
            self._incoming("arrived", self.env._("Just arrived"), new, "fa-inbox"),
            self._incoming("to_register", self.env._("To be registered"), seen, "fa-book"),
            self._incoming("to_submit", self.env._("To be submitted"), [("state", "=", "registered")], "fa-share"),
            self._outgoing("to_number", self.env._("To be numbered"), to_number, "fa-paper-plane", due="release_due"),
            self._outgoing("to_check_form", self.env._("Form to be checked"), to_check, "fa-check-square-o"),
            self._outgoing("to_print", self.env._("Paper originals to be made"), to_print, "fa-print", due=""),
            self._incoming("submitted", self.env._("Submitted"), [("state", "=", "submitted")], "fa-hourglass-half",
                           kind="watch"),
            self._incoming("refused", self.env._("Returned"), returned, "fa-undo", due="", kind="watch"),
        ]  # fmt: skip

    @api.model
    def _leader_cards(self):
        late, to_direct = [("state", "=", "directed"), ("due_date", "<", str(today()))], self._to_direct_domain()
        return [
            self._incoming("to_direct", self.env._("To be directed"), to_direct, "fa-comment-o"),
            self._outgoing("to_sign", self.env._("To be signed"), self._to_sign_domain(), "fa-pencil"),
            self._incoming("late", self.env._("Late"), late, "fa-exclamation-triangle", kind="late"),
            self._incoming("followed", self.env._("Followed"), [("state", "=", "directed")], "fa-eye", kind="watch"),
        ]

    @api.model
    def _to_direct_domain(self):
        """What was submitted to the current user, or to nobody by name."""
        return [("state", "=", "submitted"), ("leader_id", "in", [self.env.uid, False])]

    @api.model
    def _to_sign_domain(self):
        return [("state", "=", "to_sign"), ("signer_id", "=", self.env.uid)]

    @api.model
    def _handler_cards(self):
        return [
            self._part_card("lead", self.env._("In the lead"), "fa-star-o"),
            self._part_card("collaborator", self.env._("Collaborating"), "fa-users"),
            self._part_card("information", self.env._("For information"), "fa-info-circle"),
            self._late_parts(),
            self._task_card(),
        ]

    @api.model
    def _task_card(self):
        mine = [("user_id", "=", self.env.uid), ("state", "=", "open"), ("task_id.state", "=", "given")]
        listed = [("assignment_ids", "any", mine)]
        return Card("tasks", self.env._("Tasks for me"), "vpdt.task", listed, "fa-tasks", due="deadline",
                    count_model="vpdt.assignment", count_domain=mine)  # fmt: skip

    @api.model
    def _giver_cards(self):
        """For who gives tasks: results to accept, and what is going on."""
        own = [("giver_id", "=", self.env.uid)]
        going = [*own, ("state", "in", ("given", "reported"))]
        return [
            Card("tasks_reported", self.env._("Results to accept"), "vpdt.task", [*own, ("state", "=", "reported")],
                 "fa-check"),
            Card("tasks_given", self.env._("Tasks given"), "vpdt.task", going, "fa-share-square-o", kind="watch"),
        ]  # fmt: skip

    @api.model
    def _part_card(self, part, label, icon):
        mine = [("user_id", "=", self.env.uid), ("state", "=", "open"), ("part", "=", part)]
        asked = [*mine, ("incoming_id.state", "=", "directed")]
        if part == "information":
            asked = [*mine, ("incoming_id.state", "in", ("directed", "finished"))]
        return self._of_parts(part, label, asked, icon)

    @api.model
    def _late_parts(self):
        late = [
            ("user_id", "=", self.env.uid),
            ("state", "=", "open"),
            ("part", "!=", "information"),
            ("deadline", "<", str(today())),
            ("incoming_id.state", "=", "directed"),
        ]
        return self._of_parts("my_late", self.env._("My late work"), late, "fa-exclamation-triangle", kind="late")

    @api.model
    def _of_parts(self, key, label, domain, icon, **more):
        """A card that counts parts of the current user and lists the documents that they belong to."""
        listed = [("assignment_ids", "any", domain)]
        return self._incoming(
            key, label, listed, icon, due="deadline", count_model="vpdt.assignment", count_domain=domain, **more
        )

    @api.model
    def _unit_head_cards(self):
        waits = [("waits_for_form", "=", False)]
        domain = [("state", "=", "review"), ("reviewer_id", "=", self.env.uid), *waits]
        return [self._outgoing("to_initial", self.env._("To be initialled"), domain, "fa-check-square-o")]

    @api.model
    def _specialist_cards(self):
        own = [("drafter_id", "=", self.env.uid)]
        returned = [("review_ids.kind", "=", "return")]
        draft = [*own, ("state", "=", "draft")]
        going = [*own, ("state", "in", ("review", "to_sign", "signed", "numbered"))]
        return [
            self._outgoing("returned_drafts", self.env._("Drafts returned to me"), [*draft, *returned], "fa-undo"),
            self._outgoing("drafts", self.env._("My drafts"), draft, "fa-file-text-o", kind="watch"),
            self._outgoing("on_the_way", self.env._("On the way to signature"), going, "fa-road", kind="watch"),
        ]
