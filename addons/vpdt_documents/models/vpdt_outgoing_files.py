import base64
import hashlib
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.conversion import ConversionError, to_pdf
from odoo.addons.vpdt_base.signing import SigningError, pictures, placing, prepare
from odoo.addons.vpdt_base.signing.pades import annex_order, annex_text, form_fields, open_reader
from odoo.addons.vpdt_base.signing.validation import INVALID, MODIFIED, UNREADABLE
from odoo.addons.vpdt_base.text import is_pdf

#: Verdicts on an annex that somebody signed before: the agency's signature over it would vouch for what was changed.
BROKEN = (MODIFIED, INVALID, UNREADABLE)
_CONVERSION = "vpdt.outgoing conversion"  # name of an advisory lock


class VpdtOutgoing(models.Model):
    """The files of an outgoing document: uploaded, turned into the official PDF with the places of number, date,
    signatures and seal; annexes.

    Annexes in files of their own are signed by the agency without a picture, with one line at the top right of page 1
    (Nghị định 30/2020, Phụ lục I, III.1; Mẫu 2.2). An annex in the same file is not signed apart.
    """

    _inherit = "vpdt.outgoing"

    upload = fields.Binary("Edited .docx or PDF", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")
    annex_upload = fields.Binary(
        "Annex in a file of its own", compute="_compute_upload", inverse="_inverse_annex_upload"
    )
    annex_upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_annex_upload")

    has_own_text = fields.Boolean(compute="_compute_has_own_text", help="An edited file has been uploaded.")
    sign_places = fields.Json(
        readonly=True,
        copy=False,
        help="What was found in the PDF and moved by hand; checked again whenever it is used.",
    )
    places_missing = fields.Char(compute="_compute_places_missing", help="Fields that the PDF does not have yet.")

    def _compute_upload(self):
        self.upload = self.annex_upload = False
        self.upload_name = self.annex_upload_name = False

    def _inverse_upload(self):
        for document, name, content in self._uploaded("upload", "van-ban.docx"):
            document._upload(name, content)

    def _upload(self, name, content):
        """Take an edited .docx (or a PDF made elsewhere) as the new version of the draft.

        A PDF made elsewhere is kept as it came, too, so that its places can be moved later.

        :raises UserError: not a draft any more, the file is refused, or it cannot be turned into an official PDF
        """
        self._check_draft()
        File = self.env["vpdt.file"]
        File._check_policy(name, content)
        from_pdf = is_pdf(content)
        pdf = self._official_pdf(content, "pdf" if from_pdf else name.rpartition(".")[2].lower())
        if not from_pdf:
            File._store(self, name, content, "original", self._file_of_role("original"))
        File._store(self, self._pdf_name(), pdf, "main", self._file_of_role("main"))
        if from_pdf:
            File._store(self, name, content, "scan", self._file_of_role("scan"))
        self._keep_paper()

    def _pdf_name(self):
        return f"{self.type_id.name} {self.subject}"[:60] + ".pdf"

    def _source(self):
        """The file that the PDF was made of: whichever was uploaded last."""
        sources = self.file_ids.filtered(lambda file: file.role in ("original", "scan"))
        return sources.sorted("id")[-1:]

    # Uploading beside the page ----------------------------------------------------------------------------------------

    def _upload_roles(self):
        return super()._upload_roles() + (["main", "annex"] if self.state == "draft" else [])

    def _receive_upload(self, name, path, role):
        if role != "main":
            return super()._receive_upload(name, path, role)
        # Refused by policy before LibreOffice sees it; a draft is small enough to be read whole.
        self.env["vpdt.file"]._check_policy(name, path, self.env["vpdt.file.policy"]._rules(self.sudo().company_id))
        self._upload(name, Path(path).read_bytes())
        return self._file_of_role("original") or self._file_of_role("main")

    @api.depends("file_ids", "paper_values")
    def _compute_has_own_text(self):
        for document in self:
            document.has_own_text = bool(document._source()) and not (document.paper_values or {}).get("template")

    def action_versions(self):
        """Open the earlier versions of the files."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Earlier versions"),
            "res_model": "vpdt.file",
            "view_mode": "list,form",
            "views": [(self.env.ref("vpdt_documents.vpdt_file_view_list_versions").id, "list"), (False, "form")],
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id), ("current", "=", False)],
            "context": {"create": False},
        }

    # Annexes ----------------------------------------------------------------------------------------------------------

    def _inverse_annex_upload(self):
        for document, name, content in self._uploaded("annex_upload", "phu-luc.pdf"):
            document._upload_annex(name, content)

    def _upload_annex(self, name, content):
        """Attach an annex; one of the same name is replaced by it.

        :raises UserError: not a draft any more, or the file is refused
        """
        self._check_draft()
        File = self.env["vpdt.file"]
        File._check_policy(name, content)
        same = self.file_ids.filtered(lambda file: file.role == "annex" and file.original_name == name)[:1]
        File._store(self, name, content, "annex", same)._check_signatures()

    def _annexes(self):
        return self.file_ids.filtered(lambda file: file.role == "annex").sorted(lambda file: (file.sequence, file.id))

    def _pdf_annexes(self):
        return self._annexes().filtered(lambda file: file.mimetype == "application/pdf")

    def _check_annexes(self):
        """Find out now, not when the clerk seals, which annex cannot be signed.

        :raises UserError: names the annex and the way out
        """
        for annex in self._pdf_annexes():
            try:
                root = open_reader(annex._content()).root
                annex._check_signatures()
                if annex.verdict in BROKEN:
                    raise SigningError("earlier_signature_broken")
            except SigningError as error:
                message = self.env["vpdt.signing.key"]._signing_message(error)
                name = annex.original_name or annex.name
                raise UserError(self.env._("The annex “%(name)s”: %(why)s", name=name, why=message)) from None
            if "/Perms" in root and "/DocMDP" in root["/Perms"]:
                raise UserError(
                    self.env._(
                        "The annex “%s” is certified by somebody else's signature: the agency cannot sign it. Print it "
                        "to a new PDF, or send it as a document of its own.",
                        annex.original_name or annex.name,
                    )
                )

    def _annex_orders(self, order):
        """What the agency signs besides the document: list of (vpdt.file, bytes, SigningOrder), at the same second.

        :param order: :class:`signing.pades.SigningOrder` of the document itself
        """
        self._check_annexes()
        line = annex_text(self.code, order.time)
        known = {"signing_time": order.time, "trust_roots": order.trust_roots, "crls": order.crls}
        return [(annex, *annex_order(annex._content(), line, **known)) for annex in self._pdf_annexes()]

    # The official PDF and its places ----------------------------------------------------------------------------------
    # Where number, date, signatures and seal go: found from the text, looked at and moved on the page, prepared.

    def _official_pdf(self, content, extension):
        """PDF with fields for number, day, month and all signatures; without them when a place was not found.

        Then somebody puts the places by hand (a scan has no text), and the document cannot be submitted before.

        :raises UserError: LibreOffice fails, the file is signed or protected; says what to do
        """
        self._check_signer_chosen()
        try:
            pdf = self._plain_pdf(content, extension)
            spots = self._suggested_spots(pdf)
            self._keep_spots(pdf, spots)
            if not all(spot["found"] for spot in spots):
                self._refuse_signed(pdf)
                return pdf
            return prepare(
                pdf, placing.to_places(spots, placing.page_sizes(pdf), len(self._signers()), dated=self._is_dated())
            )
        except ConversionError as error:
            raise UserError(self._conversion_message(error)) from None
        except SigningError as error:
            raise UserError(self._place_message(error)) from None

    def _keep_spots(self, pdf, spots):
        # written by the making of the PDF only, whoever makes it
        self.sudo().sign_places = {"file": hashlib.sha256(pdf).hexdigest(), "spots": spots}

    @api.model
    def _plain_pdf(self, content, extension):
        if extension == "pdf":
            return placing.upright(content)
        self._check_not_converting_another()
        File = self.env["vpdt.file"]
        content, _marks = File._without_marks(content, extension)  # what was left out hinders submission
        return placing.upright(to_pdf(content, extension, File._secrets()))

    @api.model
    def _check_not_converting_another(self):
        """LibreOffice takes a whole core for seconds, and a connection meanwhile: one at a time for each person.

        The lock is that of the transaction: it goes with it, however it ends.
        """
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", [_CONVERSION, self.env.uid])
        if not self.env.cr.fetchone()[0]:
            raise UserError(
                self.env._(
                    "The PDF of another draft of yours is being made just now. Wait until it is there, then try again."
                )
            )

    @api.model
    def _refuse_signed(self, pdf):
        if any("/V" in field for _ref, field in form_fields(open_reader(pdf)).values() if field.get("/FT") == "/Sig"):
            raise SigningError("already_signed")

    def _suggested_spots(self, pdf):
        signers = []
        for user in self._signers():
            employee = user._vpdt_signing_employee()
            last = user == self._signing_user()
            minutes = self.type_id.template == "bien_ban" and ["THƯ KÝ"]
            lines = self._printed_signing_lines() if last else minutes or employee._signing_lines()
            signers.append(("\n".join(lines), employee.name or ""))
        return placing.suggest(pdf, signers, dated=self._is_dated(), **self._picture_sizes())

    def _is_dated(self):
        """Whether the form of the document has place and date: minutes (Mẫu 1.9) have none."""
        form = self.type_id._form()
        return not form or form.dated

    def _wanted_places(self):
        """Keys of the places that the PDF must have; the year has one where it is not printed."""
        date = ["day", "month"] if self._is_dated() else []
        return ["number", *date, *(f"person_{i}" for i in range(1, len(self._signers()) + 1)), "agency"]

    def _picture_sizes(self):
        """Sizes of the signature of who signs last and of the seal, so that the seal covers the left third exactly."""
        Key = self.env["vpdt.signing.key"].sudo()  # only how large their pictures are
        sizes = {}
        agency = ("company_id", "=", self.company_id.id)
        person = Key.search([("holder", "=", "person"), ("user_id", "=", self._signing_user().id), agency], limit=1)
        if person.picture:
            sizes["picture_size"] = pictures.picture_size(base64.b64decode(person.picture))
        seal = Key.search([("holder", "=", "agency"), agency, ("picture_content", "!=", False)], limit=1)
        if seal.picture:
            sizes["seal_size_mm"] = pictures.check_picture(base64.b64decode(seal.picture), pictures.SEAL)
        return sizes

    def _conversion_message(self, error):
        return {
            "missing": self.env._(
                "LibreOffice is not installed on the server. Tell the administrator, or upload a PDF."
            ),
            "no_wall": self.env._(
                "This server cannot shut LibreOffice in, so no document is opened with it. Tell the administrator, "
                "or upload a PDF."
            ),
            "timeout": self.env._("Making the PDF took too long. Save the document again without large pictures."),
            "crashed": self.env._("LibreOffice broke off while it made the PDF. Try again, or upload a PDF."),
        }.get(
            error.code,
            self.env._("This file could not be turned into a PDF. Open it in Word, save it as .docx, try again."),
        )

    def _place_message(self, error):
        which = self._place_label(error.details.get("which", ""))
        return {
            "place_invalid": self.env._("The place for “%s” is missing, too small or outside the page.", which),
            "places_overlap": self.env._(
                "The places for “%(one)s” and “%(other)s” lie over each other. Move one of them.",
                one=which,
                other=self._place_label(error.details.get("other", "")),
            ),
            "already_signed": self.env._(
                "This PDF is signed already; nothing can be added to it. Upload the unsigned file, or attach this one "
                "as an annex."
            ),
        }.get(error.code) or self.env["vpdt.signing.key"]._signing_message(error)

    def _place_label(self, key):
        labels = {
            "number": self.env._("Number"),
            "day": self.env._("Day"),
            "month": self.env._("Month"),
            "year": self.env._("Year"),
            "agency": self.env._("Agency's seal"),
        }
        if key.startswith("person_") and key[7:].isdigit():
            people = self._signers()
            index = int(key[7:]) - 1
            return people[index].name if index < len(people) else key
        return labels.get(key, key)

    # By hand ---------------------------------------------------------------------------------------------------------

    def action_place(self):
        """Open the pages with the places as boxes that can be moved."""
        self.ensure_one()
        self._check_placing()
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_place_editor",
            "name": self.env._("Places of number, date, signatures and seal"),
            "target": "new",
            "params": {"model": self._name, "res_id": self.id},
            "context": {"dialog_size": "extra-large", "footer": False},
        }

    def place_data(self):
        """What the place editor needs.

        :return: ``{"file_id", "document", "pages": [{"width", "height"}] in points, "spots": [...], "labels": {key:
            word}}``
        :raises UserError: no draft any more, no PDF yet
        """
        self.ensure_one()
        self._check_placing()
        pdf = self._unprepared_pdf()
        spots = self._kept_spots(pdf) or self._suggested_spots(pdf)
        return {
            "file_id": self._file_of_role("main").id,
            "document": self.display_name,
            "pages": [{"width": width, "height": height} for width, height in placing.page_sizes(pdf)],
            "spots": spots,
            "labels": {spot["key"]: self._place_label(spot["key"]) for spot in spots},
        }

    def set_places(self, spots):
        """Prepare the PDF with these places: the new version of the draft.

        :param spots: list of ``{"key", "page", "x", "y", "width", "height"}``, points from the upper left corner
        :return: True
        :raises UserError: a place is missing, outside its page or over another one; nothing is changed
        """
        self.ensure_one()
        self._check_placing()
        pdf = self._unprepared_pdf()
        try:
            places = placing.to_places(spots, placing.page_sizes(pdf), len(self._signers()), dated=self._is_dated())
            prepared = prepare(pdf, places)
        except SigningError as error:
            raise UserError(self._place_message(error)) from None
        kept = [{name: spot[name] for name in ("key", "page", "x", "y", "width", "height")} for spot in spots]
        self._keep_spots(pdf, [{**spot, "found": True} for spot in kept])
        self.env["vpdt.file"]._store(self, self._pdf_name(), prepared, "main", self._file_of_role("main"))
        return True

    def _check_placing(self):
        self.check_access("write")
        self._check_draft()
        self._check_signer_chosen()
        if not self._file_of_role("main"):
            raise UserError(
                self.env._("There is no PDF yet. Make the draft from the template, or upload the edited file.")
            )

    def _unprepared_pdf(self):
        """The PDF of the draft without fields, made anew from what was uploaded."""
        original = self._source()
        if not original:
            raise UserError(self.env._("Upload the PDF once more; then its places can be moved."))
        content = original._content()
        try:
            extension = "pdf" if is_pdf(content) else original.name.rpartition(".")[2].lower()
            return self._plain_pdf(content, extension)
        except ConversionError as error:
            raise UserError(self._conversion_message(error)) from None
        except SigningError as error:
            raise UserError(self._place_message(error)) from None

    def _kept_spots(self, pdf):
        """The places as they were left, when they belong to this file and to these signers."""
        kept = self.sign_places or {}
        spots = kept.get("spots") or []
        same = [spot.get("key") for spot in spots if spot.get("key") != "year"] == self._wanted_places()
        # LibreOffice writes the time into each file: the same draft never gives the same bytes twice
        return spots if same and len(placing.page_sizes(pdf)) > max(spot["page"] for spot in spots) else None

    # Before it goes on ------------------------------------------------------------------------------------------------

    @api.depends("file_ids", "signer_ids", "state")
    def _compute_places_missing(self):
        for document in self:
            main = document._file_of_role("main") if document.id else document.file_ids.browse()
            missing = document._missing_places() if main and document.state == "draft" else []
            document.places_missing = ", ".join(document._place_label(key) for key in missing)

    def _missing_places(self):
        """Keys of the places for which the PDF has no field."""
        wanted = self._wanted_places()
        try:
            present = form_fields(open_reader(self._file_of_role("main")._content()))
        except SigningError:
            return wanted
        return [key for key in wanted if key not in present]

    def _check_places(self):
        """:raises UserError: the PDF has no field yet for something that will be written on it"""
        missing = self._missing_places()
        if missing:
            raise UserError(
                self.env._(
                    "These places are not on the PDF yet: %s. Press “Place signatures”.",
                    ", ".join(self._place_label(key) for key in missing),
                )
            )
