import {Component, useEffect, useExternalListener} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ReasonDialog} from "./reason_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * The steps of this person's role on a record with a table of moves: the next one first, as the primary button; one that
 * is not possible now is greyed and says why; steps of other roles are not there.
 */
export class Steps extends Component {
    static template = "vpdt_base.Steps";
    static props = {...standardWidgetProps};

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.notification = useService("notification");
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        let seen = {};
        useEffect(
            (resId, state) => {
                const moved = seen.resId === resId && seen.state !== state;
                seen = {resId, state};
                if (moved) {
                    this.goOn();
                }
            },
            () => [this.props.record.resId, this.props.record.data.state]
        );
    }

    /** Ctrl+Enter takes the next step, and from the desk one is at the next document: no hand leaves the keys. */
    onKeydown(ev) {
        const asked = ev.key === "Enter" && ev.ctrlKey && !ev.repeat;
        if (!asked || !this.primary || this.env.isSmall || document.querySelector(".modal")) {
            return;
        }
        ev.preventDefault();
        // What is still in the field under the cursor belongs to the document
        document.activeElement?.blur();
        return this.press(this.primary);
    }

    /** From the desk one goes through a list: when nothing is left to do here, the next document of it opens. */
    async goOn() {
        const {record} = this.props;
        if (!record.context.vpdt_desk || this.steps.some((step) => step.enabled && !step.further)) {
            return;
        }
        const place = record.resIds.indexOf(record.resId);
        const next = record.resIds[place + 1];
        this.notification.add(next ? _t("Done. This is the next document.") : _t("Done. It was the last one of this list."), {type: "success"});
        if (next) {
            await record.model.load({resId: next});
        }
    }

    get steps() {
        return this.props.record.data.next_steps || [];
    }

    get primary() {
        return this.steps.find((step) => step.enabled && !step.danger);
    }

    buttonClass(step) {
        return step === this.primary ? "btn-primary" : "btn-secondary";
    }

    press(step) {
        if (step.asks) {
            return this.ask(step);
        }
        if (!step.danger) {
            return this.run(step);
        }
        this.dialog.add(ConfirmationDialog, {
            title: step.label,
            body: step.confirmation || _t("Do you want to go on?"),
            confirmLabel: step.label,
            confirm: () => this.run(step),
            cancel: () => {}, // Closing is all there is to do
        });
    }

    /** What is typed already is saved first, as before any step. */
    async ask(step) {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        this.dialog.add(ReasonDialog, {
            title: step.label,
            body: step.confirmation,
            label: step.asks.label,
            text: record.data[step.asks.field] || "",
            confirm: async (text) => {
                await this.orm.write(record.resModel, [record.resId], {[step.asks.field]: text});
                await record.load();
                return this.run(step);
            },
        });
    }

    /** Once: a second press, or a key that is held, finds the first still at work. */
    async run(step) {
        if (this.running) {
            return;
        }
        this.running = true;
        const record = this.props.record;
        try {
            await this.env.onClickViewButton({
                clickParams: {type: "object", name: step.action},
                getResParams: () => ({
                    context: record.context,
                    evalContext: record.evalContext,
                    resModel: record.resModel,
                    resId: record.resId,
                    resIds: record.resIds,
                }),
            });
        } finally {
            this.running = false;
        }
    }
}

registry.category("view_widgets").add("vpdt_steps", {
    component: Steps,
    fieldDependencies: [
        {name: "next_steps", type: "json"},
        {name: "write_date", type: "datetime"},
    ],
});
