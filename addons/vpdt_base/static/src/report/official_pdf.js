import {registry} from "@web/core/registry";

/**
 * Print previews open in a tab of their own, as the paper register would lie on the desk; spreadsheets are saved.
 */
registry.category("ir.actions.report handlers").add("vpdt_official_pdf", (action) => {
    if (!["official-pdf", "official-xlsx"].includes(action.report_type)) {
        return false;
    }
    const ids = (action.context.active_ids || []).join(",");
    const target = action.report_type === "official-pdf" ? "_blank" : "_self";
    window.open(`/vpdt/report/${action.report_name}/${ids}`, target);
    return true;
});
