import {Component, useRef, useState} from "@odoo/owl";
import {secretOf, signStep} from "../signing/sign_step";
import {AgentError} from "../signing/sign_agent";
import {KeySecrets} from "../signing/key_secrets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Signs (or numbers and seals) many documents: one passphrase or PIN, each document in requests of its own and in order,
 * so that one that fails does not stop the others and what is done stays done. What is typed goes with each request (the
 * PIN of a token to the agent on this machine only) and is kept nowhere but in this dialog while it is open.
 */
export class SignBatchDialog extends Component {
    static template = "vpdt_base.SignBatchDialog";
    static components = {KeySecrets};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.answers = {};
        this.list = useRef("list");
        this.state = useState({
            keyId: this.params.keys[0].id,
            busy: false,
            stopping: false,
            error: "",
            rows: this.params.documents.map((document) => ({
                ...document,
                state: document.reason ? "skipped" : "waiting",
                message: document.reason,
                done: 0,
            })),
        });
    }

    get chosen() {
        return this.params.keys.find((key) => key.id === this.state.keyId);
    }

    count(...states) {
        return this.state.rows.filter((row) => states.includes(row.state)).length;
    }

    get total() {
        return this.state.rows.length - this.count("skipped");
    }

    get percent() {
        return this.total ? Math.round((this.count("done", "failed") / this.total) * 100) : 0;
    }

    get finished() {
        return !this.count("waiting", "running", "failed");
    }

    get summary() {
        return _t("%(done)s of %(total)s done, %(failed)s failed", {
            done: this.count("done"),
            total: this.total,
            failed: this.count("failed"),
        });
    }

    message(error) {
        const unanswered = _t("The server did not answer. Nothing is lost; try again.");
        return error.data?.message || (error instanceof AgentError && error.message) || unanswered;
    }

    async confirm() {
        if (this.state.busy || this.finished) {
            return;
        }
        Object.assign(this.state, {busy: true, stopping: false, error: ""});
        try {
            await this.tryKey();
        } catch (error) {
            Object.assign(this.state, {busy: false, error: this.message(error)});
            return;
        }
        for (const row of this.state.rows.filter((one) => ["waiting", "failed"].includes(one.state))) {
            if (this.state.stopping) {
                break;
            }
            await this.carryOut(row);
        }
        this.state.busy = false;
    }

    /** A slip in the passphrase is told once, and not for every document. A token tells it at the first one. */
    async tryKey() {
        if (this.chosen.kind === "token") {
            if (!this.answers.agent) {
                throw new AgentError("missing");
            }
            return;
        }
        const secret = await secretOf(this.orm, this.chosen, this.answers);
        await this.orm.silent.call(this.params.model, "check_signing_key", [[], this.chosen.id, secret]);
    }

    async carryOut(row) {
        Object.assign(row, {state: "running", message: ""});
        this.list.el.querySelector(`[data-id="${row.id}"]`)?.scrollIntoView({block: "nearest"});
        try {
            for (const step of row.steps.slice(row.done)) {
                await this.step(row, step);
                row.done++;
            }
            row.state = "done";
        } catch (error) {
            Object.assign(row, {state: "failed", message: this.message(error)});
            if (error instanceof AgentError) {
                // A wrong PIN would lock the token after a few documents
                Object.assign(this.state, {stopping: true, error: error.message});
            }
        }
    }

    step(row, step) {
        const {model} = this.params;
        if (step === "take_number") {
            return this.orm.silent.call(model, step, [[row.id]]);
        }
        return signStep(this.orm, {model, id: row.id, name: row.name}, step, this.chosen, this.answers);
    }

    stop() {
        this.state.stopping = true;
    }

    async leave() {
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }
}

registry.category("actions").add("vpdt_sign_batch", SignBatchDialog);
