import {DocumentFormController} from "@vpdt_base/reading_pane/reading_pane";
import {patch} from "@web/core/utils/patch";
import {serializeDateTime} from "@web/core/l10n/dates";
import {useEffect} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

const MARKED = ["vpdt.incoming", "vpdt.outgoing"];

/** Who opens a document has read it: it is no longer bold in his lists. */
patch(DocumentFormController.prototype, {
    setup() {
        super.setup();
        this.markOrm = useService("orm");
        useEffect(
            (resModel, resId) => {
                if (resId && MARKED.includes(resModel)) {
                    // Nobody waits for it, and nothing is said when it cannot be noted.
                    this.markOrm.silent.call(resModel, "mark_read", [[resId]]).catch(() => {});
                }
            },
            () => [this.model.root.resModel, this.model.root.resId]
        );
    },

    /** What somebody else has typed meanwhile is not overwritten unseen; the server compares. */
    async onWillSaveRecord(record, changes) {
        if (record.resId && MARKED.includes(record.resModel) && record.data.write_date) {
            changes.vpdt_seen = serializeDateTime(record.data.write_date);
        }
        return super.onWillSaveRecord(...arguments);
    },
});
