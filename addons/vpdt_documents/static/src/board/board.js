import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/** Theo dõi: units as rows, how their work stands as columns; each number opens what it counts. */
export class Board extends Component {
    static template = "vpdt_documents.Board";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            period: this.props.state?.period || "month",
            rows: [],
            sum: null,
            since: "",
            ages: [],
            sources: [],
        });
        useSetupAction({getLocalState: () => ({period: this.state.period})});
        onWillStart(() => this.load());
    }

    get periods() {
        return [
            {key: "month", label: _t("This month")},
            {key: "quarter", label: _t("This quarter")},
            {key: "year", label: _t("This year")},
        ];
    }

    get buckets() {
        return [
            {key: "open", label: _t("Going on, in time"), css: ""},
            {key: "open_late", label: _t("Late, not done"), css: "text-danger fw-bold"},
            {key: "in_time", label: _t("Done in time"), css: ""},
            {key: "late", label: _t("Done late"), css: ""},
        ];
    }

    get allRows() {
        return this.state.rows.length > 1 ? [...this.state.rows, {...this.state.sum, whole: true}] : this.state.rows;
    }

    async load() {
        Object.assign(this.state, await this.orm.call("vpdt.board", "board_rows", [this.state.period]));
    }

    choose(period) {
        this.state.period = period;
        return this.load();
    }

    async open(row, bucket = null) {
        const unit = row.whole ? null : row.unit;
        return this.action.doAction(await this.orm.call("vpdt.board", "open_cell", [this.state.period, unit, bucket]));
    }

    /** The two pictures: how long what is late has been late, and where the work came from. */
    get pictures() {
        const {ages, sources} = this.state;
        return [
            {key: "age", title: _t("Late and not done, by how long"), bars: ages, css: "bg-danger"},
            {key: "source", title: _t("By where it came from"), bars: sources, css: "bg-primary"},
        ]
            .map((picture) => ({...picture, most: Math.max(...picture.bars.map((bar) => bar.count), 0)}))
            .filter((picture) => picture.most);
    }

    async openBar(picture, key) {
        const slice = {[picture.key]: key};
        return this.action.doAction(await this.orm.call("vpdt.board", "open_cell", [this.state.period], slice));
    }

    async print() {
        return this.action.doAction(await this.orm.call("vpdt.board", "print_board", [this.state.period]));
    }

    async chart() {
        const action = await this.orm.call("vpdt.board", "open_cell", [this.state.period]);
        return this.action.doAction({...action, views: [[false, "graph"], [false, "pivot"], [false, "list"]]});
    }

    rowClass(row) {
        return row.whole ? "fw-bold table-light" : "";
    }
}

registry.category("actions").add("vpdt_board", Board);
