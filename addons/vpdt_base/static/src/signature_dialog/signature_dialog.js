import {Component, onWillStart, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

const CLASSES = {valid: "success", valid_unknown_trust: "warning", not_checked: "warning", not_signed: "warning", "": "secondary"};
const ICONS = {success: "fa-check-circle", warning: "fa-question-circle", danger: "fa-times-circle", secondary: "fa-circle-o"};

/** Word, colour and icon of a verdict: the colour always has a word beside it. */
export function verdictLook(verdict) {
    const colour = CLASSES[verdict || ""] || "danger";
    return {colour, icon: ICONS[colour]};
}

/** What the check of a file found out, signature by signature, in words that a clerk understands. */
export class SignatureDialog extends Component {
    static template = "vpdt_base.SignatureDialog";
    static components = {Dialog};
    static props = {fileId: Number, close: Function, onChecked: {type: Function, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.state = useState({details: null, busy: false, error: ""});
        onWillStart(async () => {
            this.state.details = await this.orm.call("vpdt.file", "signature_details", [[this.props.fileId]]);
        });
    }

    get title() {
        return _t("Signatures of %s", this.state.details.name);
    }

    get reportAddress() {
        return `/vpdt/report/vpdt_base.signature_check/${this.props.fileId}`;
    }

    look(verdict) {
        return verdictLook(verdict);
    }

    kindIcon(kind) {
        return {person: "fa-user", agency: "fa-university"}[kind] || "fa-question";
    }

    async recheck() {
        await this.ask(() => this.orm.silent.call("vpdt.file", "recheck_signatures", [[this.props.fileId]]));
    }

    async retryLevel() {
        await this.ask(async () => {
            await this.orm.silent.call("vpdt.file", "action_retry_level", [[this.props.fileId]]);
            return this.orm.silent.call("vpdt.file", "signature_details", [[this.props.fileId]]);
        });
    }

    async ask(question) {
        this.state.busy = true;
        this.state.error = "";
        try {
            this.state.details = await question();
            this.props.onChecked?.();
        } catch (error) {
            this.state.error = error.data?.message || _t("The server did not answer. Nothing is lost; try again.");
        } finally {
            this.state.busy = false;
        }
    }
}
