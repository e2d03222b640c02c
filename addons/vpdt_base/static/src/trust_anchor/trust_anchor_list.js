import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useRef} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** The list of trusted authorities, with a button that loads a file of certificates. */
export class TrustAnchorListController extends ListController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.file = useRef("file");
    }

    choose() {
        this.file.el.click();
    }

    async load() {
        const file = this.file.el.files[0];
        if (!file) {
            return;
        }
        const bytes = new Uint8Array(await file.arrayBuffer());
        const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
        this.file.el.value = "";
        await this.orm.call("vpdt.trust.anchor", "load_file", [btoa(text)]);
        await this.model.load();
    }
}

registry.category("views").add("vpdt_trust_anchor_list", {
    ...listView,
    Controller: TrustAnchorListController,
    buttonTemplate: "vpdt_base.TrustAnchorListButtons",
});
