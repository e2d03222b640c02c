import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {AgentConnection} from "./agent_connection";
import {heldTicket, forgetTickets} from "./held_passphrases";
import {useService} from "@web/core/utils/hooks";

/**
 * Asks for what a key of this kind needs: passphrase, PIN, PIN and one-time code, or the agent and the token's PIN.
 * What is typed stays in `answers` of the dialog until it is sent, and is kept nowhere.
 */
export class KeySecrets extends Component {
    static template = "vpdt_base.KeySecrets";
    static components = {AgentConnection};
    static props = {option: Object, answers: Object, onEnter: Function};

    setup() {
        this.orm = useService("orm");
        this.first = useRef("first");
        this.state = useState({pinAtAgent: false, connected: false, held: Boolean(heldTicket(this.props.option.id))});
        this.clear();
        onMounted(() => this.first.el?.focus());
    }

    clear() {
        Object.assign(this.props.answers, {secret: "", otp: "", keep: false, agent: null});
    }

    onConnected(agent, pin) {
        this.props.answers.agent = agent;
        this.state.pinAtAgent = pin === "agent";
        this.state.connected = true;
    }

    async forget() {
        await forgetTickets(this.orm);
        this.state.held = false;
    }

    onInput(event) {
        const {dataset, type, checked, value} = event.target;
        this.props.answers[dataset.answer] = type === "checkbox" ? checked : value;
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            this.props.onEnter();
        }
    }
}
