import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Asks for key and passphrase and carries out the steps one after the other, each a request of its own, so that the
 * person sees how far it is. The passphrase goes with the request and is kept nowhere.
 */
export class SignDialog extends Component {
    static template = "vpdt_base.SignDialog";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.params = this.props.action.params;
        this.passphrase = useRef("passphrase");
        this.state = useState({
            keyId: this.params.keys[0].id,
            busy: false,
            error: "",
            steps: this.params.steps.map((name) => ({name, label: this.label(name), state: "waiting"})),
        });
        onMounted(() => this.passphrase.el.focus());
    }

    label(step) {
        return {
            sign: _t("Sign the document"),
            take_number: _t("Take the next number of the register"),
            seal: _t("Put number and date, seal and issue"),
        }[step];
    }

    async confirm() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.error = "";
        try {
            for (const step of this.state.steps.filter((s) => s.state !== "done")) {
                step.state = "running";
                await this.orm.silent.call(this.params.model, step.name, [
                    [this.params.res_id],
                    this.state.keyId,
                    this.passphrase.el.value,
                ]);
                step.state = "done";
            }
        } catch (error) {
            const step = this.state.steps.find((s) => s.state === "running");
            if (step) {
                step.state = "failed";
            }
            this.state.error = error.data?.message || _t("The server did not answer. Nothing is lost; try again.");
            return;
        } finally {
            this.state.busy = false;
        }
        this.notification.add(_t("Done: %s", this.params.document), {type: "success"});
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }

    cancel() {
        this.action.doAction({type: "ir.actions.act_window_close"});
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            this.confirm();
        }
    }
}

registry.category("actions").add("vpdt_sign", SignDialog);
