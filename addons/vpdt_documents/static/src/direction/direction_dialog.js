import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;

const PARTS = ["lead", "collaborator", "information"];

/** Text as people type it when they look for somebody: no marks, no case. */
function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
}

/**
 * Directing in few presses: units and people with a tick for lead, collaborator or for information. What is ticked when
 * it opens is a suggestion, and Ctrl+Enter accepts it.
 */
export class DirectionDialog extends Component {
    static template = "vpdt_documents.DirectionDialog";
    static components = {DateTimeInput};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        const {model, ids, mode} = this.props.action.params;
        Object.assign(this, {model, ids, mode});
        this.find = useRef("find");
        this.state = useState({rows: [], texts: [], days: [], documents: [], chosen: {}, text: "", deadline: "", latest: "", why: "", words: "", busy: false, error: "", failed: []});
        onWillStart(async () => Object.assign(this.state, await this.orm.call(this.model, "direction_options", [ids, mode])));
        onMounted(() => this.find.el?.focus());
    }

    get parts() {
        const labels = {lead: _t("Lead"), collaborator: _t("Collaborator"), information: _t("For information")};
        return (this.mode === "add" ? PARTS.slice(1) : PARTS).map((value) => ({value, label: labels[value]}));
    }

    get shownRows() {
        const words = plain(this.state.words).split(/\s+/).filter(Boolean);
        return this.state.rows.filter((row) => {
            const text = plain(`${row.name} ${row.title} ${row.unit}`);
            return this.state.chosen[row.key] || words.every((word) => text.includes(word));
        });
    }

    get chosenCount() {
        return Object.keys(this.state.chosen).length;
    }

    get lead() {
        return Object.values(this.state.chosen).includes("lead");
    }

    get hindrance() {
        if (!this.chosenCount) {
            return _t("Choose at least one person.");
        }
        return this.mode === "direct" && !this.lead ? _t("Name exactly one lead (chủ trì).") : "";
    }

    toggle(row, part) {
        const chosen = this.state.chosen;
        if (chosen[row.key] === part) {
            delete chosen[row.key];
            return;
        }
        if (part === "lead") {
            // There is one lead: the one before becomes nothing, as with a row of radio buttons
            for (const key of Object.keys(chosen).filter((key) => chosen[key] === "lead")) {
                delete chosen[key];
            }
        }
        chosen[row.key] = part;
    }

    addText(text) {
        this.state.text = [this.state.text.trim(), text].filter(Boolean).join(" ");
    }

    get chosenDay() {
        return this.state.deadline ? DateTime.fromISO(this.state.deadline) : false;
    }

    setDay(day) {
        this.state.deadline = day ? day.toISODate() : "";
    }

    get lines() {
        const rows = this.state.rows.filter((row) => this.state.chosen[row.key]);
        return rows.map((row) => ({kind: row.kind, id: row.id, part: this.state.chosen[row.key], deadline: this.mode === "direct" ? "" : this.state.deadline}));
    }

    async confirm() {
        if (this.state.busy || this.hindrance) {
            return;
        }
        Object.assign(this.state, {busy: true, error: "", failed: []});
        try {
            await this.send();
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        this.state.busy = false;
    }

    async send() {
        const {text, deadline} = this.state;
        if (this.mode !== "direct") {
            const method = this.mode === "add" ? "add_people" : "distribute";
            await this.orm.call(this.model, method, [this.ids, this.lines, text]);
            return this.close(_t("Forwarded"));
        }
        const answers = await this.orm.call(this.model, "direct", [this.ids, this.lines, text, deadline]);
        this.state.failed = answers.filter((answer) => !answer.done);
        this.ids = this.state.failed.map((answer) => answer.id);
        if (!this.state.failed.length) {
            return this.close(answers.length > 1 ? _t("%s documents forwarded", answers.length) : _t("Forwarded"));
        }
    }

    close(message) {
        this.notification.add(message, {type: "success"});
        return this.action.doAction({type: "ir.actions.act_window_close"});
    }
}

registry.category("actions").add("vpdt_direction", DirectionDialog);
