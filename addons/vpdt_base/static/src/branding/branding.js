/** @odoo-module **/
// What leads out of the office: accounts, help and advertisement of Odoo's company.

import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {WebClient} from "@web/webclient/webclient";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";

const items = registry.category("user_menuitems");
for (const name of ["support", "odoo_account", "shortcuts"]) {
    if (items.contains(name)) {
        items.remove(name);
    }
}

items.add("vpdt_guide", () => ({
    type: "item",
    id: "vpdt_guide",
    description: _t("Guide"),
    href: "/vpdt/guide",
    callback: () => browser.open("/vpdt/guide", "_blank"),
    sequence: 10,
}));

patch(WebClient.prototype, {
    setup() {
        super.setup(...arguments);
        this.title.setParts({zopenerp: "VPĐT"});
    },
});
