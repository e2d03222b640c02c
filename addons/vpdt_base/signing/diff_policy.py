"""Which changes to a signed file are allowed: number and date once, and further signatures. Everything else is refused.

pyHanko compares each revision after a signature with the signed one. Its standard policy lets any form field change; an
official document allows far less (Nghị định 30/2020/NĐ-CP, Điều 15.3 and 18: after signing only the System's number
and date and the agency's signature are added).
"""

from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)

FILLABLE = frozenset({"number", "day", "month"})


class NumberAndDateRule(GenericFieldModificationRule):
    """Lets ``number``, ``day`` and ``month`` be filled in when they were empty; what this rule does not explain is
    refused by the policy. An appearance alone cannot change: that is how a shown number would come to differ from the
    value."""

    def check_form_field(self, fq_name, spec, context):
        if spec.field_type == "/Sig" or not spec.new_field_ref or not spec.old_field_ref:
            return
        if fq_name not in FILLABLE or spec.old_field.get("/V") or not spec.new_field.get("/V"):
            return
        yield from super().check_form_field(fq_name, spec, context)


class OfficialDiffPolicy(StandardDiffPolicy):
    """Additionally refuses signature fields that come after a certifying signature, visible or not; time stamps of the
    whole document (long-term validation) excepted."""

    def apply(self, old, new, field_mdp_spec=None, doc_mdp=None):
        result = super().apply(old, new, field_mdp_spec=field_mdp_spec, doc_mdp=doc_mdp)
        if doc_mdp is not None:
            known = {name for name, _value, _ref in pdf_fields.enumerate_sig_fields(old)}
            for name, value, _ref in pdf_fields.enumerate_sig_fields(new):
                if name not in known and not _is_document_timestamp(value):
                    raise SuspiciousModification(f"signature field {name} was added after certification")
        return result


def _is_document_timestamp(value):
    return value is not None and value.get_object().get("/Type") == "/DocTimeStamp"


POLICY = OfficialDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),
            SigFieldModificationRule(),
            NumberAndDateRule(allow_in_place_appearance_stream_changes=False),
        ]
    ),
)
