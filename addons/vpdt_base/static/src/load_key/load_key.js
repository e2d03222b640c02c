import {Component, useRef, useState} from "@odoo/owl";
import {VgcaError, VgcaService} from "../signing/vgca_service";
import {AgentConnection} from "../signing/agent_connection";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** Loads a key of any kind: a .p12 file, a token of the server, a remote service, a token of this machine. */
export class LoadKeyDialog extends Component {
    static template = "vpdt_base.LoadKeyDialog";
    static components = {AgentConnection};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.file = useRef("file");
        this.passphrase = useRef("passphrase");
        this.state = useState({error: "", busy: false, certificates: null, chosen: ""});
    }

    async onConnected(agent) {
        try {
            this.state.certificates = await agent.certificates();
            this.state.chosen = this.state.certificates[0]?.fingerprint || "";
        } catch (error) {
            this.state.error = error.message;
        }
    }

    /** Name of the loader and what it takes, or null when something is missing (and said). */
    async order() {
        if (this.params.kind === "pkcs11") {
            return ["load_pkcs11", [this.passphrase.el.value]];
        }
        if (this.params.kind === "csc") {
            return ["load_csc", []];
        }
        if (this.params.kind === "token") {
            const found = (this.state.certificates || []).find((row) => row.fingerprint === this.state.chosen);
            this.state.error = found ? "" : _t("Choose the certificate first.");
            return found && ["load_token", [found.certificate, found.chain]];
        }
        if (this.params.kind === "vgca") {
            const service = new VgcaService(await this.orm.silent.call("vpdt.signing.key", "vgca_settings", []));
            return ["load_vgca", [await service.certificate()]];
        }
        const file = this.file.el.files[0];
        this.state.error = file ? "" : _t("Choose the .p12 file first.");
        return file && ["load_pkcs12", [await textOf(file), this.passphrase.el.value]];
    }

    async confirm() {
        this.state.busy = true;
        this.state.error = "";
        try {
            const order = await this.order();
            if (!order) {
                return;
            }
            await this.orm.silent.call("vpdt.signing.key", order[0], [[this.params.key_id], ...order[1]]);
        } catch (error) {
            const own = error instanceof VgcaError && error.message;
            this.state.error = error.data?.message || own || _t("The server did not answer. Nothing is lost; try again.");
            return;
        } finally {
            this.state.busy = false;
        }
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }
}

async function textOf(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

registry.category("actions").add("vpdt_load_key", LoadKeyDialog);
