/** @odoo-module **/
// A restored database says so on each page until a person lets it go (vpdt.backup).

import {Component, xml} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

export class RestoredBanner extends Component {
    static template = xml`
        <div t-if="moment" class="o_vpdt_restored alert alert-warning m-0 rounded-0 py-1 px-3 text-center fw-bold"
            role="alert" t-out="words"/>`;
    static props = {};

    setup() {
        this.moment = session.vpdt_restored;
        this.words = _t(
            "Restored from a backup that holds everything until %s. Sending, receiving and work in the background stand still until the system administrator lets them go on.",
            this.moment
        );
    }
}

registry.category("main_components").add("vpdt_restored", {Component: RestoredBanner}, {sequence: 1});
