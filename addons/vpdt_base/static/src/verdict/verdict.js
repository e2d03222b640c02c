import { registry } from "@web/core/registry";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

const COLOURS = {
    valid: "success",
    valid_unknown_trust: "warning",
    not_checked: "warning",
    not_signed: "warning",
    modified: "danger",
    invalid: "danger",
    unreadable: "danger",
};

/** What the check of signatures says: green, amber or red, always with its word. */
export class VerdictField extends BadgeField {
    get badgeClass() {
        return `text-bg-${COLOURS[this.props.record.data[this.props.name]] || "300"}`;
    }
}

registry.category("fields").add("vpdt_verdict", { ...badgeField, component: VerdictField });
