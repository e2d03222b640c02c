import {Component, onWillStart, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {WebClient} from "@web/webclient/webclient";

const MINUTES_BETWEEN = 10;

/** Notices of who keeps the system, above every page until one has read them; they take room and cover nothing. */
export class Notices extends Component {
    static template = "vpdt_accounts.Notices";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({notices: []});
        this.bus.subscribe("vpdt_notices", () => this.load());
        onWillStart(() => this.load());
        setInterval(() => this.load(), MINUTES_BETWEEN * 60 * 1000);
    }

    async load() {
        this.state.notices = await this.orm.silent.call("vpdt.notice", "current", []);
    }

    color(notice) {
        return {maintenance: "alert-warning", upgrade: "alert-warning", incident: "alert-danger"}[notice.kind] || "alert-info";
    }

    async read(notice) {
        await this.orm.silent.call("vpdt.notice", "read_by_me", [notice.id]);
        this.state.notices = this.state.notices.filter((each) => each.id !== notice.id);
    }
}

WebClient.components = {...WebClient.components, Notices};
