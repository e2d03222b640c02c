import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** Takes a .p12 file and its passphrase; neither is kept in the browser. */
export class LoadKeyDialog extends Component {
    static template = "vpdt_base.LoadKeyDialog";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.file = useRef("file");
        this.passphrase = useRef("passphrase");
        this.state = useState({error: "", busy: false});
    }

    async confirm() {
        const file = this.file.el.files[0];
        if (!file) {
            this.state.error = _t("Choose the .p12 file first.");
            return;
        }
        this.state.busy = true;
        this.state.error = "";
        try {
            const bytes = new Uint8Array(await file.arrayBuffer());
            const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
            await this.orm.silent.call("vpdt.signing.key", "load_pkcs12", [
                [this.props.action.params.key_id],
                btoa(text),
                this.passphrase.el.value,
            ]);
        } catch (error) {
            this.state.error = error.data?.message || _t("The server did not answer. Nothing is lost; try again.");
            return;
        } finally {
            this.state.busy = false;
        }
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }
}

registry.category("actions").add("vpdt_load_key", LoadKeyDialog);
