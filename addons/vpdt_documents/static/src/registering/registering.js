import {Steps} from "@vpdt_base/steps/steps";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** Ctrl+Enter on a document to be registered: it is registered, and the next one is open, or an empty form. */
patch(Steps.prototype, {
    onKeydown(ev) {
        this.byKeys = ev.key === "Enter" && ev.ctrlKey;
        return super.onKeydown(ev);
    },

    async run(step) {
        const byKeys = this.byKeys;
        this.byKeys = false;
        await super.run(step);
        const {record} = this.props;
        if (byKeys && step.action === "action_register" && record.data.state === "registered") {
            await this.goOnRegistering(record);
        }
    },

    async goOnRegistering(record) {
        const after = record.resIds.slice(record.resIds.indexOf(record.resId) + 1);
        const next = after.length && (await this.orm.call("vpdt.incoming", "next_to_register", [after]));
        const words = {number: record.data.arrival_code};
        if (!next && !record.context.vpdt_offer) {
            this.notification.add(_t("Registered as No. %(number)s. It was the last one of this list.", words), {type: "success"});
            return;
        }
        this.notification.add(_t("Registered as No. %(number)s. This is the next one.", words), {type: "success"});
        await record.model.load({resId: next || false});
    },
});
