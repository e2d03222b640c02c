import {Component, useRef, useState} from "@odoo/owl";
import {secretOf, signStep} from "../signing/sign_step";
import {AgentError} from "../signing/sign_agent";
import {VgcaError} from "../signing/vgca_service";
import {KeySecrets} from "../signing/key_secrets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Signs (or numbers and seals) many documents: one passphrase, PIN or confirmation, each document in requests of its own
 * and in order, so that one that fails does not stop the others and what is done stays done. What is typed goes with
 * each request (the PIN of a token to the agent on this machine only) and is kept nowhere but in this dialog while it
 * is open.
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
        const own = error instanceof AgentError || error instanceof VgcaError;
        return error.data?.message || (own && error.message) || unanswered;
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
        const rows = this.state.rows.filter((row) => ["waiting", "failed"].includes(row.state));
        await (this.chosen.kind === "csc" ? this.signRemotely(rows) : this.signOneByOne(rows));
        this.state.busy = false;
    }

    async signOneByOne(rows) {
        for (const row of rows) {
            if (this.state.stopping) {
                break;
            }
            await this.attempt(row, () => this.carryOut(row));
        }
    }

    /** A remote service makes some signatures with one confirmation: that many are asked for together. */
    async signRemotely(rows) {
        const left = [...rows];
        while (left.length && !this.state.stopping) {
            const group = await this.beginGroup(left);
            if (this.state.stopping) {
                group.forEach(({row}) => (row.state = "waiting"));
            } else if (group.length) {
                await this.confirmGroup(group);
            }
            if (left.length && !this.state.stopping && this.answers.otp) {
                const error = _t("A one-time code is good for one confirmation. Type a new one and go on.");
                Object.assign(this.state, {stopping: true, error});
            }
        }
    }

    /** Take rows off the list and begin their signatures, until one confirmation can carry no more. */
    async beginGroup(left) {
        const group = [];
        let signatures = 0;
        while (left.length && !this.state.stopping) {
            const row = left[0];
            const begun = await this.attempt(row, () => this.begin(row));
            if (begun && group.length && signatures + begun.to_sign.length > this.chosen.at_once) {
                row.state = "waiting"; // begun anew for the next confirmation
                break;
            }
            left.shift();
            if (begun) {
                signatures += begun.to_sign.length;
                group.push({row, session: begun.session});
            }
        }
        return group;
    }

    async begin(row) {
        const {model} = this.params;
        for (const step of row.steps.slice(row.done)) {
            if (step !== "take_number") {
                const begun = await this.orm.silent.call(model, "begin_signature", [[row.id], step, this.chosen.id]);
                row.state = begun ? "running" : "done";
                return begun;
            }
            await this.step(row, step);
            row.done++;
        }
    }

    async confirmGroup(group) {
        const values = {session_ids: group.map((one) => one.session), pin: this.answers.secret, otp: this.answers.otp};
        try {
            await rpc("/vpdt/signing/remote/ask", values, {silent: true});
        } catch (error) {
            const message = this.message(error);
            group.forEach(({row}) => Object.assign(row, {state: "failed", message}));
            Object.assign(this.state, {stopping: true, error: message});
            return;
        }
        for (const {row, session} of group) {
            await this.attempt(row, async () => {
                await rpc("/vpdt/signing/remote", {session_id: session}, {silent: true});
                row.state = "done";
            });
        }
    }

    /** A slip in the passphrase is told once, and not for every document. A token tells it at the first one. */
    async tryKey() {
        if (this.chosen.kind === "token" && !this.answers.agent) {
            throw new AgentError("missing");
        }
        if (["token", "csc", "vgca"].includes(this.chosen.kind)) {
            return;
        }
        const secret = await secretOf(this.orm, this.chosen, this.answers);
        await this.orm.silent.call(this.params.model, "check_signing_key", [[], this.chosen.id, secret]);
    }

    /** What goes wrong with a row is said there. */
    async attempt(row, work) {
        Object.assign(row, {state: "running", message: ""});
        this.list.el.querySelector(`[data-id="${row.id}"]`)?.scrollIntoView({block: "nearest"});
        try {
            return await work();
        } catch (error) {
            Object.assign(row, {state: "failed", message: this.message(error)});
            if (error instanceof AgentError || error instanceof VgcaError) {
                // A wrong PIN would lock the token after a few documents
                Object.assign(this.state, {stopping: true, error: error.message});
            }
        }
    }

    async carryOut(row) {
        for (const step of row.steps.slice(row.done)) {
            await this.step(row, step);
            row.done++;
        }
        row.state = "done";
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
