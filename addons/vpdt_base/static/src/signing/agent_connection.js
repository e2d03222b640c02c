import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {SignAgent} from "./sign_agent";
import {useService} from "@web/core/utils/hooks";

/** Finds the signing agent on this machine and pairs this browser with it, once. */
export class AgentConnection extends Component {
    static template = "vpdt_base.AgentConnection";
    static props = {onConnected: Function};

    setup() {
        this.orm = useService("orm");
        this.code = useRef("code");
        this.state = useState({found: "searching", error: ""});
        this.origin = window.location.origin;
        onWillStart(async () => {
            this.agent = new SignAgent(await this.orm.silent.call("vpdt.signing.key", "agent_port", []));
        });
        onMounted(() => this.search());
    }

    async search() {
        this.state.found = "searching";
        this.state.error = "";
        const {state, pin} = await this.agent.status();
        this.state.found = state;
        if (state === "paired") {
            this.props.onConnected(this.agent, pin);
        }
    }

    onCodeKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            event.stopPropagation();
            this.pair();
        }
    }

    async pair() {
        try {
            await this.agent.pair(this.code.el.value.trim());
        } catch (error) {
            this.state.error = error.message;
            return;
        }
        await this.search();
    }
}
