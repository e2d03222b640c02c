/** @odoo-module **/
// What leads out of the office: accounts, help and advertisement of Odoo's company.

import {WebClient} from "@web/webclient/webclient";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";

const items = registry.category("user_menuitems");
for (const name of ["support", "odoo_account", "shortcuts"]) {
    if (items.contains(name)) {
        items.remove(name);
    }
}

patch(WebClient.prototype, {
    setup() {
        super.setup(...arguments);
        this.title.setParts({zopenerp: "VPĐT"});
    },
});
