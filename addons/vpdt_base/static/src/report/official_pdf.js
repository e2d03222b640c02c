import {registry} from "@web/core/registry";
import {session} from "@web/session";

/** So many ids go into an address that can be kept and opened again; more are posted. */
const IDS_IN_ADDRESS = 100;

/**
 * Print previews open in a tab of their own, as the paper register would lie on the desk; spreadsheets are saved.
 */
registry.category("ir.actions.report handlers").add("vpdt_official_pdf", (action) => {
    if (!["official-pdf", "official-xlsx"].includes(action.report_type)) {
        return false;
    }
    const {active_ids: ids = [], active_domain: domain} = action.context;
    const path = `/vpdt/report/${action.report_name}`;
    const target = action.report_type === "official-pdf" ? "_blank" : "_self";
    if (ids.length <= IDS_IN_ADDRESS) {
        window.open(`${path}/${ids.join(",")}`, target);
    } else if (domain && ids.length >= session.active_ids_limit) {
        // "Select all" of a list gives no more ids than this: the server looks for the rest itself.
        post(path, target, {domain: JSON.stringify(domain)});
    } else {
        post(path, target, {ids: ids.join(",")});
    }
    return true;
});

function post(path, target, values) {
    const form = Object.assign(document.createElement("form"), {method: "POST", action: path, target});
    for (const [name, value] of Object.entries({...values, csrf_token: odoo.csrf_token})) {
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    document.body.append(form);
    form.submit();
    form.remove();
}
