"""METS.xml of a package and of its representation, as E-ARK CSIP asks for them."""

from lxml import etree

from .names import CSIP, METS, PROFILES, XLINK
from .xml import child

_NSMAP = {None: METS, "xlink": XLINK, "csip": CSIP}
#: Group of files in METS (USE), by the folder that they lie in.
SCHEMAS, DOCUMENTATION, REPRESENTATIONS, DATA = "Schemas", "Documentation", "Representations/rep1", "Data"
#: What the files are: none of E-ARK's own content types, but the circular's.
CONTENT = "TT05-2025-TT-BNV"


def _m(name):
    return f"{{{METS}}}{name}"


class Mets:
    """A METS document in the making.

    :param kind: SIP, AIP or DIP
    :param identifier: OBJID
    :param moment: aware datetime of the package
    """

    def __init__(self, kind, identifier, label, moment, settings):
        self.kind, self.moment = kind, moment.isoformat(timespec="seconds")
        self.root = etree.Element(
            _m("mets"),
            {
                "OBJID": identifier,
                "TYPE": settings.mets_type,
                "LABEL": label[:500],
                "PROFILE": PROFILES[kind],
                f"{{{CSIP}}}CONTENTINFORMATIONTYPE": settings.content_type,
            },
            nsmap=_NSMAP,
        )
        self.settings = settings
        self._number = 0

    def _id(self, word):
        self._number += 1
        return f"{word}-{self._number}"

    def header(self, creator, archive):
        """metsHdr with its agents: the software, who submits, and the archive that keeps."""
        header = etree.SubElement(
            self.root,
            _m("metsHdr"),
            {"CREATEDATE": self.moment, "LASTMODDATE": self.moment, "RECORDSTATUS": "NEW",
             f"{{{CSIP}}}OAISPACKAGETYPE": self.kind},
        )  # fmt: skip
        self._agent(header, "CREATOR", "OTHER", self.settings.software, "SOFTWARE VERSION",
                    self.settings.software_version, OTHERTYPE="SOFTWARE")  # fmt: skip
        for role, other, agency in (("OTHER", "SUBMITTER", creator), ("ARCHIVIST", "", archive)):
            if agency.name:
                extra = {"OTHERROLE": other} if other else {}
                self._agent(header, role, "ORGANIZATION", agency.name, "IDENTIFICATIONCODE", agency.identifier, **extra)

    def _agent(self, header, role, kind, name, note_type, note, **extra):
        agent = etree.SubElement(header, _m("agent"), ROLE=role, TYPE=kind, **extra)
        child(agent, METS, "name", name)
        found = child(agent, METS, "note", note)
        if found is not None:
            found.set(f"{{{CSIP}}}NOTETYPE", note_type)

    def descriptive(self, part):
        """dmdSec that points to an EAD file; gives its id."""
        section = etree.SubElement(self.root, _m("dmdSec"), ID=self._id("dmd"), CREATED=self.moment, STATUS="CURRENT")
        self._reference(section, part, "EAD")
        return section.get("ID")

    def preservation(self, parts):
        """amdSec with a digiprovMD for each PREMIS file; gives their ids."""
        section = etree.SubElement(self.root, _m("amdSec"))
        ids = []
        for part in parts:
            one = etree.SubElement(section, _m("digiprovMD"), ID=self._id("premis"), STATUS="CURRENT")
            self._reference(one, part, "PREMIS")
            ids.append(one.get("ID"))
        return ids

    def _reference(self, parent, part, kind):
        etree.SubElement(parent, _m("mdRef"), {
            "LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": part.name, "MDTYPE": kind,
            **self._facts(part),
        })  # fmt: skip

    def _facts(self, part):
        return {
            "MIMETYPE": part.mimetype,
            "SIZE": str(part.size),
            "CREATED": (part.created or self.moment),
            "CHECKSUM": part.sha256,
            "CHECKSUMTYPE": "SHA-256",
        }

    def files(self, groups):
        """fileSec.

        :param groups: ``[(USE, [parts])]``
        :return: ``{USE: id of the group}``
        """
        section = etree.SubElement(self.root, _m("fileSec"), ID=self._id("files"))
        made = {}
        for use, parts in groups:
            group = etree.SubElement(section, _m("fileGrp"), ID=self._id("group"), USE=use)
            group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "OTHER")
            group.set(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", CONTENT)
            for part in parts:
                file = etree.SubElement(group, _m("file"), ID=self._id("file"), **self._facts(part))
                etree.SubElement(file, _m("FLocat"), {
                    "LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": part.name,
                })  # fmt: skip
            made[use] = group.get("ID")
        return made

    def structure(self, label, dmd, amd, groups, representation=""):
        """structMap CSIP: what belongs to what.

        :param groups: of :meth:`files`
        :param representation: href of the METS file of the representation
        """
        struct = etree.SubElement(self.root, _m("structMap"), ID=self._id("map"), TYPE="PHYSICAL", LABEL="CSIP")
        top = etree.SubElement(struct, _m("div"), ID=self._id("div"), LABEL=label)
        metadata = etree.SubElement(top, _m("div"), ID=self._id("div"), LABEL="Metadata")
        if dmd:
            metadata.set("DMDID", " ".join(dmd))
        if amd:
            metadata.set("ADMID", " ".join(amd))
        for use, group in groups.items():
            div = etree.SubElement(top, _m("div"), ID=self._id("div"), LABEL=use.partition("/")[0])
            etree.SubElement(div, _m("fptr"), FILEID=group)
            if use == REPRESENTATIONS and representation:
                one = etree.SubElement(div, _m("div"), ID=self._id("div"), LABEL=use)
                etree.SubElement(one, _m("mptr"), {
                    "LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": representation,
                    f"{{{XLINK}}}title": group,
                })  # fmt: skip
