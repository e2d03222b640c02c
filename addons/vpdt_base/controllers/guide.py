"""The guides of the office, one a role: chapters that the addons bring in `static/guide/<role>.md`."""

from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup
from odoo import http
from odoo.http import request
from odoo.modules.module import get_module_path
from werkzeug.exceptions import NotFound

#: Role → who has it; in the order of the page.
GUIDES = {
    "chuyen-vien": "vpdt_base.group_user",
    "van-thu": "vpdt_base.group_clerk",
    "lanh-dao": "vpdt_base.group_leader",
    "lanh-dao-phong": "vpdt_base.group_unit_head",
    "luu-tru": "vpdt_base.group_archivist",
    "quan-tri": "vpdt_base.group_unit_admin",
}


def chapters(role, addons):
    """The text of a guide: what each addon tells, in their order.

    :param str role: of GUIDES
    :param addons: ``[(name, path of its folder)]``
    :return: ``[(name, Markdown)]``; empty where nobody tells anything
    """
    files = ((name, Path(path) / "static" / "guide" / f"{role}.md") for name, path in addons)
    return [(name, file.read_text(encoding="utf-8")) for name, file in files if file.is_file()]


def as_page(parts):
    """HTML of a guide and what its headings are.

    :param parts: from :func:`chapters`
    :return: ``(Markup, title, [(anchor, heading)])``
    """
    html, title, headings = Markup(""), "", []
    for addon, text in parts:
        reader = MarkdownIt("commonmark", {"html": False}).enable("table")
        tokens = reader.parse(text)
        for index, token in enumerate(tokens):
            if token.type == "heading_open":
                words = tokens[index + 1].content
                if token.tag == "h1":
                    title = words
                else:
                    token.attrSet("id", f"muc-{len(headings) + 1}")
                    headings.append((f"muc-{len(headings) + 1}", words))
            for child in token.children or ():
                if child.type == "image":
                    child.attrSet("src", f"/{addon}/static/guide/{child.attrGet('src')}")
                    child.attrSet("loading", "lazy")
        # of our own files, and Markdown without HTML
        html += Markup(reader.renderer.render(tokens, reader.options, {}))
    return html, title, headings


class Guide(http.Controller):
    """The guide of one's role, from the user menu."""

    @http.route(["/vpdt/guide", "/vpdt/guide/<string:role>"], type="http", auth="user", methods=["GET"], sitemap=False)
    def page(self, role=None):
        """A guide; without a name that of the role one has.

        :raises NotFound: there is none of that name, or the account is not of the office
        """
        user = request.env.user
        if not user._is_internal():
            raise NotFound
        addons = self._addons()
        told = {name: found for name in GUIDES if (found := chapters(name, addons))}
        role = role or self._role_of(user, told)
        if role not in told:
            raise NotFound
        html, title, headings = as_page(told[role])
        guides = [(name, found[0][1].splitlines()[0].strip("# ")) for name, found in told.items()]
        values = {"role": role, "title": title, "html": html, "headings": headings, "guides": guides}
        return request.render("vpdt_base.guide_page", values)

    def _role_of(self, user, told):
        """The first guide of a role that he has, but for the one of specialists, who everybody is."""
        mine = [name for name in told if user.has_group(GUIDES[name])]
        return (mine[1:] or mine or [None])[0]

    def _addons(self):
        """Ours that are installed, the lower ones first."""
        modules = request.env["ir.module.module"].sudo()  # what is installed here is no secret
        found = modules.search([("state", "=", "installed"), ("name", "=like", "vpdt_%")]).mapped("name")
        order = ["vpdt_base", "vpdt_documents"]
        names = sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))
        return [(name, get_module_path(name)) for name in names]
