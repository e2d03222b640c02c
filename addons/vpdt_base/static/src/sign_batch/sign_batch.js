import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Signs (or numbers and seals) many documents: one passphrase, each document in requests of its own and in order, so that
 * one that fails does not stop the others and what is done stays done. The passphrase goes with each request and is kept
 * nowhere but in this dialog while it is open.
 */
export class SignBatchDialog extends Component {
    static template = "vpdt_base.SignBatchDialog";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.passphrase = useRef("passphrase");
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
        onMounted(() => this.passphrase.el.focus());
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
        return error.data?.message || _t("The server did not answer. Nothing is lost; try again.");
    }

    async confirm() {
        if (this.state.busy || this.finished) {
            return;
        }
        Object.assign(this.state, {busy: true, stopping: false, error: ""});
        const key = [this.state.keyId, this.passphrase.el.value];
        try {
            await this.orm.silent.call(this.params.model, "check_signing_key", [[], ...key]);
        } catch (error) {
            Object.assign(this.state, {busy: false, error: this.message(error)});
            this.passphrase.el.select();
            return;
        }
        for (const row of this.state.rows.filter((one) => ["waiting", "failed"].includes(one.state))) {
            if (this.state.stopping) {
                break;
            }
            await this.carryOut(row, key);
        }
        this.state.busy = false;
    }

    async carryOut(row, key) {
        Object.assign(row, {state: "running", message: ""});
        this.list.el.querySelector(`[data-id="${row.id}"]`)?.scrollIntoView({block: "nearest"});
        try {
            for (const step of row.steps.slice(row.done)) {
                await this.orm.silent.call(this.params.model, step, [[row.id], ...key]);
                row.done++;
            }
            row.state = "done";
        } catch (error) {
            Object.assign(row, {state: "failed", message: this.message(error)});
        }
    }

    stop() {
        this.state.stopping = true;
    }

    async leave() {
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            this.confirm();
        }
    }
}

registry.category("actions").add("vpdt_sign_batch", SignBatchDialog);
