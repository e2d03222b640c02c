import {Component, useEffect, useExternalListener, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/** Marks the fields that were recognised in the scan; who has had the cursor in one has looked at it. */
export class Suggestions extends Component {
    static template = "vpdt_documents.Suggestions";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({resId: false, seen: []});
        useExternalListener(document, "focusout", (ev) => this.onFocusOut(ev));
        useEffect(
            () => this.mark(),
            () => [this.props.record.resId, this.names.join(), this.props.record.data.state]
        );
    }

    get names() {
        const {record} = this.props;
        const seen = this.state.resId === record.resId ? this.state.seen : [];
        return Object.keys(record.data.suggested || {}).filter((name) => !seen.includes(name));
    }

    /** What must not be taken in here, until the clerk has said that it is none: "secret", "complaint" or false. */
    get refused() {
        const {recognised_as, taken_in_note} = this.props.record.data;
        return !taken_in_note && recognised_as;
    }

    /** What is marked now; the function that takes the marks away again. */
    mark() {
        const marks = [];
        for (const name of this.names) {
            for (const field of document.querySelectorAll(`.o_form_view .o_field_widget[name="${name}"]`)) {
                const word = document.createElement("span");
                word.className = "badge text-bg-warning o_vpdt_suggested_mark";
                word.textContent = _t("suggestion");
                field.classList.add("o_vpdt_suggested");
                field.after(word);
                field.parentElement.classList.add("o_vpdt_suggested_cell");
                marks.push([field, word]);
            }
        }
        return () => {
            for (const [field, word] of marks) {
                field.classList.remove("o_vpdt_suggested");
                field.parentElement?.classList.remove("o_vpdt_suggested_cell");
                word.remove();
            }
        };
    }

    onFocusOut(ev) {
        const name = ev.target.closest?.(".o_vpdt_suggested")?.getAttribute("name");
        if (name && this.props.record.resId) {
            this.seen([name]);
        }
    }

    seen(names) {
        const {record} = this.props;
        if (this.state.resId !== record.resId) {
            Object.assign(this.state, {resId: record.resId, seen: []});
        }
        this.state.seen.push(...names);
        // Nobody waits for it: what could not be noted is marked again when the document is opened anew
        this.orm.silent.call(record.resModel, "look_at_suggestions", [[record.resId], names]).catch(() => {});
    }
}

registry.category("view_widgets").add("vpdt_suggestions", {
    component: Suggestions,
    fieldDependencies: [
        {name: "suggested", type: "json"},
        {name: "recognised_as", type: "selection"},
        {name: "taken_in_note", type: "char"},
    ],
});
