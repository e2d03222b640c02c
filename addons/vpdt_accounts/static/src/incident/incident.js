import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** What is wrong, in words, with a picture of the screen that was pasted or chosen. */
export class IncidentDialog extends Component {
    static template = "vpdt_accounts.IncidentDialog";
    static components = {Dialog};
    static props = {close: Function};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({name: "", description: "", kind: "fault", picture: "", busy: false});
        this.title = _t("Report an incident");
    }

    get kinds() {
        return [
            ["fault", _t("Fault")],
            ["suggestion", _t("Suggestion")],
            ["security", _t("Security incident")],
            ["personal", _t("Breach of personal data")],
            ["secret", _t("State secret found")],
            ["password", _t("My password is known to others")],
        ];
    }

    onPaste(ev) {
        const file = [...(ev.clipboardData?.files || [])].find((each) => each.type.startsWith("image/"));
        if (file) {
            this.take(file);
        }
    }

    onChoose(ev) {
        if (ev.target.files.length) {
            this.take(ev.target.files[0]);
        }
    }

    take(file) {
        const reader = new FileReader();
        reader.onload = () => {
            this.state.picture = reader.result;
        };
        reader.readAsDataURL(file);
    }

    async send() {
        this.state.busy = true;
        try {
            const {name, description, kind, picture} = this.state;
            const page = window.location.pathname;
            await this.orm.call("vpdt.incident", "report", [], {name, description, kind, picture: picture || null, page});
            this.notification.add(_t("Reported. You are told when it is solved."), {type: "success"});
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

export class IncidentButton extends Component {
    static template = "vpdt_accounts.IncidentButton";
    static props = {};

    setup() {
        this.dialog = useService("dialog");
        this.title = _t("Report an incident");
    }

    open() {
        this.dialog.add(IncidentDialog);
    }
}

registry.category("systray").add("vpdt_incident", {Component: IncidentButton}, {sequence: 90});
