import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {useAutofocus} from "@web/core/utils/hooks";

/** Asks for the words that a step needs, such as the reason of a return, before it is taken. */
export class ReasonDialog extends Component {
    static template = "vpdt_base.ReasonDialog";
    static components = {Dialog};
    static props = {
        title: String,
        body: {type: String, optional: true},
        label: String,
        text: {type: String, optional: true},
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({text: this.props.text || "", busy: false});
        useAutofocus();
    }

    async confirm() {
        if (this.state.busy || !this.state.text.trim()) {
            return;
        }
        this.state.busy = true;
        this.props.close();
        await this.props.confirm(this.state.text.trim());
    }
}
