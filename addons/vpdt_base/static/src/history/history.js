import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const ICONS = {
    move: "fa-arrow-right",
    view: "fa-eye",
    download: "fa-download",
    print: "fa-print",
    permission: "fa-users",
    sign: "fa-pencil",
    exchange: "fa-exchange",
    file: "fa-file-o",
};

/** What happened to one record, newest first, in words: who, what, when. */
export class HistoryDialog extends Component {
    static template = "vpdt_base.HistoryDialog";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({rows: []});
        const {model, res_id: resId} = this.props.action.params;
        onWillStart(async () => {
            this.state.rows = await this.orm.call(model, "history", [[resId]]);
        });
    }

    icon(row) {
        return ICONS[row.kind] || "fa-circle-o";
    }

    time(row) {
        return formatDateTime(deserializeDateTime(row.at));
    }
}

registry.category("actions").add("vpdt_history", HistoryDialog);
