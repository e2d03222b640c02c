import {Component, markup, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {View} from "@web/views/view";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const LOOK_AGAIN_MS = 60000;
// Several documents may move at once; they are counted once.
const SETTLE_MS = 800;
const CHOSEN = "vpdt_desk_card";

/** Việc của tôi: what waits for this person, counted by kind of work; below, the documents of the chosen kind. */
export class Desk extends Component {
    static template = "vpdt_documents.Desk";
    static components = {View};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.state = useState({cards: [], chosen: this.props.state?.chosen || browser.sessionStorage.getItem(CHOSEN), version: 0});
        useSetupAction({getLocalState: () => ({chosen: this.state.chosen})});
        const changed = () => this.lookSoon();
        onWillStart(() => this.load());
        onMounted(() => {
            this.bus.subscribe("vpdt_document_changed", changed);
            this.bus.subscribe("vpdt_desk_changed", changed);
            this.lookSoon(LOOK_AGAIN_MS);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe("vpdt_document_changed", changed);
            this.bus.unsubscribe("vpdt_desk_changed", changed);
            browser.clearTimeout(this.timer);
            this.gone = true;
        });
    }

    async load() {
        this.state.cards = await this.orm.call("vpdt.desk", "cards", []);
        if (!this.current) {
            // The first kind of work that has something in it
            const first = this.state.cards.find((card) => card.count && card.kind !== "watch") || this.state.cards[0];
            this.state.chosen = first?.key;
        }
    }

    lookSoon(after = SETTLE_MS) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.lookAgain(), after);
    }

    /** Counts change by themselves; the list below is read anew when that of its card did. */
    async lookAgain() {
        const before = this.current && `${this.current.count} ${this.current.words}`;
        try {
            await this.load();
        } catch {
            // Nobody has pressed anything: a server that does not answer now is asked again later.
        }
        if (this.gone) {
            return;
        }
        if (this.current && before !== `${this.current.count} ${this.current.words}`) {
            this.state.version++;
        }
        this.lookSoon(LOOK_AGAIN_MS);
    }

    get current() {
        return this.state.cards.find((card) => card.key === this.state.chosen);
    }

    get waiting() {
        return this.state.cards.filter((card) => card.kind !== "watch").reduce((sum, card) => sum + card.count, 0);
    }

    choose(card) {
        this.state.chosen = card.key;
        browser.sessionStorage.setItem(CHOSEN, card.key);
    }

    cardClass(card) {
        if (!card.count) {
            return "o_vpdt_desk_empty";
        }
        return {late: "o_vpdt_desk_late", watch: "o_vpdt_desk_watch"}[card.kind] || "o_vpdt_desk_todo";
    }

    wordsClass(card) {
        return {late: "text-bg-danger", today: "text-bg-warning", soon: "text-bg-warning", ahead: "text-bg-success"}[card.level] || "text-bg-light";
    }

    spoken(card) {
        return card.words ? _t("%(label)s: %(count)s, oldest %(words)s", card) : _t("%(label)s: %(count)s", card);
    }

    get viewProps() {
        const card = this.current;
        const type = this.env.isSmall ? "kanban" : "list";
        return {
            type,
            resModel: card.model,
            domain: card.domain,
            context: {vpdt_desk: 1},
            viewId: (type === "list" ? card.list_view : card.kanban_view) || undefined,
            searchViewId: card.search_view || undefined,
            views: [],
            display: {searchPanel: false},
            noBreadcrumbs: true,
            showButtons: false,
            loadIrFilters: true,
            className: "o_vpdt_desk_list",
            noContentHelp: markup(`<p class="o_view_nocontent_smiling_face">${_t("No work of this kind waits for you")}</p>`),
            selectRecord: (resId, {activeIds} = {}) => this.open(card, resId, activeIds),
            ...(type === "list" ? {allowSelectors: true, allowOpenAction: false} : {forceGlobalClick: true}),
        };
    }

    open(card, resId, resIds) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: card.label,
                res_model: card.model,
                views: [[false, "form"]],
                res_id: resId,
                context: {vpdt_desk: 1},
            },
            {props: {resIds: resIds?.length ? resIds : [resId]}}
        );
    }
}

registry.category("actions").add("vpdt_desk", Desk);
