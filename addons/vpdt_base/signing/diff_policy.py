"""Which changes to a signed file are allowed: number and date once, and further signatures. Everything else is refused.

pyHanko compares each revision after a signature with the signed one. Its standard policy lets any form field change; an
official document allows far less (khoản 3 Điều 15, Điều 18 Nghị định 30/2020: after signing only the System's number
and date and the agency's signature are added).

What a new field shows lies over the pages like anything that is painted there. So a field that nobody signed shows
nothing, a time stamp of the document shows nothing, and what a new signature shows is looked at in :mod:`.drawn`.
"""

import dataclasses

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import RawPdfPath
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.diff_analysis.rules_api import RelativeContext

from . import reading

FILLABLE = frozenset({"number", "day", "month", "year"})
DOCUMENT_TIMESTAMP = "/DocTimeStamp"
#: Flags of an annotation that grows out of its rectangle (no zoom, no rotation) or looks otherwise on paper than on the
#: screen (no view, toggled view).
LOOSE_FLAGS = 8 | 16 | 32 | 256
#: What an annotation does, when it is clicked or by itself (as soon as its page is seen): it may hide layers and notes.
ACTIONS = frozenset({"/A", "/AA"})


class NumberAndDateRule(GenericFieldModificationRule):
    """Lets ``number``, ``day``, ``month`` and ``year`` be filled in when they were empty; what this rule does not
    explain is refused by the policy. Only value and appearance may change, and an appearance alone cannot: that is how
    a shown number would come to differ from the value (whether both agree, :mod:`.drawn` says)."""

    def __init__(self):
        super().__init__(allow_in_place_appearance_stream_changes=False, value_update_keys={"/V", "/AP"})

    def check_form_field(self, fq_name, spec, context):
        if spec.field_type == "/Sig" or not spec.new_field_ref or not spec.old_field_ref:
            return
        if fq_name not in FILLABLE or reading.value(spec.old_field, "/V") or not reading.value(spec.new_field, "/V"):
            return
        yield from super().check_form_field(fq_name, spec, context)


class FormRule(FormUpdatingRule):
    """Believes no rule that lets an object of the signed part be written anew without saying where it is used: the
    parameters of a new signature (``/TransformParams``) may be any object, the content of a page as well. Pages
    themselves are compared entry by entry before they are let through."""

    def apply(self, old, new):
        leaves = None
        for level, update in super().apply(old, new):
            if update.context_checked is None and not old.is_ref_unassignable(update.updated_ref):
                if leaves is None:
                    leaves = {_number(page.container_ref) for page in reading.pages(old.root["/Pages"])}
                if _number(update.updated_ref) in leaves:
                    _compare_pages(old(update.updated_ref), new(update.updated_ref))
                else:
                    update = dataclasses.replace(update, context_checked=_appearance_of(old, update.field_name))
                    if update.context_checked is None:
                        continue
            yield level, update


def _appearance_of(handler, name):
    """Give where the appearances of a field hang, and may be written anew if nothing else uses them, or None."""
    refs = [ref.reference for field, _value, ref in reading.signature_fields(handler) if field == name]
    refs += [ref.reference for field, (ref, _item) in reading.form_fields(handler).items() if field == name]
    return RelativeContext(refs[0], RawPdfPath("/AP")) if refs else None


def _number(ref):
    return ref.idnum, ref.generation


def _compare_pages(old, new):
    """Only annotations may be added to a page; those that are there lie over each other as they did."""
    compare_dicts(old, new, frozenset({"/Annots"}))
    known, present = (list(reading.value(page, "/Annots", ())) for page in (old, new))
    if [note for note in present if note in known] != known:
        raise SuspiciousModification("the annotations of a page were put in another order")


class OfficialDiffPolicy(StandardDiffPolicy):
    """Additionally refuses what new signature fields could hide.

    After a certifying signature no signature field is added, visible or not, but for time stamps of the whole document
    (long-term validation), and the revision that brings one brings nothing else that counts. Without a certification,
    a new field is refused if it is not signed and shows something.
    """

    def apply(self, old, new, field_mdp_spec=None, doc_mdp=None):
        result = super().apply(old, new, field_mdp_spec=field_mdp_spec, doc_mdp=doc_mdp)
        known, present = _signature_fields(old), _signature_fields(new)
        for name, (value, field) in present.items():
            if name not in known:
                _check_new_field(name, value, field, doc_mdp)
            elif known[name][0] is None and value is not None:
                _check_filled_field(name, value, field)
        if doc_mdp is not None and _brings_field(new, present) and result.modification_level > _LTA:
            raise SuspiciousModification("a time stamp of the document came together with other changes")
        _refuse_new_rendering(old, new)
        _refuse_other_looks(old, new)
        return result


_LTA = ModificationLevel.LTA_UPDATES


def _signature_fields(handler):
    """Give {name: (value or None, dictionary of the field)}."""
    return {
        str(name): (None if value is None else value.get_object(), ref.get_object())
        for name, value, ref in reading.signature_fields(handler)
    }


def _brings_field(new, present):
    """Tell whether this very revision, and not one before, brings a signature field."""
    if new.revision == 0:
        return False
    return bool(present.keys() - _signature_fields(new.reader.get_historical_resolver(new.revision - 1)).keys())


def _check_new_field(name, value, field, doc_mdp):
    stamp = is_document_timestamp(value)
    if field.keys() & ACTIONS:
        raise SuspiciousModification(f"signature field {name} was added and does something")
    if doc_mdp is not None and not stamp:
        raise SuspiciousModification(f"signature field {name} was added after certification")
    if value is None and shows_something(field):
        raise SuspiciousModification(f"field {name} was added, is not signed, and lies over the page")
    if stamp and shows_something(field):
        raise SuspiciousModification(f"time stamp {name} was added and lies over the page")
    if shows_something(field) and not _is_plain_widget(field):
        raise SuspiciousModification(f"signature field {name} was added without a plain rectangle of its own")


def _check_filled_field(name, value, field):
    if is_document_timestamp(value):
        raise SuspiciousModification(f"field {name} was there for a signature and got a time stamp")
    if shows_something(field) and not _is_plain_widget(field):
        raise SuspiciousModification(f"signature field {name} has no plain rectangle of its own")


def is_document_timestamp(value):
    """Tell whether the value of a signature field is a time stamp of the whole document."""
    return value is not None and reading.value(value, "/Type") == DOCUMENT_TIMESTAMP


def shows_something(field):
    """Tell whether a field may paint on a page: unless it surely does not, it does.

    pyHanko asks whether the rectangle has an area, and takes one whose numbers are references, or five, to have none.
    A marker, a line or a drawing by hand is painted where its own points say, whatever its rectangle.
    """
    if reading.value(field, "/Subtype", "/Widget") != "/Widget":
        return True
    return "/Kids" in field or _has_appearance(field) or ("/Rect" in field and not _is_flat(_plain_rectangle(field)))


def _has_appearance(field):
    """An appearance without a single sign paints nothing: some programs write one for an invisible field."""
    if "/AP" not in field:
        return False
    states = field["/AP"]
    normal = reading.value(states, "/N")
    empty = isinstance(normal, generic.StreamObject) and not normal.data.strip()
    return set(states) != {"/N"} or not empty


def _plain_rectangle(field):
    """Give the four numbers of /Rect if they stand there themselves, else None."""
    box = field.raw_get("/Rect") if "/Rect" in field else None
    if not isinstance(box, generic.ArrayObject) or len(box) != 4:
        return None
    values = [box.raw_get(index) for index in range(4)]
    plain = all(isinstance(value, (generic.NumberObject, generic.FloatObject)) for value in values)
    return [float(value) for value in values] if plain else None


def _is_flat(box):
    return box is not None and (box[0] == box[2] or box[1] == box[3])


def _is_plain_widget(field):
    """A field that is its own annotation, always shown, with a rectangle that it does not leave."""
    flags = reading.value(field, "/F", 0)
    simple = "/Kids" not in field and "/OC" not in field and _plain_rectangle(field) is not None
    simple = simple and reading.value(field, "/Subtype") == "/Widget"
    return simple and not int(flags) & LOOSE_FLAGS


def _refuse_new_rendering(old, new):
    """``NeedAppearances`` has the reader's program paint all fields anew, as it likes."""
    if _asks_for_appearances(new) and not _asks_for_appearances(old):
        raise SuspiciousModification("the form was changed to be painted anew")


def _asks_for_appearances(handler):
    form = reading.value(handler.root, "/AcroForm", {})
    wish = reading.value(form, "/NeedAppearances", False)
    return bool(getattr(wish, "value", wish))


#: What the form says of how a field looks that brings no appearance of its own: fonts, colour, alignment.
LOOKS_OF_THE_FORM = ("/DR", "/DA", "/Q")
_FONT_DEPTH = 3  # /DR, its /Font, the font
_MOST_FIELDS = 10_000


def _refuse_other_looks(old, new):
    """A field with a value and no appearance is painted by the reader's program, with the fonts and colour that the
    form names, and so is a note on the page: whoever changes these changes what was signed. pyHanko lets them
    change."""
    if _looks_of_the_form(old) != _looks_of_the_form(new) and (_shows_by_the_form(old) or _has_bare_notes(old)):
        raise SuspiciousModification("the form was changed, and fields that were signed look otherwise")


def _looks_of_the_form(handler):
    form = reading.value(handler.root, "/AcroForm", {})
    return {key: _shape(form.raw_get(key), _FONT_DEPTH) for key in LOOKS_OF_THE_FORM if key in form}


def _shape(value, depth):
    """A value as plain Python; below ``depth`` a reference is its number: that its object stays is seen elsewhere."""
    if isinstance(value, generic.IndirectObject):
        if not depth:
            return ("reference", value.idnum, value.generation)
        value = value.get_object()
    if isinstance(value, generic.DictionaryObject):
        return {str(key): _shape(value.raw_get(key), max(depth - 1, 0)) for key in value}
    if isinstance(value, generic.ArrayObject):
        return [_shape(value.raw_get(index), max(depth - 1, 0)) for index in range(len(value))]
    return reading.plain_text(value)


def _shows_by_the_form(handler):
    """Tell whether a field other than a signature has something to show and no appearance of its own, or one painted
    anew. A text field shows its value, a button its caption, a list what can be chosen."""
    anew = _asks_for_appearances(handler)
    form = reading.value(handler.root, "/AcroForm", {})
    waiting = [(field, None, False) for field in reading.value(form, "/Fields", ())]
    for _number in range(_MOST_FIELDS):
        if not waiting:
            return False
        field, kind, filled = waiting.pop()
        field = field.get_object()
        kind, filled = reading.value(field, "/FT", kind), filled or bool(reading.value(field, "/V"))
        if "/Kids" in field:
            waiting += [(kid, kind, filled) for kid in reading.value(field, "/Kids", ())]
        shows = kind != "/Sig" and (filled or kind != "/Tx")
        if shows and "/Rect" in field and (anew or "/AP" not in field):
            return True
    return True  # more than anybody looks through


def _has_bare_notes(handler):
    """Tell whether an annotation names a font (text typed on a page) and brings no appearance."""
    for page in reading.pages(handler.root["/Pages"]):
        for note in reading.value(page, "/Annots", ()):
            note = note.get_object()
            if "/DA" in note and "/AP" not in note and reading.value(note, "/Subtype") != "/Widget":
                return True
    return False


POLICY = OfficialDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormRule(
        field_rules=[
            SigFieldCreationRule(),
            SigFieldModificationRule(),
            NumberAndDateRule(),
        ],
        # whether signatures are there, and that the file is only added to, each program says in its own way
        ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
)


class Steps:
    """The policy for one file, each step from a revision to the next judged once, whatever the number of signatures.

    What is allowed step by step is allowed from the signed revision to the last: a number filled in once cannot be
    filled in again, a signature that is there stays (:func:`.integrity.follow_history`). So the time that the check of
    a file takes grows with the number of signatures, and not with its square.
    """

    def __init__(self, policy):
        self._policy, self._steps = policy, {}

    def review_file(self, reader, base_revision, field_mdp_spec=None, doc_mdp=None):
        """As pyHanko's :class:`DiffPolicy`.

        :return: :class:`DiffResult` of all steps, or :class:`SuspiciousModification`
        """
        base = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, changed = ModificationLevel.NONE, set()
        for revision in range(base + 1, reader.xrefs.total_revisions):
            step = self._step(reader, revision, field_mdp_spec, doc_mdp)
            if isinstance(step, SuspiciousModification):
                return step
            level, changed = max(level, step.modification_level), changed | step.changed_form_fields
        return DiffResult(level, changed)

    def _step(self, reader, revision, field_mdp_spec, doc_mdp):
        key = (revision, doc_mdp, repr(field_mdp_spec))
        if key not in self._steps:
            try:
                self._steps[key] = self._policy.apply(
                    reader.get_historical_resolver(revision - 1),
                    reader.get_historical_resolver(revision),
                    field_mdp_spec=field_mdp_spec,
                    doc_mdp=doc_mdp,
                )
            except SuspiciousModification as error:
                self._steps[key] = error
        return self._steps[key]
