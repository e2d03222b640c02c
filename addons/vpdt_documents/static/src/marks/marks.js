import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/** One's own star, note and silence on a document, and who has opened it. */
export class Marks extends Component {
    static template = "vpdt_documents.Marks";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({starred: false, muted: false, note: "", readers: [], shown: false});
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => next.record.resId !== this.resId && this.load(next.record));
    }

    async load(record) {
        this.resId = record.resId;
        Object.assign(this.state, {starred: false, muted: false, note: "", readers: [], shown: false});
        if (record.resId) {
            const marks = await this.call("own_marks");
            if (this.resId === record.resId) {
                Object.assign(this.state, marks);
            }
        }
    }

    call(method, ...args) {
        return this.orm.call(this.props.record.resModel, method, [[this.resId], ...args]);
    }

    async toggle(name) {
        const value = !this.state[name];
        await this.call(name === "starred" ? "set_star" : "set_mute", value);
        this.state[name] = value;
    }

    async writeNote(ev) {
        await this.call("set_private_note", ev.target.value);
        this.state.note = ev.target.value;
        this.notification.add(_t("The note is kept; only you see it."), {type: "success"});
    }

    async toggleReaders() {
        this.state.shown = !this.state.shown;
        if (this.state.shown) {
            this.state.readers = await this.call("readers");
        }
    }

    when(reader) {
        return formatDateTime(deserializeDateTime(reader.at), {showSeconds: false});
    }
}

registry.category("view_widgets").add("vpdt_marks", {component: Marks});

/** The star of a row: pressed in the list, without opening the document. */
export class Star extends Component {
    static template = "vpdt_documents.Star";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({pressed: null, of: null});
    }

    get starred() {
        const {record, name} = this.props;
        return this.state.of === record.resId ? this.state.pressed : record.data[name];
    }

    get title() {
        return this.starred ? _t("Take the star off") : _t("Put a star on it");
    }

    async toggle() {
        const {record} = this.props;
        const starred = !this.starred;
        await this.orm.call(record.resModel, "set_star", [[record.resId], starred]);
        Object.assign(this.state, {pressed: starred, of: record.resId});
    }
}

registry.category("fields").add("vpdt_star", {component: Star, supportedTypes: ["boolean"], listViewWidth: 34});
