import {Component, useState} from "@odoo/owl";
import {checkCertificate, signStep} from "../signing/sign_step";
import {KeySecrets} from "../signing/key_secrets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Asks for key and passphrase (or PIN, code, token: KeySecrets) and carries out the steps one after the other, each a
 * request of its own, so that the person sees how far it is. What is typed goes with the request and is kept nowhere.
 */
export class SignDialog extends Component {
    static template = "vpdt_base.SignDialog";
    static components = {KeySecrets};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.params = this.props.action.params;
        this.answers = {};
        this.state = useState({
            keyId: this.params.keys[0].id,
            busy: false,
            error: "",
            note: "",
            steps: ["check", ...this.params.steps].map((name) => ({name, label: this.label(name), state: "waiting"})),
        });
    }

    get chosen() {
        return this.params.keys.find((key) => key.id === this.state.keyId);
    }

    label(step) {
        const own = this.params.labels?.[step]; // The document's own words
        return own || {
            check: _t("Check the certificate"),
            sign: _t("Sign the document"),
            cosign: _t("Sign the document"),
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
                await this.carryOut(step.name);
                step.state = "done";
            }
        } catch (error) {
            const step = this.state.steps.find((s) => s.state === "running");
            if (step) {
                step.state = "failed";
            }
            this.state.error = this.messageOf(error);
            return;
        } finally {
            this.state.busy = false;
        }
        this.notification.add(_t("Done: %s", this.params.document), {type: "success"});
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }

    carryOut(step) {
        const {model, res_id: id, document: name} = this.params;
        if (step === "check") {
            return this.check();
        }
        if (["sign", "cosign", "seal"].includes(step)) {
            return signStep(this.orm, {model, id, name}, step, this.chosen, this.answers);
        }
        return this.orm.silent.call(model, step, [[id]]);
    }

    async check() {
        const {refused, note} = await checkCertificate(this.orm, this.chosen);
        this.state.note = note || "";
        if (refused) {
            throw new Error(refused);
        }
    }

    messageOf(error) {
        const unanswered = _t("The server did not answer. Nothing is lost; try again.");
        return error.data?.message || (error.name === "ConnectionLostError" ? unanswered : error.message) || unanswered;
    }

    onKeyChange() {
        this.state.error = "";
        this.state.steps.find((step) => step.name === "check").state = "waiting";
    }

    cancel() {
        this.action.doAction({type: "ir.actions.act_window_close"});
    }
}

registry.category("actions").add("vpdt_sign", SignDialog);
