import {registry} from "@web/core/registry";

/** Print previews open in a tab of their own, as the paper register would lie on the desk. */
registry.category("ir.actions.report handlers").add("vpdt_official_pdf", (action) => {
    if (action.report_type !== "official-pdf") {
        return false;
    }
    const ids = (action.context.active_ids || []).join(",");
    window.open(`/vpdt/report/${action.report_name}/${ids}`, "_blank");
    return true;
});
